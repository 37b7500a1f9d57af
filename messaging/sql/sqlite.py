"""The engine's statements as SQLite reads them: one writer at a time, so nothing is skipped.

A tuple is run in order; the rows are those of its last statement. Lists arrive as JSON.
"""

from recipients.feed.change_sql import note_people

from . import escalation, follow_ups
from .escalation import NEEDED

_NOW = "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')"
_LEASE = "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '+' || %(lease)s || ' seconds')"
_IDS = "(SELECT value FROM json_each(%(ids)s))"
_FREE = "lease_owner = NULL, lease_until = NULL"

_OPEN_CHANNEL = """NOT EXISTS (
    SELECT 1 FROM messaging_channelpause p WHERE p.channel = %(channel)s)"""
_GOING = "m.status IN ('expanding', 'sending')"
_LIVE = f"{_GOING} AND (m.expires_at IS NULL OR m.expires_at > {_NOW})"
_AGREED = """(m.klass = 'alarm' OR coalesce(t.mandatory, 0)
    OR coalesce((r.consents >> (t.bit * 4 + %(kind)s)) & 1, 0) = 1)"""

# Nothing is sent to an address that messages come back from (recipients.contacts.address_health).
_NOT_HELD = """NOT EXISTS (
    SELECT 1 FROM recipients_contactpoint h JOIN recipients_suppressedaddress s
        ON s.held AND s.kind = h.kind AND s.value_token = h.value_token
    WHERE h.recipient_id = d.recipient_id AND h.kind = %(channel)s)"""

_LOOK = f"""
WITH due AS (
    SELECT d.* FROM messaging_delivery d LEFT JOIN messaging_message m ON m.id = d.message_id
    WHERE d.state = 'queued' AND d.channel = %(channel)s AND d.lane <= %(lane)s
      AND d.due_at <= {_NOW} AND (m.id IS NULL OR ({_LIVE})) AND {_OPEN_CHANNEL}
      AND d.id %% %(shares)s = %(share)s AND coalesce(m.drill, 0) = %(drill)s
    ORDER BY d.lane, d.due_at, d.id LIMIT %(limit)s
)
SELECT d.id, d.salt, d.message_id, d.letter_id, d.recipient_id, d.lane, d.tries, d.reason,
       r.uid, k.wrapped, p.uid, p.value
FROM due d
LEFT JOIN recipients_recipient r ON r.id = d.recipient_id
LEFT JOIN recipients_contactpoint p ON p.recipient_id = d.recipient_id AND p.kind = %(channel)s
LEFT JOIN encryption_datakey k ON k.uid = r.uid
ORDER BY d.lane, d.due_at, d.id
"""

_TAKE = f"""
SET state = 'submitting', lease_owner = %(owner)s, tries = d.tries + 1, changed_at = {_NOW},
    lease_until = {_LEASE}"""
_QUEUED = "d.id IN (SELECT value FROM json_each(%(next)s)) AND d.state = 'queued'"

_INTEND = f"""
UPDATE messaging_delivery AS d {_TAKE}
FROM recipients_recipient r,
     messaging_message m LEFT JOIN consents_topic t ON t.id = m.topic_id
WHERE {_QUEUED} AND m.id = %(message)s AND d.message_id = m.id AND {_LIVE}
  AND m.drill = %(drill)s
  AND r.id = d.recipient_id AND r.state = 'active' AND {_AGREED} AND {_OPEN_CHANNEL} AND {NEEDED}
  AND {_NOT_HELD}
RETURNING id
"""

_INTEND_LETTERS = f"""
UPDATE messaging_delivery AS d {_TAKE}
FROM messaging_letter l LEFT JOIN recipients_recipient r ON r.id = l.recipient_id
WHERE {_QUEUED} AND l.id = d.letter_id
  AND (l.expires_at IS NULL OR l.expires_at > {_NOW})
  AND (r.id IS NULL OR r.state <> 'erased') AND {_OPEN_CHANNEL}
  AND (l.code_id IS NOT NULL OR {_NOT_HELD})
RETURNING id
"""

_SET_ASIDE = f"""
UPDATE messaging_delivery AS d
SET state = CASE WHEN d.reason = 'lost_answer' THEN 'unknown' ELSE 'suppressed' END,
    reason = CASE WHEN d.reason = 'lost_answer' THEN d.reason ELSE w.reason END,
    changed_at = {_NOW}
FROM (
    SELECT d.id, CASE
        WHEN r.state = 'erased' THEN 'erased'
        WHEN m.id IS NULL AND l.expires_at <= {_NOW} THEN 'expired'
        WHEN m.id IS NULL AND l.code_id IS NULL AND NOT {_NOT_HELD} THEN 'suppressed_address'
        WHEN m.id IS NULL THEN ''
        WHEN m.status = 'cancelled' THEN 'cancelled'
        WHEN m.status = 'expired' OR m.expires_at <= {_NOW} THEN 'expired'
        WHEN r.state = 'restricted' THEN 'restricted'
        WHEN r.state = 'suspended' THEN 'suspended'
        WHEN r.state <> 'active' THEN 'not_active'
        WHEN NOT {_AGREED} THEN 'no_consent'
        WHEN NOT {_NOT_HELD} THEN 'suppressed_address'
        WHEN NOT {NEEDED} THEN 'opened_before'
        ELSE '' END AS reason
    FROM messaging_delivery d
    LEFT JOIN recipients_recipient r ON r.id = d.recipient_id
    LEFT JOIN messaging_letter l ON l.id = d.letter_id
    LEFT JOIN messaging_message m ON m.id = d.message_id
    LEFT JOIN consents_topic t ON t.id = m.topic_id
    WHERE d.id IN {_IDS} AND d.state = 'queued'
) AS w
WHERE d.id = w.id AND w.reason <> ''
RETURNING id, message_id, channel, reason
"""

_SUPPRESS = f"""
UPDATE messaging_delivery
SET state = CASE WHEN reason = 'lost_answer' THEN 'unknown' ELSE 'suppressed' END,
    reason = CASE WHEN reason = 'lost_answer' THEN reason ELSE %(reason)s END,
    changed_at = {_NOW}
WHERE id IN {_IDS} AND state = 'queued'
RETURNING id, message_id, channel, reason
"""

_SETTLE = f"""
UPDATE messaging_delivery AS d
SET state = n.state, reason = n.reason, code = n.code, provider_id = n.provider_id,
    due_at = CASE WHEN n.wait < 0 THEN d.due_at
        ELSE strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '+' || n.wait || ' seconds') END,
    tries = d.tries - (n.outcome = 'not_sent'), {_FREE}, changed_at = {_NOW}
FROM (
    SELECT value ->> 0 AS id, value ->> 1 AS owner, value ->> 2 AS state, value ->> 3 AS reason,
           value ->> 4 AS code, value ->> 5 AS provider_id, value ->> 6 AS outcome,
           value ->> 7 AS wait
    FROM json_each(%(rows)s)
) AS n
WHERE d.id = n.id AND d.state = 'submitting' AND d.lease_owner = n.owner
RETURNING id, message_id, channel, state
"""

_HEAR = f"""
UPDATE messaging_delivery AS d
SET state = n.state, reason = n.reason, code = n.code, provider_id = n.provider_id,
    {_FREE}, changed_at = {_NOW}
FROM (
    SELECT value ->> 0 AS id, value ->> 1 AS state, value ->> 2 AS reason, value ->> 3 AS code,
           value ->> 4 AS provider_id
    FROM json_each(%(rows)s)
) AS n
WHERE d.id = n.id
"""

_COUNT = """
INSERT INTO messaging_counter (message_id, channel, shard, state, number)
SELECT m.value, json_extract(%(channels)s, '$[' || m.key || ']'), 0,
       json_extract(%(states)s, '$[' || m.key || ']'),
       json_extract(%(numbers)s, '$[' || m.key || ']')
FROM json_each(%(messages)s) AS m WHERE true
ON CONFLICT (message_id, channel, state, shard)
DO UPDATE SET number = messaging_counter.number + excluded.number
"""


def _weighed(only: str = "") -> str:
    return f"""
    SELECT r.id, ch.value AS kind, CASE
        WHEN r.state = 'erased' THEN 'erased'
        WHEN r.state = 'restricted' THEN 'restricted'
        WHEN r.state = 'suspended' THEN 'suspended'
        WHEN r.state <> 'active' THEN 'not_active'
        WHEN p.id IS NULL THEN 'no_address'
        WHEN %(bit)s >= 0 AND ((r.consents >> (%(bit)s +
            json_extract(%(places)s, '$[' || ch.key || ']'))) & 1) = 0 THEN 'no_consent'
        WHEN s.id IS NOT NULL THEN 'suppressed_address'
        ELSE '' END AS reason
    FROM json_each(%(ids)s) AS person
    JOIN recipients_recipient r ON r.id = person.value
    CROSS JOIN json_each(%(kinds)s) AS ch
    LEFT JOIN recipients_contactpoint p ON p.recipient_id = r.id AND p.kind = ch.value
    LEFT JOIN recipients_suppressedaddress s
        ON s.held AND s.kind = p.kind AND s.value_token = p.value_token
    {only}"""


def _expand(only: str = "") -> str:
    return f"""
INSERT INTO messaging_delivery (message_id, recipient_id, channel, salt, lane, state,
    reason, code, provider_id, due_at, tries, changed_at)
SELECT %(message)s, id, kind, random() & 2147483647, %(lane)s,
       CASE WHEN reason = '' THEN 'queued' ELSE 'suppressed' END, reason, '', '',
       {_NOW}, 0, {_NOW}
FROM ({_weighed(only)}
) AS weighed WHERE true
ON CONFLICT DO NOTHING
RETURNING channel, state, 1
"""


_SAME_ADDRESS = f"""
UPDATE messaging_delivery AS d
SET state = 'suppressed', reason = 'same_address', same_as_id = first.id, changed_at = {_NOW}
FROM (
    SELECT mine.recipient_id, min(e.id) AS id
    FROM recipients_contactpoint mine
    JOIN recipients_contactpoint other
        ON other.value_token = mine.value_token AND other.kind = mine.kind
        AND other.recipient_id < mine.recipient_id
    JOIN messaging_delivery e
        ON e.message_id = %(message)s AND e.channel = %(channel)s
        AND e.recipient_id = other.recipient_id AND e.state <> 'suppressed'
    WHERE mine.kind = %(channel)s AND mine.recipient_id IN {_IDS}
    GROUP BY mine.recipient_id
) AS first
WHERE d.message_id = %(message)s AND d.channel = %(channel)s
  AND d.recipient_id = first.recipient_id AND d.state = 'queued'
RETURNING id
"""

_NEXT_AT_ADDRESS = f"""
UPDATE messaging_delivery AS d
SET state = CASE WHEN d.id = heirs.heir THEN 'queued' ELSE 'suppressed' END,
    reason = CASE WHEN d.id = heirs.heir THEN '' ELSE 'same_address' END,
    same_as_id = CASE WHEN d.id = heirs.heir THEN NULL ELSE heirs.heir END,
    changed_at = {_NOW}
FROM (
    SELECT same_as_id AS chosen, min(id) AS heir FROM messaging_delivery
    WHERE same_as_id IN {_IDS} AND state = 'suppressed'
    GROUP BY same_as_id
) AS heirs
WHERE d.same_as_id = heirs.chosen AND d.state = 'suppressed'
RETURNING message_id, channel, state
"""

_PROMOTE = f"""
UPDATE messaging_delivery SET state = 'queued', changed_at = {_NOW}
WHERE id IN (SELECT id FROM messaging_delivery WHERE state = 'retry_wait' AND due_at <= {_NOW}
             ORDER BY id LIMIT %(limit)s)
RETURNING channel, lane
"""

_GIVE_UP_EXPIRED = f"""
UPDATE messaging_delivery
SET state = CASE WHEN lane = 0 AND reason <> 'lost_answer'
        OR channel IN (SELECT value FROM json_each(%(safe)s)) AND tries < %(tries)s THEN 'queued'
        ELSE 'unknown' END,
    reason = 'lost_answer', {_FREE}, changed_at = {_NOW}
WHERE id IN (
    SELECT id FROM messaging_delivery
    WHERE state = 'submitting' AND lease_until <= {_NOW}
    ORDER BY id LIMIT %(limit)s)
RETURNING id, message_id, channel, state
"""

_CLOSE = f"""
UPDATE messaging_delivery
SET state = CASE WHEN reason = 'lost_answer' THEN 'unknown' ELSE 'suppressed' END,
    reason = CASE WHEN reason = 'lost_answer' THEN reason ELSE %(reason)s END,
    changed_at = {_NOW}
WHERE id IN (SELECT id FROM messaging_delivery
             WHERE message_id = %(message)s AND state IN ('queued', 'retry_wait')
             ORDER BY id LIMIT %(limit)s)
RETURNING message_id, channel, state
"""

_NO_NEWS = f"""
UPDATE messaging_delivery SET state = 'no_receipt', changed_at = {_NOW}
WHERE id IN (
    SELECT id FROM messaging_delivery WHERE message_id = %(message)s AND state = 'accepted'
      AND channel = %(channel)s AND changed_at <= strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '-' || %(hours)s || ' hours')
    ORDER BY id LIMIT %(limit)s)
RETURNING message_id, channel
"""

_WORK = f"""
SELECT DISTINCT d.channel, d.lane
FROM messaging_delivery d LEFT JOIN messaging_message m ON m.id = d.message_id
WHERE d.state = 'queued' AND d.due_at <= {_NOW} AND d.lane <= %(lane)s
  AND (m.id IS NULL OR {_GOING})
"""

_OPEN_LEFT = """
SELECT 1 FROM messaging_delivery
WHERE message_id = %(message)s
  AND state IN ('queued', 'submitting', 'retry_wait') LIMIT 1
"""

_NOTE_INBOX = note_people(
    "sqlite",
    f"""(
    SELECT d.recipient_id AS recipient, 'message' AS kind, m.uid
    FROM messaging_delivery d JOIN messaging_message m ON m.id = d.message_id
    WHERE d.id IN {_IDS} AND d.channel = 'push' AND NOT m.drill AND d.state IN
        ('accepted', 'delivered', 'read', 'undelivered', 'failed', 'unknown', 'no_receipt')
)""",
)

STATEMENTS: dict[str, str | tuple[str, ...]] = {
    "look": _LOOK,
    "intend": _INTEND,
    "intend_letters": _INTEND_LETTERS,
    "set_aside": _SET_ASIDE,
    "suppress": _SUPPRESS,
    "settle": _SETTLE,
    "hear": _HEAR,
    "note_inbox": _NOTE_INBOX,
    "count": _COUNT,
    "expand": _expand(),
    "same_address": _SAME_ADDRESS,
    "next_at_address": _NEXT_AT_ADDRESS,
    "promote": _PROMOTE,
    "give_up_expired": _GIVE_UP_EXPIRED,
    "close": _CLOSE,
    "no_news": _NO_NEWS,
    "work": _WORK,
    "open_left": _OPEN_LEFT,
    **escalation.SQLITE,
    **follow_ups.statements("sqlite", _weighed, _expand),
}
