"""Months of the log: closed by a signed line, dropped whole, and the rest still proven."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from admin_module import append_only, audit
from admin_module.audit import checkpoints
from admin_module.models import AuditEntry, AuditLink

TODAY = date(2028, 12, 15)
TABLES = ("admin_module_auditlink", "admin_module_auditentry")


def entries(month: str, number: int = 3) -> None:
    """So many entries recorded in the middle of a month, and linked."""
    moment = datetime.fromisoformat(f"{month}-15T10:00").replace(tzinfo=UTC)
    with mock.patch.object(timezone, "now", return_value=moment):
        for each in range(number):
            audit.record("message.sent", f"messaging.message:{each}", by=None)
        audit.link_entries()
        audit.write_checkpoint(moment.date())


def month(year: int, number: int) -> date:
    return date(year, number, 1)


def raw(*statements: str) -> None:
    """Somebody who takes the guards off."""
    with connection.cursor() as cursor:
        connection.check_constraints()
        for table in TABLES:
            append_only.release(connection, table)
        for statement in statements:
            cursor.execute(statement)
        connection.check_constraints()
        for table in TABLES:
            append_only.guard(connection, table)


@pytest.fixture(autouse=True)
def _own_checkpoints(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def three_months(db: None) -> None:
    """Two months that are more than two years old on TODAY, and one that is not."""
    for each in ("2026-10", "2026-11", "2028-12"):
        entries(each)


@pytest.fixture
def keeper(three_months: None) -> Iterator[None]:
    """On PostgreSQL the only role that may; SQLite knows none."""
    if connection.vendor != "postgresql":
        yield
        return
    role = append_only.AUDIT_KEEPER
    with connection.cursor() as cursor:
        connection.check_constraints()
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {role}")
        cursor.execute(f"GRANT SELECT, INSERT, DELETE ON {', '.join(TABLES)} TO {role}")
        cursor.execute(
            f"GRANT SELECT ON admin_module_configurationversion, encryption_datakey TO {role}"
        )
        cursor.execute(f"GRANT USAGE ON SEQUENCE admin_module_auditentry_id_seq TO {role}")
        cursor.execute(f"SET ROLE {role}")
        yield
        cursor.execute("RESET ROLE")


@pytest.mark.usefixtures("three_months")
def test_the_first_line_of_a_month_closes_the_months_before() -> None:
    closings = checkpoints.segments()
    assert [(line.closes, line.position) for line in closings] == [("2026-10", 3), ("2026-11", 6)]
    assert audit.verify() == []
    kept = audit.segments(2, TODAY)
    assert [(one.month, one.first, one.last, one.due) for one in kept] == [
        (month(2026, 10), 1, 3, True),
        (month(2026, 11), 4, 6, True),
    ]


@pytest.mark.usefixtures("three_months")
def test_a_month_is_due_on_the_day_it_ended_so_many_years_ago() -> None:
    due = [one.month for one in audit.segments(2, date(2028, 11, 30)) if one.due]
    assert due == [month(2026, 10)]
    assert not any(one.due for one in audit.segments(2, date(2028, 10, 31)))
    assert not any(one.due for one in audit.segments(3, TODAY))


@pytest.mark.usefixtures("three_months")
def test_a_closing_that_was_changed_is_found_and_drops_nothing() -> None:
    lines = checkpoints.file().read_text(encoding="utf-8").splitlines()
    changed = [json.loads(line) for line in lines]
    closing = next(line for line in changed if line["closes"] == "2026-10")
    closing["closes"] = "2020-01"
    checkpoints.file().write_text("\n".join(map(json.dumps, changed)) + "\n", encoding="utf-8")
    assert len(audit.verify()) == 1
    with pytest.raises(audit.CannotDrop) as refused:
        audit.drop_segments(2, TODAY)
    assert refused.value.findings
    assert AuditLink.objects.count() == 9


@pytest.mark.usefixtures("keeper")
def test_old_months_go_whole_and_the_rest_is_still_proven() -> None:
    last = audit.drop_segments(2, TODAY)
    assert last is not None
    assert last.last == 6
    assert list(AuditLink.objects.values_list("position", flat=True)) == [7, 8, 9]
    assert AuditEntry.objects.count() == 4
    cut = AuditEntry.objects.get(action="audit.segments_dropped")
    assert cut.detail == {
        "position": 6, "digest": last.digest, "entries": 6, "month": "2026-11",
    }  # fmt: skip
    assert audit.verify() == []
    assert audit.drop_segments(2, TODAY) is None
    assert [one.kept for one in audit.segments(2, TODAY)] == [False, False]


@pytest.mark.usefixtures("keeper")
def test_the_guards_stand_again_afterwards() -> None:
    audit.drop_segments(2, TODAY)
    assert set(TABLES) <= set(append_only.guarded(connection))


@pytest.mark.usefixtures("keeper")
def test_a_second_cut_stands_on_the_first() -> None:
    audit.drop_segments(2, date(2028, 11, 5))
    audit.link_entries()
    assert audit.beginning().position == 3
    last = audit.drop_segments(2, TODAY)
    assert last is not None
    assert audit.beginning().position == last.last == 6
    assert audit.verify() == []


@pytest.mark.django_db
def test_what_is_removed_without_a_record_is_named(three_months: None) -> None:
    raw(
        "DELETE FROM admin_module_auditlink WHERE position <= 6",
        "DELETE FROM admin_module_auditentry WHERE id NOT IN"
        " (SELECT entry_id FROM admin_module_auditlink)",
    )
    findings = audit.verify()
    assert "1" in findings[0]
    assert "6" in findings[0]


@pytest.mark.usefixtures("keeper")
def test_more_removed_than_was_recorded_is_named() -> None:
    audit.drop_segments(2, TODAY)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("RESET ROLE")
    raw(
        "DELETE FROM admin_module_auditlink WHERE position = 7",
        "DELETE FROM admin_module_auditentry WHERE action = 'message.sent'"
        " AND id NOT IN (SELECT entry_id FROM admin_module_auditlink)",
    )
    findings = audit.verify()
    assert "1" in findings[0]
    assert "7" in findings[0]


@pytest.mark.postgres
@pytest.mark.usefixtures("three_months")
def test_every_other_role_is_refused() -> None:
    out = StringIO()
    with mock.patch.object(timezone, "localdate", return_value=TODAY), pytest.raises(CommandError):
        call_command("audit_drop_segments", "--yes", stdout=out)
    assert AuditLink.objects.count() == 9
    assert not AuditEntry.objects.filter(action="audit.segments_dropped").exists()


@pytest.mark.usefixtures("keeper")
def test_the_command_says_what_it_would_do_and_does_it_when_told() -> None:
    out = StringIO()
    with mock.patch.object(timezone, "localdate", return_value=TODAY):
        call_command("audit_drop_segments", stdout=out)
        assert AuditLink.objects.count() == 9
        call_command("audit_drop_segments", "--yes", stdout=out)
        call_command("audit_drop_segments", stdout=out)
    said = out.getvalue()
    assert "2026-10" in said
    assert "7" in said
    assert AuditLink.objects.count() == 3


@pytest.mark.usefixtures("three_months")
def test_nothing_younger_than_two_years_goes_whatever_the_setting() -> None:
    assert not any(segment.due for segment in audit.segments(0, date(2028, 10, 31)))
    assert audit.drop_segments(0, date(2028, 10, 31)) is None
