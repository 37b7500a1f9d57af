"""The statements of the feed of changes, in two dialects; docs/decisions/0028 says why like this."""

FROZEN = 1  # older than every transaction: rows of before a restore
# What a client has seen that begins: a snapshot that sees no row, not even a frozen one.
NOTHING_SEEN = {"postgresql": f"{FROZEN}:{FROZEN}:", "sqlite": "0"}

# Owner → the column that names it, its name in {things}, and the unique index of its rows.
_OWNERS = {
    "person": ("recipient_id", "owner", "(recipient_id, uid) WHERE recipient_id IS NOT NULL"),
    "device": ("device_id", "owner", "(device_id, uid) WHERE device_id IS NOT NULL"),
    "everybody": (
        "device_id",
        "NULL",
        "(uid) WHERE device_id IS NULL AND recipient_id IS NULL",
    ),
}
_THINGS = {
    "postgresql": """unnest(%(uids)s::uuid[]) AS t (uid), unnest(%(owners)s::bigint[]) AS o (owner)
ORDER BY owner, uid""",
    "sqlite": """(SELECT t.value AS uid, o.value AS owner
FROM json_each(%(uids)s) AS t, json_each(%(owners)s) AS o) WHERE true""",
}
_REVISION = {
    "postgresql": "pg_current_xact_id()",
    "sqlite": "(SELECT last FROM recipients_changestream)",
}
_NOW = {
    "postgresql": "statement_timestamp()",
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')",
}
_RENEWED = """DO UPDATE SET kind = excluded.kind, deleted = excluded.deleted,
    revision = excluded.revision, changed_at = excluded.changed_at"""


def _note(vendor: str, owner: str) -> str:
    column, value, target = _OWNERS[owner]
    return f"""
INSERT INTO recipients_change ({column}, kind, uid, deleted, revision, changed_at)
SELECT {value}, %(kind)s, uid, %(deleted)s, {_REVISION[vendor]}, {_NOW[vendor]}
FROM {_THINGS[vendor]}
ON CONFLICT {target} {_RENEWED}"""


def note_people(vendor: str, rows: str) -> str:
    """The statement that notes for people what `rows` (a table with recipient, kind, uid) lists.

    For statements of the floors above, which note in the same breath as they change.
    """
    target = _OWNERS["person"][2]
    return f"""
INSERT INTO recipients_change (recipient_id, kind, uid, deleted, revision, changed_at)
SELECT recipient, kind, uid, false, {_REVISION[vendor]}, {_NOW[vendor]}
FROM {rows} WHERE true ORDER BY recipient, uid
ON CONFLICT {target} {_RENEWED}"""


NOTE = {vendor: {owner: _note(vendor, owner) for owner in _OWNERS} for vendor in _REVISION}

# A merged card's changes become the person's; what both cards had is told once more.
JOIN = {
    vendor: f"""
INSERT INTO recipients_change (recipient_id, kind, uid, deleted, revision, changed_at)
SELECT %(stays)s, kind, uid, deleted, {_REVISION[vendor]}, {_NOW[vendor]}
FROM recipients_change WHERE recipient_id = %(goes)s ORDER BY uid
ON CONFLICT {_OWNERS["person"][2]} DO UPDATE SET
    deleted = recipients_change.deleted AND excluded.deleted,
    revision = excluded.revision, changed_at = excluded.changed_at"""
    for vendor in _REVISION
}

# The rows of one owner that the client's snapshot does not see and that of its first page does.
# A transaction is told its own rows each time: its snapshots do not say whether they see them. Rows whose transaction is still to
# come are left from before a restore: the stream's new name has told every client to begin anew.
_COLUMNS = "id, kind, uid, deleted, revision"
_UNSEEN = """revision >= pg_snapshot_xmin(%(base)s::pg_snapshot)
      AND (NOT pg_visible_in_snapshot(revision, %(base)s::pg_snapshot)
           AND pg_visible_in_snapshot(revision, s.upto)
           OR revision = pg_current_xact_id_if_assigned())
      AND id < %(after)s AND (%(tombstones)s OR NOT deleted)"""
_MINE = (
    "recipient_id = %(recipient)s::bigint",
    "device_id = %(device)s::bigint",
    "recipient_id IS NULL AND device_id IS NULL",
)


def _all_owners(unseen: str) -> str:
    return " UNION ALL ".join(
        f"SELECT {_COLUMNS} FROM recipients_change WHERE {mine} AND {unseen}" for mine in _MINE
    )


_READ_POSTGRESQL = f"""
WITH s AS MATERIALIZED (
    SELECT t.uid AS stream, pg_current_snapshot() AS now,
           coalesce(%(upto)s::pg_snapshot, pg_current_snapshot()) AS upto
    FROM recipients_changestream t WHERE t.id = 1
)
SELECT s.stream, s.now::text, s.upto::text, extract(epoch FROM statement_timestamp())::bigint,
       c.id, c.kind, c.uid, c.deleted, c.revision
FROM s LEFT JOIN LATERAL (
    SELECT * FROM ({_all_owners(_UNSEEN)}) AS mine ORDER BY id + 0 DESC LIMIT %(limit)s
) AS c ON true
ORDER BY c.id DESC"""

_UNSEEN_SQLITE = """revision > CAST(%(base)s AS integer)
      AND revision <= (SELECT CAST(upto AS integer) FROM s)
      AND id < %(after)s AND (%(tombstones)s OR NOT deleted)"""
_READ_SQLITE = f"""
WITH s AS (
    SELECT t.uid AS stream, CAST(t.last AS text) AS now,
           coalesce(%(upto)s, CAST(t.last AS text)) AS upto
    FROM recipients_changestream t WHERE t.id = 1
)
SELECT s.stream, s.now, s.upto, CAST(strftime('%%s', 'now') AS integer),
       c.id, c.kind, c.uid, c.deleted, c.revision
FROM s LEFT JOIN (
    SELECT * FROM ({_all_owners(_UNSEEN_SQLITE)}) ORDER BY id DESC LIMIT %(limit)s
) AS c ON true
ORDER BY c.id DESC""".replace("::bigint", "")

# By `id + 0`: the planner must not walk through everybody's rows in the order of their ids.
READ = {"postgresql": _READ_POSTGRESQL, "sqlite": _READ_SQLITE}
FREEZE = {
    "postgresql": f"UPDATE recipients_change SET revision = '{FROZEN}'",
    "sqlite": f"UPDATE recipients_change SET revision = {FROZEN}",
}
