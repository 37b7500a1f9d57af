"""What Prometheus is told, and who else is not."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from admin_module.models import AuditEntry, Heartbeat
from icp.metrics import gauges
from messaging.channels.base import Answer, Outcome
from messaging.engine import pulse, receipts
from messaging.ledger import epoch
from messaging.models import ChannelPause, Counter, Delivery, ProviderPulse
from messaging.tests import flow
from recipients.lookup.facets import changed
from tests import make

pytestmark = pytest.mark.django_db


def read(client: Client, **headers: str) -> dict[str, float]:
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    lines = answer.content.decode().splitlines()
    pairs = [line.rpartition(" ") for line in lines if line and not line.startswith("#")]
    return {name: float(number) for name, _space, number in pairs}


def test_numbers_of_a_message_under_way(client: Client) -> None:
    about = make.topic()
    make.recipient(topics=(about,), kinds=("email",))
    message = flow.sent(make.message(about=about))
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=90))
    Counter.objects.create(message=message, channel="sms", state="unknown", number=3)
    found = read(client)
    assert found['icp_deliveries{channel="email",state="queued"}'] == 1
    assert 90 <= found['icp_due_oldest_seconds{channel="email",lane="bulk"}'] < 120
    assert found['icp_due_oldest_seconds{channel="sms",lane="alarm"}'] == 0
    assert found["icp_unknown"] == 3
    assert not [name for name in found if name.startswith("icp_scrape_failed")]


def test_what_stands_still_is_seen(client: Client) -> None:
    before = read(client)
    assert (before["icp_sending_locked"], before['icp_channel_paused{channel="sms"}']) == (0, 0)
    Heartbeat.objects.create(name="periodic", at=timezone.now() - timedelta(seconds=70))
    ChannelPause.objects.create(channel="sms", code="credit", since=timezone.now())
    AuditEntry.objects.create(
        at=timezone.now() - timedelta(seconds=80), action="x", subject="y", mac=bytes(32)
    )
    changed([7])
    epoch.outside_path().write_text("77", encoding="ascii")
    found = read(client)
    assert found["icp_sending_locked"] == 1
    assert found['icp_channel_paused{channel="sms"}'] == 1
    assert found['icp_heartbeat_age_seconds{name="periodic"}'] >= 70
    assert found["icp_audit_unlinked_seconds"] >= 80
    assert found['icp_dirty_pages{kind="facets"}'] == 1
    assert found["icp_database_bytes"] > 0


def test_how_a_provider_answers(client: Client) -> None:
    round_ = pulse.Pulse("email")
    references = [f"{number:032x}" for number in range(3)]
    round_.handed_over(references[0])
    outcomes = (Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.UNKNOWN)
    round_.answered([Answer(*told) for told in zip(references, outcomes, strict=True)])
    round_.write()
    round_.write()
    assert ProviderPulse.objects.count() == 1
    ProviderPulse.objects.create(
        channel="sms", at=timezone.now() - timedelta(days=2), answers={}, seconds=1, slowest=1
    )
    found = read(client)
    assert found['icp_provider_answers{channel="email",outcome="accepted"}'] == 2
    assert found['icp_provider_answers{channel="email",outcome="unknown"}'] == 1
    assert found['icp_provider_seconds{channel="email",kind="slowest"}'] >= 0
    assert 'icp_provider_seconds{channel="sms",kind="average"}' not in found
    assert pulse.forget() == 1


def test_an_answer_that_lost_its_lease_is_counted(client: Client) -> None:
    lost = (f"{1:032x}", f"{2:032x}", Answer(f"{1:032x}", Outcome.ACCEPTED))
    receipts.keep_lost([lost], "email")
    found = read(client)
    assert (found["icp_lost_fences"], found["icp_receipts_waiting"]) == (1, 1)


def test_a_number_that_cannot_be_read_hides_no_other(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> gauges.Numbers:
        raise DatabaseError("no connection as icp:sekret")

    monkeypatch.setitem(gauges.GAUGES, "icp_unknown", ("", (), fail))
    found = read(client)
    assert found['icp_scrape_failed{gauge="icp_unknown"}'] == 1
    assert "icp_receipts_waiting" in found
    assert "sekret" not in caplog.text


def test_requests_are_told_by_view_and_not_by_address(client: Client) -> None:
    client.get("/odbiorcy/4711/")
    client.get("/nie-ma/44051401359/")
    client.generic("44051401359", "/healthz")
    names = " ".join(read(client))
    assert "recipient-card" in names
    assert not re.search("4711|44051401359", names)


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("sezam", {}),
        ("sezam", {"Authorization": "Bearer sezan"}),
        ("sezam", {"Authorization": "sezam"}),
        ("", {"X-Forwarded-For": "127.0.0.1"}),
        ("", {"Forwarded": "for=127.0.0.1"}),
        ("", {"REMOTE_ADDR": "203.0.113.7"}),
        ("", {"REMOTE_ADDR": ""}),
    ],
)
def test_nobody_else_reads(
    client: Client, settings: Settings, token: str, headers: dict[str, str]
) -> None:
    settings.METRICS_TOKEN = token
    remote = headers.pop("REMOTE_ADDR", "127.0.0.1")
    answer = client.get("/metrics", headers=headers, REMOTE_ADDR=remote)
    assert answer.status_code == 404
    assert b"icp_" not in answer.content.replace(b"icp_csrf", b"").replace(b"icp_session", b"")


def test_the_token_opens_from_anywhere(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "sezam"
    headers = {"Authorization": "Bearer sezam", "X-Forwarded-For": "203.0.113.7"}
    assert client.get("/metrics", headers=headers, REMOTE_ADDR="10.0.0.1").status_code == 200


def test_every_metric_is_in_the_operations_guide() -> None:
    guide = Path("docs/operations.md").read_text(encoding="utf-8")
    assert [name for name in gauges.GAUGES if f"`{name}`" not in guide] == []
