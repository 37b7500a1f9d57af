"""Each step's TwiML against a golden file: whoever changes a step sees what a caller would hear.

A wanted change is written by `ICP_WRITE_GOLDEN=1 pytest conversations/tests/test_voice_twiml.py`.
"""

import os
from collections.abc import Callable
from datetime import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import Settings

from admin_module import configuration
from conversations.models import VoiceCall, VoiceLine, VoicePhone
from conversations.voice import calls
from sandbox.voice import signed
from sandbox.world import Accounts
from tests import make_conversations as made

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent / "golden"
PUBLIC = "https://icp.zazolcin.example"
UID = "11111111-2222-4333-8444-555555555555"
ACCOUNT, TOKEN = Accounts().twilio_account, Accounts().twilio_token
FORM = "application/x-www-form-urlencoded"
Ask = Callable[..., str]


@pytest.fixture
def ask(client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask for a step as Twilio does; the answer, pretty enough to be read."""
    settings.PUBLIC_URL = PUBLIC
    settings.VOICE = {"account": ACCOUNT, "token": TOKEN}
    configuration.forget()
    line = made.line(records=True)
    served = VoiceLine.objects.create(line=line, opens_at=time(0), closes_at=time(23, 59, 59))
    agent = made.agent()
    for number in ("+48914245101", "+48914245102"):
        VoicePhone.objects.create(voice_line=served, name=number[-3:], number=number, user=agent)
    monkeypatch.setattr(calls, "is_working", lambda _day: True)

    def answer(path: str, **fields: str) -> str:
        path = f"/callbacks/voice/{path}"
        sent = {"AccountSid": ACCOUNT, "CallSid": "CA" + "a" * 32, "From": "+48601234567"}
        sent |= {"To": line.number, **fields}
        headers = signed(TOKEN, PUBLIC + path, sent)
        found = client.post(path, urlencode(sent), FORM, headers=headers)
        assert found.status_code == 200, found.content
        assert found["Content-Type"] == "text/xml; charset=utf-8"
        return written(found.content.decode(), served)

    return answer


def written(xml: str, served: VoiceLine) -> str:
    """One element a line; identifiers that change from run to run get the same name."""
    for place, phone in enumerate(served.phones.order_by("pk"), start=1):
        xml = xml.replace(f"/odebrano/{phone.pk}/", f"/odebrano/{place}/")
    for call in VoiceCall.objects.all():
        xml = xml.replace(str(call.uid), UID)
    return xml.replace("><", ">\n<") + "\n"


def compare(name: str, xml: str) -> None:
    file = GOLDEN / f"voice_{name}.xml"
    if os.environ.get("ICP_WRITE_GOLDEN"):
        file.write_text(xml, encoding="utf-8")
    assert xml == file.read_text(encoding="utf-8"), name


def test_every_step_of_an_incoming_call(ask: Ask) -> None:
    compare("incoming", ask("przychodzace/"))
    call = VoiceCall.objects.get()
    compare("again", ask(f"{call.uid}/wybor/1/", Digits="5"))
    compare("full", ask(f"{call.uid}/wybor/2/", Digits="1"))
    compare("back", ask(f"{call.uid}/powrot/3/", Digits=""))
    compare("connected_recorded", ask(f"{call.uid}/wybor/3/", Digits=""))
    phone = VoicePhone.objects.order_by("pk")[0]
    compare("taken", ask(f"{call.uid}/odebrano/{phone.pk}/"))
    compare("after_talk", ask(f"{call.uid}/po-rozmowie/", DialCallStatus="completed"))
    # Told twice, a step says the same as before, whatever the second telling claims.
    assert "record=" in ask(f"{call.uid}/wybor/3/", Digits="9")
    calls.end(call, "completed")
    compare("over", ask(f"{call.uid}/wybor/4/", Digits=""))


def test_calls_that_are_not_recorded_or_not_taken(ask: Ask) -> None:
    ask("przychodzace/")
    call = VoiceCall.objects.get()
    compare("connected_unrecorded", ask(f"{call.uid}/wybor/1/", Digits="9"))
    compare("nobody", ask(f"{call.uid}/po-rozmowie/", DialCallStatus="no-answer"))
    compare("unknown_number", ask("przychodzace/", To="+48910000000", CallSid="CA" + "b" * 32))
    VoiceLine.objects.update(opens_at=time(7, 30), closes_at=time(7, 30))
    ask("przychodzace/", CallSid="CA" + "c" * 32)
    other = VoiceCall.objects.latest("pk")
    compare("closed", ask(f"{other.uid}/wybor/1/", CallSid="CA" + "c" * 32, Digits=""))
    made.line().voice.phones.all().delete()
    VoiceLine.objects.update(opens_at=None, closes_at=None)
    ask("przychodzace/", CallSid="CA" + "d" * 32)
    other = VoiceCall.objects.latest("pk")
    compare("no_phones", ask(f"{other.uid}/wybor/1/", CallSid="CA" + "d" * 32, Digits=""))


def test_every_step_of_an_outgoing_call(ask: Ask) -> None:
    phone = VoicePhone.objects.order_by("pk")[0]
    assert phone.user is not None
    line = phone.voice_line.line
    call = calls.order(line, phone, "+48602000111", by=phone.user)
    compare("agent", ask(f"{call.uid}/agent/", Direction="outbound-api"))
    call.refresh_from_db()
    assert call.call_sid == "CA" + "a" * 32  # before Twilio's answer to the order came
    compare("outgoing_notice", ask(f"{call.uid}/komunikat/", CallSid="CA" + "e" * 32))
    compare("outgoing_recorded", ask(f"{call.uid}/wybor/1/", Digits=""))
    compare("outgoing_away", ask(f"{call.uid}/po-rozmowie/", DialCallStatus="busy"))

    second = calls.order(line, phone, "+48602000111", by=phone.user)
    ask(f"{second.uid}/komunikat/", CallSid="CA" + "f" * 32)
    compare("outgoing_unrecorded", ask(f"{second.uid}/wybor/1/", Digits="9"))
