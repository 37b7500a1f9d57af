"""Whom a correction or a call-off is for: those whom the messages of its family reached, by the channel that
worked; in two dialects. `f` is a delivery of the family, `s` the one it was left out for.
"""

from collections.abc import Callable

from recipients.feed.change_sql import note_people

# What the app shows is there whatever became of the hint at it (messaging.models.IN_INBOX).
_CAME = """({d}.state IN ('accepted', 'delivered', 'read', 'no_receipt')
        OR {d}.state = 'unknown' AND %(unknown)s
        OR {d}.channel = 'push' AND {d}.state IN ('undelivered', 'failed', 'unknown'))"""
# A household that shares a phone read it on that phone.
_REACHED = f"""({_CAME.format(d="f")} OR f.reason = 'same_address' AND EXISTS (
        SELECT 1 FROM messaging_delivery s WHERE s.id = f.same_as_id AND {_CAME.format(d="s")}))"""
_IN_INBOX = "('accepted', 'delivered', 'read', 'undelivered', 'failed', 'unknown', 'no_receipt')"

_FAMILY = {
    "postgresql": "ANY(%(family)s::bigint[])",
    "sqlite": "(SELECT value FROM json_each(%(family)s))",
}
_IDS = {
    "postgresql": "ANY(%(ids)s::bigint[])",
    "sqlite": "(SELECT value FROM json_each(%(ids)s))",
}
_CHOSEN = {
    "postgresql": "ANY(%(chosen)s::text[])",
    "sqlite": "(SELECT value FROM json_each(%(chosen)s))",
}
_EQUALS = {"postgresql": "=", "sqlite": "IN"}
_KIND = {"postgresql": "ch.kind", "sqlite": "ch.value"}


def _reached(vendor: str) -> str:
    return f"""
SELECT DISTINCT f.recipient_id FROM messaging_delivery f
WHERE f.message_id {_EQUALS[vendor]} {_FAMILY[vendor]} AND f.recipient_id IS NOT NULL AND {_REACHED}
ORDER BY 1
"""


def _worked(vendor: str) -> str:
    """For the weighing of an expansion: only by channels that worked for this person."""
    return f"""WHERE EXISTS (
        SELECT 1 FROM messaging_delivery f
        WHERE f.message_id {_EQUALS[vendor]} {_FAMILY[vendor]} AND f.recipient_id = r.id
          AND f.channel = {_KIND[vendor]} AND {_REACHED})"""


def _weigh(vendor: str, weighed: str) -> str:
    """Rows (channel, reason or none, people); one without a channel: whom a chosen one reaches."""
    return f"""
WITH weighed AS ({weighed})
SELECT kind, reason, count(*) FROM weighed GROUP BY kind, reason
UNION ALL SELECT '', '', count(DISTINCT id) FROM weighed
WHERE reason = '' AND kind {_EQUALS[vendor]} {_CHOSEN[vendor]}
"""


def _note(vendor: str) -> str:
    return note_people(
        vendor,
        f"""(
    SELECT d.recipient_id AS recipient, 'message' AS kind, m.uid
    FROM messaging_delivery d JOIN messaging_message m ON m.id = d.message_id
    WHERE d.message_id {_EQUALS[vendor]} {_FAMILY[vendor]} AND d.recipient_id {_EQUALS[vendor]} {_IDS[vendor]}
      AND d.channel = 'push' AND d.state IN {_IN_INBOX}
) AS news""",
    )


def statements(
    vendor: str, weighed: Callable[[str], str], expand: Callable[[str], str]
) -> dict[str, str]:
    """`weighed` and `expand` make the statements of every message with one more condition."""
    only = _worked(vendor)
    return {
        "reached": _reached(vendor),
        "expand_follow_up": expand(only),
        "weigh_follow_up": _weigh(vendor, weighed(only)),
        "note_followed": _note(vendor),
    }
