"""From lines and legal bases to triggers that refuse a recording without a standing basis, on both databases.

A check of one row cannot look into another table. The line's trigger asks whether its basis is approved and
not withdrawn (on PostgreSQL it waits for whoever is withdrawing it just now); the basis' trigger refuses to
let one go by which a line still records. Whoever skips the pages meets the same answer.

SQLite drops the triggers whenever a later migration rebuilds one of the tables: such a migration must take
the guard off first and put it back at its end.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import RunPython

POSTGRES = (
    """
CREATE OR REPLACE FUNCTION recording_asks_for_a_basis() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM conversations_legalbasis
    WHERE id = NEW.legal_basis_id AND approved_at IS NOT NULL AND withdrawn_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a line records only with a standing legal basis'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$""",
    """
CREATE OR REPLACE FUNCTION recording_basis_is_asked_for() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM conversations_line
        WHERE legal_basis_id = OLD.id AND recording_mode <> 'off') THEN
        RAISE EXCEPTION 'a line still records by this legal basis'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$""",
    """
CREATE TRIGGER conversations_line_asks_for_a_basis BEFORE INSERT OR UPDATE ON conversations_line
FOR EACH ROW WHEN (NEW.recording_mode <> 'off') EXECUTE FUNCTION recording_asks_for_a_basis()""",
    """
CREATE TRIGGER conversations_legalbasis_is_asked_for BEFORE UPDATE ON conversations_legalbasis
FOR EACH ROW WHEN (NEW.approved_at IS NULL OR NEW.withdrawn_at IS NOT NULL)
EXECUTE FUNCTION recording_basis_is_asked_for()""",
    # ALWAYS: session_replication_role = replica does not get past them.
    "ALTER TABLE conversations_line ENABLE ALWAYS TRIGGER conversations_line_asks_for_a_basis",
    "ALTER TABLE conversations_legalbasis ENABLE ALWAYS TRIGGER conversations_legalbasis_is_asked_for",
)
SQLITE = (
    """
CREATE TRIGGER conversations_line_asks_for_a_basis_insert BEFORE INSERT ON conversations_line
WHEN NEW.recording_mode <> 'off'
    AND NOT EXISTS (
        SELECT 1 FROM conversations_legalbasis
        WHERE id = NEW.legal_basis_id AND approved_at IS NOT NULL AND withdrawn_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'a line records only with a standing legal basis'); END""",
    """
CREATE TRIGGER conversations_line_asks_for_a_basis_update BEFORE UPDATE ON conversations_line
WHEN NEW.recording_mode <> 'off'
    AND NOT EXISTS (
        SELECT 1 FROM conversations_legalbasis
        WHERE id = NEW.legal_basis_id AND approved_at IS NOT NULL AND withdrawn_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'a line records only with a standing legal basis'); END""",
    """
CREATE TRIGGER conversations_legalbasis_is_asked_for BEFORE UPDATE ON conversations_legalbasis
WHEN (NEW.approved_at IS NULL OR NEW.withdrawn_at IS NOT NULL)
    AND EXISTS (
        SELECT 1 FROM conversations_line
        WHERE legal_basis_id = OLD.id AND recording_mode <> 'off')
BEGIN SELECT RAISE(ABORT, 'a line still records by this legal basis'); END""",
)
RELEASE = {
    "postgresql": (
        "DROP TRIGGER IF EXISTS conversations_line_asks_for_a_basis ON conversations_line",
        "DROP TRIGGER IF EXISTS conversations_legalbasis_is_asked_for ON conversations_legalbasis",
    ),
    "sqlite": (
        "DROP TRIGGER IF EXISTS conversations_line_asks_for_a_basis_insert",
        "DROP TRIGGER IF EXISTS conversations_line_asks_for_a_basis_update",
        "DROP TRIGGER IF EXISTS conversations_legalbasis_is_asked_for",
    ),
}


def guard(connection: BaseDatabaseWrapper) -> None:
    """Refuse from now on what records without a basis."""
    _run(connection, SQLITE if connection.vendor == "sqlite" else POSTGRES)


def release(connection: BaseDatabaseWrapper) -> None:
    _run(connection, RELEASE[connection.vendor])


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def operation() -> RunPython:
    """The guard as a step of a migration."""
    return RunPython(
        lambda apps, editor: guard(editor.connection),
        lambda apps, editor: release(editor.connection),
    )
