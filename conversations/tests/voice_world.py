"""For tests: an office with a line that Twilio answers, and a caller who comes over real sockets."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import pytest
import requests
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from admin_module import configuration
from admin_module.models import User
from conversations.models import Line, VoiceCall, VoiceLine, VoicePhone
from conversations.voice import work
from recipients import jobs
from recipients.models import Job
from sandbox.testing import Box, running_sandbox
from tests import make_conversations as made

AGENT_PHONE, OTHER_PHONE = "+48914245101", "+48914245102"
CALLEE = "+48602000111"


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    with running_sandbox() as running:
        yield running


@dataclass(slots=True)
class Town:
    """What a test asks for; `calls` is somebody's call from beginning to end."""

    box: Box
    url: str
    line: Line
    agent: User
    phones: list[VoicePhone] = field(default_factory=list)

    def calls(self, **wish: Any) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "url": f"{self.url}/callbacks/voice/przychodzace/",
            "status_url": f"{self.url}/callbacks/voice/stan/",
            "to": self.line.number,
        }
        answer = requests.post(f"{self.box.http_url}/voice/calls", json=fields | wish, timeout=30)
        answer.raise_for_status()
        call: dict[str, Any] = answer.json()
        return call

    def ask(self, what: str, wish: object) -> dict[str, Any]:
        answer = requests.post(f"{self.box.http_url}/voice/{what}", json=wish, timeout=10)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    def state(self) -> dict[str, Any]:
        told: dict[str, Any] = requests.get(f"{self.box.http_url}/voice.json", timeout=10).json()
        return told

    def order(self, number: str, case_number: str = "") -> Any:
        """Fill in the form from which an agent calls somebody."""
        typed = {"phone": self.phones[0].pk, "number": number, "case_number": case_number}
        return self.client().post(reverse("voice-call"), typed)

    def client(self) -> Client:
        """The agent's browser."""
        client = Client()
        client.force_login(self.agent)
        return client

    def agent_calls(self, number: str, **typed: str) -> VoiceCall:
        """The same, and the call is over."""
        answer = self.order(number, **typed)
        assert answer.status_code == 302, answer.content.decode()
        call = VoiceCall.objects.latest("pk")
        end = monotonic() + 20
        while not self.state()["calls"].get(call.call_sid, {}).get("over") and monotonic() < end:
            pass
        call = VoiceCall.objects.select_related("conversation__call").get(pk=call.pk)
        assert call.state == VoiceCall.State.ENDED
        return call

    def log_of(self, call: VoiceCall) -> list[str]:
        steps: list[str] = self.state()["calls"][call.call_sid]["log"]
        return steps

    def work(self) -> None:
        """What a worker does: the job that waits, and one more if there is more to do."""
        work.order_when_due()
        for pk in jobs.waiting():
            jobs.run(pk)
        assert not Job.objects.filter(state=Job.State.FAILED).exists()


@pytest.fixture
def town(box: Box, live_server: LiveServer, settings: Settings) -> Town:
    settings.PUBLIC_URL = live_server.url
    settings.VOICE = {
        "account": box.accounts.twilio_account,
        "token": box.accounts.twilio_token,
        "base_url": box.http_url,
    }
    configuration.forget()
    requests.delete(f"{box.http_url}/voice", timeout=10)
    line, agent = made.line(records=True), made.agent()
    served = VoiceLine.objects.create(line=line)
    phones = [
        VoicePhone.objects.create(
            voice_line=served, name="Stanowisko 1", number=AGENT_PHONE, user=agent
        ),
        VoicePhone.objects.create(voice_line=served, name="Stanowisko 2", number=OTHER_PHONE),
    ]
    return Town(box, live_server.url, line, agent, phones)
