"""The database itself refuses to change what was once written."""

import pytest
from django.db import DatabaseError, connection, transaction

from admin_module import append_only, audit
from admin_module.models import AuditEntry, AuditLink

STATEMENTS = [
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
]


@pytest.fixture
def _one_entry(db: None) -> None:
    audit.record("audit.verified", "admin_module.auditentry:all", by=None)
    audit.link_entries()
    connection.check_constraints()  # PostgreSQL: no foreign key is left to be checked later


@pytest.mark.usefixtures("_one_entry")
@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize(("model", "column"), [(AuditEntry, "action"), (AuditLink, "digest")])
def test_changes_are_refused(statement: str, model: type, column: str) -> None:
    table = model._meta.db_table  # type: ignore[attr-defined]
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table=table, column=column))
    assert model.objects.count() == 1  # type: ignore[attr-defined]


@pytest.mark.postgres  # SQLite has no TRUNCATE
@pytest.mark.usefixtures("_one_entry")
def test_truncate_is_refused() -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE admin_module_auditlink")


@pytest.mark.postgres  # it has such a setting
@pytest.mark.usefixtures("_one_entry")
def test_replica_mode_does_not_get_past_the_guard() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        with pytest.raises(DatabaseError, match="append-only"):
            cursor.execute("DELETE FROM admin_module_auditlink")
        transaction.set_rollback(True)


@pytest.mark.usefixtures("_one_entry")
def test_the_orm_is_refused_too() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.update(action="nothing.happened")


@pytest.mark.django_db
def test_after_all_migrations_the_tables_are_guarded() -> None:
    assert {"admin_module_auditentry", "admin_module_auditlink"} <= set(
        append_only.guarded(connection)
    )


@pytest.mark.usefixtures("_one_entry")
def test_a_released_table_can_be_emptied_and_guarded_again() -> None:
    table = "admin_module_auditlink"
    append_only.release(connection, table)
    AuditLink.objects.all().delete()
    append_only.guard(connection, table)
    assert table in append_only.guarded(connection)
