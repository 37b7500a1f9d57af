"""The app by Firebase: the common cases, and what is FCM's own."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from messaging.channels import targets
from messaging.channels.base import Answer, Channel, Content, Envelope, Hint, Outcome, now
from messaging.channels.push.channel import PushChannel
from messaging.tests.channel_cases import ChannelCases, outcomes
from messaging.tests.push_service import Rude, rude_service
from sandbox.testing import Box

pytestmark = pytest.mark.dry
HINT = Hint("message", str(uuid4()), "https://icp.example/app/m/1")


class TestPush(ChannelCases):
    name = "push"
    make = PushChannel
    address = "device-token-{}"
    wrong_credentials = {"token": "wrong", "vapid_key": ""}
    unconfigured = {"token": "", "vapid_key": ""}

    def test_a_removed_app_is_gone(self, box: Box, channel: Channel) -> None:
        box.switch("push", refuse_permanent=1)
        (answer,) = self.send(channel, self.envelopes(1))
        assert (answer.outcome, answer.code, answer.address_gone) == (
            Outcome.REFUSED,
            "UNREGISTERED",
            True,
        )
        assert answer.dead == ("fcm:device-token-0",)

    def test_another_project_is_no_fault_of_the_devices(self, box: Box) -> None:
        """Else a wrong project in the settings would cost every person their app."""
        channel = PushChannel({**box.config("push"), "project": "somebody-elses"})
        (answer,) = self.send(channel, self.envelopes(1))
        channel.close()
        assert (answer.outcome, answer.code) == (Outcome.REFUSED, "SENDER_ID_MISMATCH")
        assert not answer.address_gone
        assert answer.dead == ()

    @pytest.mark.parametrize(("urgent", "priority"), [(True, "high"), (False, "normal")])
    def test_only_what_is_urgent_wakes_a_phone(
        self, box: Box, channel: Channel, urgent: bool, priority: str
    ) -> None:
        (envelope,) = self.envelopes(1, urgent=urgent, hint=HINT)
        self.send(channel, [envelope])
        (row,) = box.arrived("push")
        tag = HINT.uid.replace("-", "")
        assert row["details"] == {
            "reference": envelope.reference,
            "kind": "message",
            "id": HINT.uid,
            "link": HINT.link,
            "collapse": tag,
        }
        (raw,) = box.raw("push")
        message = json.loads(raw)["message"]
        assert message["android"]["priority"] == priority
        assert message["android"]["collapse_key"] == tag
        assert message["android"]["notification"]["tag"] == tag
        assert message["android"]["ttl"] == ("86400s" if urgent else "604800s")
        assert message["apns"]["headers"]["apns-priority"] == ("10" if urgent else "5")
        assert message["apns"]["headers"]["apns-collapse-id"] == tag

    def test_an_unreadable_credentials_file_pauses_the_channel(
        self, box: Box, tmp_path: Path
    ) -> None:
        file = tmp_path / "key.json"
        file.write_text("{}")
        wrong = {"credentials_file": str(file), "vapid_key": ""}
        channel = PushChannel(box.config("push") | wrong)
        (answer,) = self.send(channel, self.envelopes(1))
        channel.close()
        assert (answer.code, answer.channel_down) == ("not_configured", True)

    def test_wrong_credentials_do_not_silence_the_browsers(self, box: Box) -> None:
        """A second way to devices works on; and Firebase is not asked for every one of them."""
        channel = PushChannel(box.config("push") | {"token": "wrong", "window": 1})
        answers = self.send(channel, self.envelopes(3))
        channel.close()
        assert outcomes(answers) == {Outcome.RETRY: 3}
        assert {(a.code, a.channel_down) for a in answers} == {("login", False)}

    # --- Several devices, and none ----------------------------------------------------------------

    def to(self, *tokens: str) -> Envelope:
        address = targets.join((targets.fcm(token) for token in tokens), owner=uuid4())
        return Envelope(uuid4().hex, address, self.content())

    def one(self, channel: Channel, envelope: Envelope) -> Answer:
        (answer,) = self.send(channel, [envelope])
        return answer

    def test_every_device_of_a_person_is_told(self, box: Box, channel: Channel) -> None:
        assert self.one(channel, self.to("tablet", "phone")).outcome is Outcome.ACCEPTED
        assert {row["address"] for row in box.arrived("push")} == {"phone", "tablet"}

    def test_who_only_has_the_app_is_told_by_it_alone(self, box: Box, build: object) -> None:
        channel = PushChannel({"token": ""})
        answer = self.one(channel, self.to())
        assert (answer.outcome, answer.code) == (Outcome.ACCEPTED, "app")
        assert not answer.channel_down
        assert box.arrived("push") == []

    def test_one_device_that_took_it_is_enough(self, box: Box, channel: Channel) -> None:
        box.switch("push", refuse_temporary=0.5)
        answer = self.one(channel, self.to("phone", "tablet"))
        assert answer.outcome is Outcome.ACCEPTED
        assert answer.dead == ()

    def test_a_dead_device_is_named_and_costs_the_others_nothing(
        self, box: Box, channel: Channel
    ) -> None:
        box.switch("push", refuse_permanent=0.5)
        answer = self.one(channel, self.to("phone", "tablet"))
        assert answer.outcome is Outcome.ACCEPTED
        assert not answer.address_gone
        (row,) = box.arrived("push")
        assert set(answer.dead) == {"fcm:phone", "fcm:tablet"} - {f"fcm:{row['address']}"}

    def test_where_all_devices_are_dead_it_waits_in_the_app(
        self, box: Box, channel: Channel
    ) -> None:
        box.switch("push", refuse_permanent=1)
        answer = self.one(channel, self.to("phone", "tablet"))
        assert (answer.outcome, answer.code) == (Outcome.ACCEPTED, "app")
        assert set(answer.dead) == {"fcm:phone", "fcm:tablet"}
        assert not answer.address_gone

    def test_it_is_tried_again_only_where_no_device_may_have_it(
        self, box: Box, channel: Channel
    ) -> None:
        box.switch("push", refuse_temporary=1)
        assert self.one(channel, self.to("phone", "tablet")).outcome is Outcome.RETRY
        box.switch("push", refuse_temporary=0.5, drop_after_accept=1)
        assert self.one(channel, self.to("phone", "tablet")).outcome is Outcome.UNKNOWN


# --- When a token is dead, and when our project or our notice may be ------------------------------------


def said(status: int, code: str = "", fields: tuple[str, ...] = ()) -> bytes:
    """An answer of FCM: a success, or a refusal with its code and what it names as wrong."""
    body: dict[str, object] = {"name": "projects/p/messages/1"}
    if code:
        kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
        details: list[dict[str, object]] = [{"@type": kind, "errorCode": code}]
        details += [{"fieldViolations": [{"field": field} for field in fields]}] if fields else []
        status_name = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED"}[status]
        body = {"error": {"code": status, "status": status_name, "message": "", "details": details}}
    raw = json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(raw)}"
    return head.encode() + b"\r\n\r\n" + raw


@pytest.mark.parametrize(
    ("refusal", "worked_before", "dead"),
    [
        (said(400, "INVALID_ARGUMENT"), False, False),
        (said(400, "INVALID_ARGUMENT"), True, True),
        (said(400, "INVALID_ARGUMENT", ("message.token",)), False, True),
        (said(400, "INVALID_ARGUMENT", ("message.android.ttl",)), False, False),
        (said(400, "INVALID_ARGUMENT", ("message.token", "message.data")), False, False),
        (said(403, "SENDER_ID_MISMATCH"), False, False),
        (said(403, "SENDER_ID_MISMATCH"), True, True),
    ],
)
def test_what_may_be_our_fault_costs_nobody_their_device(
    refusal: bytes, worked_before: bool, dead: bool
) -> None:
    content = Content("k", "Urząd", "Masz nową wiadomość", hint=HINT)
    address = targets.join([targets.fcm("phone")], owner=uuid4())
    with rude_service(Rude.POLITE) as service:
        url = f"http://127.0.0.1:{service.port}"
        channel = PushChannel({"token": "t", "project": "p", "base_url": url, "window": 1})
        for service.says in [said(200)] * worked_before + [refusal]:
            envelope = Envelope(uuid4().hex, address, content)
            (answer,) = channel.send([envelope], deadline=now() + 10)
        channel.close()
    assert (answer.outcome, answer.code) == (Outcome.ACCEPTED, "app")
    assert answer.dead == (("fcm:phone",) if dead else ())


def test_two_channels_have_two_apps() -> None:
    channels = [PushChannel({"token": "t", "project": p}) for p in ("one", "two")]
    services = [channel._ready()[0] for channel in channels]
    assert [one.fcm.project for one in services if one.fcm] == ["one", "two"]
    for channel in channels:
        channel.close()
