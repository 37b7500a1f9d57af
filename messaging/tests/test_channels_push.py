"""Notifications: the common cases, and what is FCM's own."""

import json
from pathlib import Path

import pytest

from messaging.channels.base import Channel, Outcome
from messaging.channels.push.channel import PushChannel
from messaging.tests.channel_cases import ChannelCases
from sandbox.testing import Box

pytestmark = pytest.mark.dry


class TestPush(ChannelCases):
    name = "push"
    make = PushChannel
    address = "device-token-{}"
    wrong_credentials = {"token": "wrong"}
    unconfigured = {"token": ""}

    def test_a_removed_app_is_gone(self, box: Box, channel: Channel) -> None:
        box.switch("push", refuse_permanent=1)
        (answer,) = self.send(channel, self.envelopes(1))
        assert (answer.outcome, answer.code, answer.address_gone) == (
            Outcome.REFUSED,
            "UNREGISTERED",
            True,
        )

    def test_another_project_pauses_the_channel_or_refuses(self, box: Box) -> None:
        channel = PushChannel({**box.config("push"), "project": "somebody-elses"})
        (answer,) = self.send(channel, self.envelopes(1))
        channel.close()
        assert (answer.outcome, answer.code) == (Outcome.REFUSED, "SENDER_ID_MISMATCH")
        assert not answer.address_gone

    @pytest.mark.parametrize(("urgent", "priority"), [(True, "high"), (False, "normal")])
    def test_only_what_is_urgent_wakes_a_phone(
        self, box: Box, channel: Channel, urgent: bool, priority: str
    ) -> None:
        (envelope,) = self.envelopes(1, urgent=urgent)
        self.send(channel, [envelope])
        (row,) = box.arrived("push")
        assert row["details"] == {"reference": envelope.reference, "message": envelope.content.key}
        (raw,) = box.raw("push")
        message = json.loads(raw)["message"]
        assert message["android"]["priority"] == priority
        assert message["webpush"]["headers"]["Urgency"] == priority
        assert message["apns"]["headers"]["apns-priority"] == ("10" if urgent else "5")

    def test_an_unreadable_credentials_file_pauses_the_channel(
        self, box: Box, tmp_path: Path
    ) -> None:
        file = tmp_path / "key.json"
        file.write_text("{}")
        channel = PushChannel({**box.config("push"), "credentials_file": str(file)})
        (answer,) = self.send(channel, self.envelopes(1))
        channel.close()
        assert (answer.code, answer.channel_down) == ("not_configured", True)


def test_two_channels_have_two_apps() -> None:
    channels = [PushChannel({"token": "t", "project": p}) for p in ("one", "two")]
    apps = [channel._ready()[0] for channel in channels]
    assert [app.project_id for app in apps] == ["one", "two"]
    for channel in channels:
        channel.close()
