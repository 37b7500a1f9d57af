"""The second step of an escalation (the app first, an SMS later), in two dialects.

`m` is the message with its `escalation`, `f` a delivery of the first step, `s` one of the second.
"""

# Opened; or only delivered, where that is enough.
_OPENED = (
    """(f.state = 'read' OR f.state = 'delivered' AND m.escalation ->> 'until' = 'delivered')"""
)
# Part of every intent. What may have left already goes on: it must not end as if nothing was sent.
NEEDED = f"""(coalesce(m.escalation ->> 'then', '') <> d.channel OR d.reason = 'lost_answer'
    OR NOT EXISTS (
        SELECT 1 FROM messaging_delivery f
        WHERE f.message_id = m.id AND f.recipient_id = d.recipient_id
          AND f.channel = m.escalation ->> 'first' AND {_OPENED}))"""

# Those who may still open the first step wait; looked up one by one, by key, as in postgresql.py.
_POSTPONE = """
WITH pairs AS MATERIALIZED (
    SELECT (
        SELECT f.id FROM messaging_delivery f
        WHERE f.message_id = %(message)s::bigint AND f.recipient_id = person.id
          AND f.channel = %(first)s::text AND f.state || '' = 'queued'
    ) AS first, (
        SELECT s.id FROM messaging_delivery s
        WHERE s.message_id = %(message)s::bigint AND s.recipient_id = person.id
          AND s.channel = %(then)s::text AND s.state || '' = 'queued'
    ) AS second
    FROM unnest(%(ids)s::bigint[]) AS person (id)
)
UPDATE messaging_delivery d
SET due_at = statement_timestamp() + %(wait)s::float8 * interval '1 second'
FROM pairs WHERE d.id = pairs.second AND pairs.first IS NOT NULL
RETURNING d.id
"""

# Somebody without the app shares the address of one whose second step waits: nobody waits then.
_HASTEN_SHARED = """
WITH waiting AS MATERIALIZED (
    SELECT (
        SELECT s.same_as_id FROM messaging_delivery s
        WHERE s.message_id = %(message)s::bigint AND s.recipient_id = person.id
          AND s.channel = %(then)s::text AND s.reason = 'same_address'
          AND s.due_at <= statement_timestamp()
    ) AS id
    FROM unnest(%(ids)s::bigint[]) AS person (id)
), held AS MATERIALIZED (
    SELECT d.id FROM messaging_delivery d
    WHERE d.id IN (SELECT id FROM waiting) AND d.state || '' = 'queued'
      AND d.due_at > statement_timestamp()
    ORDER BY d.id FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE messaging_delivery d SET due_at = statement_timestamp()
FROM held WHERE d.id = held.id RETURNING d.id
"""

# The first step ended without reaching anybody: the second need not wait any more.
_SECOND_STEPS = """
found AS MATERIALIZED (
    SELECT (
        SELECT s.id FROM messaging_delivery s
        WHERE s.message_id = f.message_id AND s.recipient_id = f.recipient_id
          AND s.channel = m.escalation ->> 'then'
    ) AS id
    FROM messaging_delivery f JOIN messaging_message m ON m.id = f.message_id
    WHERE f.id = ANY(%(ids)s::bigint[]) AND f.channel = m.escalation ->> 'first'"""
_HASTEN = f"""
WITH {_SECOND_STEPS} AND f.state || '' IN ('failed', 'undelivered', 'suppressed')
), held AS MATERIALIZED (
    SELECT d.id FROM messaging_delivery d
    WHERE d.id IN (SELECT id FROM found) AND d.state || '' = 'queued'
      AND d.due_at > statement_timestamp()
    ORDER BY d.id FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE messaging_delivery d SET due_at = statement_timestamp()
FROM held WHERE d.id = held.id RETURNING d.channel, d.lane
"""

# The first step was opened. What another worker holds right now is met by its intent.
_SPARE = f"""
WITH {_SECOND_STEPS} AND {_OPENED}
), held AS MATERIALIZED (
    SELECT d.id FROM messaging_delivery d
    WHERE d.id IN (SELECT id FROM found) AND d.state || '' IN ('queued', 'retry_wait')
      AND d.reason <> 'lost_answer'
    ORDER BY d.id FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE messaging_delivery d
SET state = 'suppressed', reason = 'opened_before', changed_at = statement_timestamp()
FROM held WHERE d.id = held.id
RETURNING d.id, d.message_id, d.channel, d.reason
"""

_NOW = "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')"
_IDS = "(SELECT value FROM json_each(%(ids)s))"

_POSTPONE_LITE = f"""
UPDATE messaging_delivery AS d
SET due_at = strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '+' || %(wait)s || ' seconds')
WHERE d.message_id = %(message)s AND d.recipient_id IN {_IDS} AND d.channel = %(then)s
  AND d.state = 'queued' AND EXISTS (
    SELECT 1 FROM messaging_delivery f
    WHERE f.message_id = d.message_id AND f.recipient_id = d.recipient_id
      AND f.channel = %(first)s AND f.state = 'queued')
RETURNING id
"""

_HASTEN_SHARED_LITE = f"""
UPDATE messaging_delivery SET due_at = {_NOW}
WHERE state = 'queued' AND due_at > {_NOW} AND id IN (
    SELECT s.same_as_id FROM messaging_delivery s
    WHERE s.message_id = %(message)s AND s.recipient_id IN {_IDS} AND s.channel = %(then)s
      AND s.reason = 'same_address' AND s.due_at <= {_NOW})
RETURNING id
"""

_SECOND_STEPS_LITE = f"""(
    SELECT s.id FROM messaging_delivery f
    JOIN messaging_message m ON m.id = f.message_id AND f.channel = m.escalation ->> 'first'
    JOIN messaging_delivery s ON s.message_id = f.message_id AND s.recipient_id = f.recipient_id
        AND s.channel = m.escalation ->> 'then'
    WHERE f.id IN {_IDS}"""

_HASTEN_LITE = f"""
UPDATE messaging_delivery SET due_at = {_NOW}
WHERE state = 'queued' AND due_at > {_NOW}
  AND id IN {_SECOND_STEPS_LITE} AND f.state IN ('failed', 'undelivered', 'suppressed'))
RETURNING channel, lane
"""

_SPARE_LITE = f"""
UPDATE messaging_delivery SET state = 'suppressed', reason = 'opened_before', changed_at = {_NOW}
WHERE state IN ('queued', 'retry_wait') AND reason <> 'lost_answer'
  AND id IN {_SECOND_STEPS_LITE} AND {_OPENED})
RETURNING id, message_id, channel, reason
"""

POSTGRESQL = {
    "postpone": _POSTPONE,
    "hasten_shared": _HASTEN_SHARED,
    "hasten": _HASTEN,
    "spare": _SPARE,
}
SQLITE: dict[str, str | tuple[str, ...]] = {
    "postpone": _POSTPONE_LITE,
    "hasten_shared": _HASTEN_SHARED_LITE,
    "hasten": _HASTEN_LITE,
    "spare": _SPARE_LITE,
}
