"""Entries, the chain over them, and what verification says about a log that was touched."""

import json
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pytest_django import Settings

from admin_module import append_only, audit, request_ids
from admin_module.audit import checkpoints
from admin_module.audit.recording import content
from admin_module.models import AuditEntry, AuditLink
from icp.encryption.tokens import mac

from .offices import staff

pytestmark = pytest.mark.django_db
EVERYTHING = "admin_module.auditentry:all"


Tamper = Callable[..., None]


class Ground(models.TextChoices):
    LAW = "law", _("by law")


@pytest.fixture(autouse=True)
def _own_checkpoints(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def five() -> list[AuditEntry]:
    entries = [audit.record("message.sent", f"messaging.message:{n}", by=None) for n in range(5)]
    assert audit.link_entries() == 5
    return entries


@pytest.fixture
def tamper() -> Tamper:
    """Somebody who may write to the database and takes the guards off first."""
    tables = ("admin_module_auditlink", "admin_module_auditentry")

    def run(statement: str, *values: Any) -> None:
        with connection.cursor() as cursor:
            connection.check_constraints()
            for table in tables:
                append_only.release(connection, table)
            cursor.execute(statement, values)
            connection.check_constraints()
            for table in tables:
                append_only.guard(connection, table)

    return run


def test_an_entry_says_who_what_when_in_which_role_and_request() -> None:
    clerk = staff("editor", "approver")
    request_id = uuid.uuid4()
    with request_ids.using(request_id):
        audit.record("message.sent", clerk.unit, by=clerk, detail={"people": 12})
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.roles) == (clerk, "approver,editor")
    assert entry.subject == f"admin_module.unit:{clerk.unit_id}"
    assert entry.detail == {"people": 12}
    assert entry.request_id == request_id
    assert timezone.now() - entry.at < timedelta(minutes=1)
    assert audit.verify() == []


def test_an_entry_goes_with_the_transaction_it_describes() -> None:
    with transaction.atomic():
        audit.record("message.sent", "messaging.message:1", by=None)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "value",
    ["Jan Kowalski", "jan@przyklad.example", "+48 600 100 200", "600100200", "80010112345",
     "ul. Sportowa 5", "Gżegżółka", 1.5, object()],
)  # fmt: skip
def test_personal_content_is_refused(value: object) -> None:
    with pytest.raises(audit.PersonalContent) as caught:
        audit.record("message.sent", "messaging.message:1", by=None, detail={"x": [value]})
    assert str(value) not in str(caught.value)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "value",
    [None, True, 12, "by_hand", "ZG-2026-000418", uuid.uuid4(), date(2026, 11, 20),
     timezone.now(), bytes(32), {"a": [1, "b"]}],
)  # fmt: skip
def test_ids_numbers_codes_dates_and_digests_are_kept(value: object) -> None:
    audit.record("message.sent", "messaging.message:1", by=None, detail={"x": value})
    assert audit.verify() == []


def test_free_words_and_states_are_kept_as_keyed_digests() -> None:
    audit.record(
        "recipient.restricted",
        "recipients.recipient:1",
        by=None,
        reason="Jan Kowalski asked for it",
        states=({"state": "active"}, {"state": "restricted", "name": "Kowalski"}),
    )
    audit.record("recipient.erased", "recipients.recipient:1", by=None, reason=Ground.LAW)
    free, coded = AuditEntry.objects.order_by("pk")
    assert free.reason.startswith("mac:")
    assert "Kowalski" not in free.reason
    assert free.before != free.after
    assert coded.reason == "law"
    assert coded.before is None
    assert audit.verify() == []


def test_linking_is_repeatable_and_keeps_order(five: list[AuditEntry]) -> None:
    assert audit.link_entries() == 0
    audit.record("message.sent", "messaging.message:9", by=None)
    assert audit.link_entries() == 1
    links = AuditLink.objects.order_by("position").values_list("position", "entry__subject")
    assert [place for place, _subject in links] == [1, 2, 3, 4, 5, 6]
    assert list(links)[-1][1] == "messaging.message:9"
    assert audit.verify() == []


def test_an_entry_that_commits_late_is_linked_later(five: list[AuditEntry]) -> None:
    for ahead in (100, 50):  # the greater id commits first
        entry = AuditEntry.objects.get(pk=five[4].pk)
        entry.pk, entry.uid = five[4].pk + ahead, uuid.uuid4()
        entry.mac = mac("audit.entry", content(entry))
        entry.save(force_insert=True)
        assert audit.link_entries() == 1
    order = list(AuditLink.objects.order_by("position").values_list("entry_id", flat=True))
    assert order[-2:] == [five[4].pk + 100, five[4].pk + 50]
    assert audit.verify() == []


def test_the_age_of_what_waits_is_known(five: list[AuditEntry]) -> None:
    assert audit.oldest_unlinked_age() == timedelta(0)
    audit.record("message.sent", "messaging.message:9", by=None)
    assert timedelta(0) < audit.oldest_unlinked_age() < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "nothing.happened"),
        ("subject", "messaging.message:99"),
        ("roles", "administrator"),
        ("reason", "law"),
        ("detail", '{"people": 1}'),
        ("at", "2026-01-01 00:00:00+00:00"),
    ],
)
def test_a_changed_entry_is_named(
    five: list[AuditEntry], tamper: Tamper, column: str, value: str
) -> None:
    victim = five[2].pk
    tamper(f"UPDATE admin_module_auditentry SET {column} = %s WHERE id = %s", value, victim)  # noqa: S608
    findings = audit.verify()
    assert len(findings) == 1
    assert str(victim) in findings[0]


def test_a_removed_entry_is_named_by_its_neighbours(five: list[AuditEntry], tamper: Tamper) -> None:
    victim = five[2].pk
    tamper("DELETE FROM admin_module_auditlink WHERE entry_id = %s", victim)
    tamper("DELETE FROM admin_module_auditentry WHERE id = %s", victim)
    findings = audit.verify()
    assert len(findings) == 1
    assert str(five[1].pk) in findings[0]
    assert str(five[3].pk) in findings[0]


def test_renumbering_over_a_gap_is_found(five: list[AuditEntry], tamper: Tamper) -> None:
    victim = five[2].pk
    tamper("DELETE FROM admin_module_auditlink WHERE entry_id = %s", victim)
    tamper("DELETE FROM admin_module_auditentry WHERE id = %s", victim)
    for place in (4, 5):
        tamper(
            "UPDATE admin_module_auditlink SET position = position - 1 WHERE position = %s", place
        )
    findings = audit.verify()
    assert any(str(five[3].pk) in finding for finding in findings)


def test_reordered_entries_are_named(five: list[AuditEntry], tamper: Tamper) -> None:
    second, third = AuditLink.objects.filter(position__in=(2, 3)).order_by("position")
    tamper("DELETE FROM admin_module_auditlink WHERE position IN (2, 3)")
    AuditLink.objects.create(position=2, entry_id=third.entry_id, digest=second.digest)
    AuditLink.objects.create(position=3, entry_id=second.entry_id, digest=third.digest)
    findings = audit.verify()
    assert len(findings) == 2
    assert str(third.entry_id) in findings[0]
    assert str(second.entry_id) in findings[1]


def test_a_forged_entry_is_named(five: list[AuditEntry]) -> None:
    forged = AuditEntry.objects.create(
        at=timezone.now(), action="message.sent", subject="messaging.message:1", mac=bytes(32)
    )
    audit.link_entries()
    assert any(str(forged.pk) in finding for finding in audit.verify())


def test_an_entry_that_is_left_out_of_the_chain_is_named(
    five: list[AuditEntry], tamper: Tamper
) -> None:
    tamper("DELETE FROM admin_module_auditlink WHERE entry_id = %s", five[4].pk)
    entry = AuditEntry.objects.get(pk=five[4].pk)
    entry.at -= timedelta(hours=1)
    entry.mac = mac("audit.entry", content(entry))
    tamper(
        "UPDATE admin_module_auditentry SET at = %s, mac = %s WHERE id = %s",
        connection.ops.adapt_datetimefield_value(entry.at),
        entry.mac,
        entry.pk,
    )
    findings = audit.verify()
    assert len(findings) == 1
    assert str(entry.pk) in findings[0]


def test_a_tail_that_was_cut_off_is_found_by_the_checkpoint(
    five: list[AuditEntry], tamper: Tamper
) -> None:
    assert audit.write_checkpoint() is not None
    assert audit.write_checkpoint() is None  # once a day
    assert audit.verify() == []
    tamper("DELETE FROM admin_module_auditlink WHERE entry_id = %s", five[4].pk)
    tamper("DELETE FROM admin_module_auditentry WHERE id = %s", five[4].pk)
    findings = audit.verify()
    assert len(findings) == 1
    assert timezone.localdate().isoformat() in findings[0]


def test_a_changed_checkpoint_is_found(five: list[AuditEntry]) -> None:
    audit.write_checkpoint()
    line = json.loads(checkpoints.file().read_text(encoding="utf-8"))
    line["position"] = 4
    checkpoints.file().write_text(json.dumps(line) + "\nno checkpoint\n", encoding="utf-8")
    assert len(audit.verify()) == 1
    checkpoints.file().write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert len(audit.verify()) == 1
    assert checkpoints.file().stat().st_mode & 0o077 == 0


def test_the_command_gives_a_verdict(five: list[AuditEntry], tamper: Tamper) -> None:
    out, errors = StringIO(), StringIO()
    call_command("audit_verify", stdout=out)
    assert "5" in out.getvalue()
    tamper("UPDATE admin_module_auditentry SET action = 'x' WHERE id = %s", five[0].pk)
    with pytest.raises(CommandError):
        call_command("audit_verify", stderr=errors)
    assert str(five[0].pk) in errors.getvalue()
