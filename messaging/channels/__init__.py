"""From a channel's name to the one object per process that speaks to its provider."""

import os
import threading
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings

from messaging.channels import push_codes, sms_codes
from messaging.channels.base import Channel
from messaging.channels.codes import Codes
from messaging.channels.email import codes as email_codes
from messaging.channels.email.channel import EmailChannel
from messaging.channels.epuap import codes as epuap_codes
from messaging.channels.epuap.channel import EpuapChannel
from messaging.channels.push import PushChannel
from messaging.channels.sms import SmsChannel

CHANNELS: dict[str, Callable[[Mapping[str, Any]], Channel]] = {
    "email": EmailChannel,
    "sms": SmsChannel,
    "push": PushChannel,
    "epuap": EpuapChannel,
}
CODES: dict[str, Codes] = {
    "email": email_codes.CODES,
    "sms": sms_codes.CODES,
    "push": push_codes.CODES,
    "epuap": epuap_codes.CODES,
}
_made: dict[str, Channel] = {}
# Re-entrant, and taken over the fork, so that a child never finds it held.
_lock = threading.RLock()


def get_channel(name: str) -> Channel:
    """Give the process's channel, made at the first use from settings.CHANNELS."""
    with _lock:
        if name not in _made:
            _made[name] = CHANNELS[name](settings.CHANNELS[name])
        return _made[name]


def close_channels() -> None:
    """Let go of every connection; the next `get_channel` begins anew, with fresh settings."""
    with _lock:
        made = list(_made.values())
        _made.clear()
    for channel in made:
        channel.close()


def _forget() -> None:
    """In a forked child: the parent's connections and threads are not ours to use."""
    _made.clear()
    _lock.release()


os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_forget)


def explain(name: str, code: str) -> str:
    """Say in the reader's language what a provider's code means; empty where nothing is known."""
    meaning = CODES.get(name, {}).get(code)
    return str(meaning.words) if meaning else ""
