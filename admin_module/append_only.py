"""From a table to triggers that refuse UPDATE, DELETE and TRUNCATE, on both databases.

One role of PostgreSQL may remove rows of the tables named in KEEPERS, and no other may: it has no use
in daily work and exists for retention only (docs/audit.md).

SQLite drops the triggers whenever a later migration rebuilds the table: such a migration must end
with `operation` again (admin_module/tests/test_append_only.py notices a table left unguarded).
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import RunPython

AUDIT_KEEPER = "icp_audit_keeper"
KEEPERS = {"admin_module_auditentry": AUDIT_KEEPER, "admin_module_auditlink": AUDIT_KEEPER}
# Sealed columns of guarded tables: new keys seal them anew, and who is erased takes their words along.
RESEALED = {
    "reports_reportevent": ("public_text", "internal_text"),
    "conversations_chatevent": ("body",),
}
# Rows that go with what they belong to, and not before: when this may be removed, of the row OLD.
ENDING = {
    "conversations_chatevent": (
        "COALESCE((SELECT purge_state FROM conversations_conversation"
        " WHERE id = OLD.conversation_id), '') <> 'kept'"
    ),
    "conversations_playbackevent": (
        "COALESCE((SELECT c.purge_state FROM conversations_conversation c"
        " JOIN conversations_playbacksession s ON s.conversation_id = c.id"
        " WHERE s.id = OLD.session_id AND EXISTS"
        " (SELECT 1 FROM encryption_datakey k WHERE k.uid = c.uid)), '') <> 'kept'"
    ),
}
FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_NARGS = 1 AND current_user = TG_ARGV[0] THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


# Where rows may go one day: asked of each one, by a function of the table's own.
ROW_FUNCTION = """
CREATE OR REPLACE FUNCTION {table}_may_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {condition} THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def _statements(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    update = f"UPDATE{_columns(connection, table)}"
    if connection.vendor == "sqlite":
        unless = {"DELETE": f"WHEN NOT ({ENDING[table]}) "} if table in ENDING else {}
        return [
            f"CREATE TRIGGER {table}_refuses_{event[:6].lower()} BEFORE {event} ON {table} "
            f"{unless.get(event, '')}BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for event in (update, "DELETE")
        ]
    name = f"{table}_refuses_change"
    keeper = f"'{KEEPERS[table]}'" if table in KEEPERS else ""
    refused = f"{update} OR TRUNCATE" if table in ENDING else f"{update} OR DELETE OR TRUNCATE"
    return [
        FUNCTION,
        f"CREATE TRIGGER {name} BEFORE {refused} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_change({keeper})",
        # ALWAYS: session_replication_role = replica does not get past it.
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
        *(_removals(table) if table in ENDING else ()),
    ]


def _removals(table: str) -> list[str]:
    name = f"{table}_refuses_removal"
    return [
        ROW_FUNCTION.format(table=table, condition=ENDING[table]),
        f"CREATE TRIGGER {name} BEFORE DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_may_go()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
    ]


def _columns(connection: BaseDatabaseWrapper, table: str) -> str:
    """Which columns an UPDATE may not name: all of them, or all but the sealed ones."""
    if table not in RESEALED:
        return ""
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, table)
    guarded = [column.name for column in found if column.name not in RESEALED[table]]
    return f" OF {', '.join(guarded)}"


def guard(connection: BaseDatabaseWrapper, table: str) -> None:
    """Refuse from now on whatever changes or removes a row of `table`."""
    with connection.cursor() as cursor:
        for statement in _statements(connection, table):
            cursor.execute(statement)


def release(connection: BaseDatabaseWrapper, table: str) -> None:
    """Take the guard off: for the reverse of a migration, and for tests that empty their tables."""
    if connection.vendor == "sqlite":
        drops = [f"DROP TRIGGER {table}_refuses_{event}" for event in ("update", "delete")]
    else:
        drops = [f"DROP TRIGGER {table}_refuses_change ON {table}"]
        if table in ENDING:
            drops.append(f"DROP TRIGGER {table}_refuses_removal ON {table}")
    with connection.cursor() as cursor:
        for statement in drops:
            cursor.execute(statement)


def guarded(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables that are guarded now, by what the database itself says."""
    if connection.vendor == "sqlite":
        query = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%refuses_delete'"
    else:
        query = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%refuses_change'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return sorted(row[0] for row in cursor.fetchall())


def operation(table: str) -> RunPython:
    """The guard as a step of a migration."""
    return RunPython(
        lambda apps, editor: guard(editor.connection, table),
        lambda apps, editor: release(editor.connection, table),
    )
