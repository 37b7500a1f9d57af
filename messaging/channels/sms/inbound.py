"""From what a provider posts when somebody answers an SMS to who wrote what; believed when signed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from messaging.channels.base import BadCallback, Callback
from messaging.channels.sms.smsapi import SmsApiChannel
from messaging.channels.sms.twilio import proved

LONGEST = 1600


@dataclass(frozen=True, slots=True)
class Inbound:
    """One SMS to the office's number. `word` is what the provider made of it, where it says so."""

    provider: str
    event_id: str
    number: str = field(repr=False)  # E.164
    text: str = field(repr=False)
    word: str = ""  # stop | start | help


def read_twilio(config: Mapping[str, Any], callback: Callback) -> Inbound:
    """Check Twilio's signature and whose account it is; raises BadCallback."""
    fields = proved(str(config.get("token", "")), callback)
    if fields.get("AccountSid") != config.get("account"):
        raise BadCallback("It is about another account.")
    sid, number = fields.get("MessageSid", ""), fields.get("From", "")
    if not sid or not number:
        raise BadCallback("It is no SMS.")
    word = fields.get("OptOutType", "").lower()
    return Inbound("twilio", sid[:100], number[:40], fields.get("Body", "")[:LONGEST], word)


def read_smsapi(channel: SmsApiChannel, callback: Callback) -> Inbound:
    """Check the secret address; raises BadCallback. SMSAPI names no event: its parts make one."""
    fields = channel.proved(callback)
    number, text = fields.get("sms_from", "").strip(), fields.get("sms_text", "")
    if not number:
        raise BadCallback("It is no SMS.")
    told = "|".join((fields.get("MsgId", ""), fields.get("sms_date", ""), number, text))
    event = hashlib.sha256(told.encode()).hexdigest()
    return Inbound("smsapi", event, f"+{number.lstrip('+')}"[:40], text[:LONGEST])
