"""The engine's statements as PostgreSQL 15 reads them. Times are the server's."""

from recipients.feed.change_sql import note_people

from . import escalation, follow_ups, households
from .escalation import NEEDED

# A message may go out: its list written or being written, not expired, its channel not paused.
_OPEN_CHANNEL = """NOT EXISTS (
    SELECT 1 FROM messaging_channelpause p WHERE p.channel = %(channel)s::text)"""
_GOING = "m.status IN ('expanding', 'sending')"
_LIVE = f"{_GOING} AND (m.expires_at IS NULL OR m.expires_at > statement_timestamp())"
_AGREED = """(m.klass = 'alarm' OR coalesce(t.mandatory, false)
    OR coalesce((r.consents >> (t.bit * 4 + %(kind)s::int)) & 1, 0) = 1)"""

# Nothing is sent to an address that messages come back from (recipients.contacts.address_health). OFFSET 0: looked
# up for the few rows at hand, never joined with a town's addresses.
_NOT_HELD = """NOT EXISTS (
    SELECT 1 FROM recipients_contactpoint h JOIN recipients_suppressedaddress s
        ON s.held AND s.kind = h.kind AND s.value_token = h.value_token
    WHERE h.recipient_id = d.recipient_id AND h.kind = %(channel)s::text OFFSET 0)"""

# Takes nothing: what another worker sends meanwhile fails this one's intent. Addresses and keys are
# looked up one by one (OFFSET 0 keeps it so): joined freely, a few hundred read the whole town's.
_LOOK = f"""
WITH due AS MATERIALIZED (
    SELECT d.id, d.salt, d.message_id, d.letter_id, d.recipient_id, d.lane, d.tries, d.reason,
           d.due_at
    FROM messaging_delivery d LEFT JOIN messaging_message m ON m.id = d.message_id
    WHERE d.state = 'queued' AND d.channel = %(channel)s::text AND d.lane <= %(lane)s::int
      AND d.due_at <= statement_timestamp() AND (m.id IS NULL OR ({_LIVE})) AND {_OPEN_CHANNEL}
      AND d.id %% %(shares)s::int = %(share)s::int AND coalesce(m.drill, false) = %(drill)s::bool
    ORDER BY d.lane, d.due_at, d.id LIMIT %(limit)s::int
)
SELECT c.id, c.salt, c.message_id, c.letter_id, c.recipient_id, c.lane, c.tries, c.reason,
       r.uid, (SELECT k.wrapped FROM encryption_datakey k WHERE k.uid = r.uid), p.uid, p.value
FROM due c
LEFT JOIN LATERAL (
    SELECT uid FROM recipients_recipient WHERE id = c.recipient_id OFFSET 0
) r ON true
LEFT JOIN LATERAL (
    SELECT uid, value FROM recipients_contactpoint
    WHERE recipient_id = c.recipient_id AND kind = %(channel)s::text OFFSET 0
) p ON true
ORDER BY c.lane, c.due_at, c.id
"""

# Where the ids are known, nothing but the primary key may be used: the partial indexes on states
# are full of dead entries while a message goes out, and one scan of them costs more than all else.
# `|| ''` keeps the planner from trying. The row's lock makes the second of two workers look again.
_TAKE = """
SET state = 'submitting', lease_owner = %(owner)s::uuid, tries = d.tries + 1,
    changed_at = statement_timestamp(),
    lease_until = statement_timestamp() + %(lease)s::float8 * interval '1 second'"""
_QUEUED = "d.id = ANY(%(next)s::bigint[]) AND d.state || '' = 'queued'"

_INTEND = f"""
UPDATE messaging_delivery d {_TAKE}
FROM recipients_recipient r,
     messaging_message m LEFT JOIN consents_topic t ON t.id = m.topic_id
WHERE {_QUEUED} AND m.id = %(message)s::bigint AND d.message_id IS NOT DISTINCT FROM m.id AND {_LIVE}
  AND m.drill = %(drill)s::bool
  AND r.id = d.recipient_id AND r.state = 'active' AND {_AGREED} AND {_OPEN_CHANNEL} AND {NEEDED}
  AND {_NOT_HELD}
RETURNING d.id
"""

_INTEND_LETTERS = f"""
UPDATE messaging_delivery d {_TAKE}
FROM messaging_letter l LEFT JOIN recipients_recipient r ON r.id = l.recipient_id
WHERE {_QUEUED} AND l.id = d.letter_id
  AND (l.expires_at IS NULL OR l.expires_at > statement_timestamp())
  AND (r.id IS NULL OR r.state <> 'erased') AND {_OPEN_CHANNEL}
  AND (l.code_id IS NOT NULL OR {_NOT_HELD})
RETURNING d.id
"""

# What did not pass the intent is left out with the reason, unless it only has to wait. What may have
# left already (an alarm goes once more after a lost answer) must not end as if nothing had been sent.
_SET_ASIDE = f"""
WITH weighed AS MATERIALIZED (
    SELECT d.id, CASE
        WHEN r.state = 'erased' THEN 'erased'
        WHEN m.id IS NULL AND l.expires_at <= statement_timestamp() THEN 'expired'
        WHEN m.id IS NULL AND l.code_id IS NULL AND NOT {_NOT_HELD} THEN 'suppressed_address'
        WHEN m.id IS NULL THEN ''
        WHEN m.status = 'cancelled' THEN 'cancelled'
        WHEN m.status = 'expired' OR m.expires_at <= statement_timestamp() THEN 'expired'
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
    WHERE d.id = ANY(%(ids)s::bigint[]) AND d.state || '' = 'queued'
    ORDER BY d.id FOR NO KEY UPDATE OF d
)
UPDATE messaging_delivery d
SET state = CASE WHEN d.reason = 'lost_answer' THEN 'unknown' ELSE 'suppressed' END,
    reason = CASE WHEN d.reason = 'lost_answer' THEN d.reason ELSE w.reason END,
    changed_at = statement_timestamp()
FROM weighed w WHERE d.id = w.id AND w.reason <> ''
RETURNING d.id, d.message_id, d.channel, d.reason
"""

_SUPPRESS = """
UPDATE messaging_delivery d
SET state = CASE WHEN d.reason = 'lost_answer' THEN 'unknown' ELSE 'suppressed' END,
    reason = CASE WHEN d.reason = 'lost_answer' THEN d.reason ELSE %(reason)s::text END,
    changed_at = statement_timestamp()
WHERE d.id = ANY(%(ids)s::bigint[]) AND d.state || '' = 'queued'
RETURNING d.id, d.message_id, d.channel, d.reason
"""

# A person's devices fetch what a settled hint was about: noted in the same breath.
_IN_INBOX = "('accepted', 'delivered', 'read', 'undelivered', 'failed', 'unknown', 'no_receipt')"
_NOTE_SETTLED = note_people(
    "postgresql",
    f"""(
    SELECT done.recipient_id AS recipient, 'message' AS kind, m.uid
    FROM done JOIN messaging_message m ON m.id = done.message_id
    WHERE done.channel = 'push' AND done.state IN {_IN_INBOX} AND NOT m.drill
) AS news""",
)
_NOTE_INBOX = note_people(
    "postgresql",
    f"""(
    SELECT d.recipient_id AS recipient, 'message' AS kind, m.uid
    FROM messaging_delivery d JOIN messaging_message m ON m.id = d.message_id
    WHERE d.id = ANY(%(ids)s::bigint[]) AND d.channel = 'push' AND d.state || '' IN {_IN_INBOX}
      AND NOT m.drill
) AS news""",
)

# Outcomes, attempts and counters in one statement, and so in one transaction and one round trip.
_SETTLING = f"""
news AS MATERIALIZED (
    SELECT * FROM unnest(
        %(ids)s::bigint[], %(owners)s::uuid[], %(states)s::text[], %(reasons)s::text[],
        %(codes)s::text[], %(provider_ids)s::text[], %(outcomes)s::text[], %(waits)s::float8[],
        %(providers)s::text[]
    ) AS n (id, owner, state, reason, code, provider_id, outcome, wait, provider)
), done AS (
    UPDATE messaging_delivery d
    SET state = n.state, reason = n.reason, code = n.code, provider_id = n.provider_id,
        due_at = CASE WHEN n.wait < 0 THEN d.due_at
                      ELSE statement_timestamp() + n.wait * interval '1 second' END,
        tries = d.tries - CASE WHEN n.outcome = 'not_sent' THEN 1 ELSE 0 END,
        lease_owner = NULL, lease_until = NULL, changed_at = statement_timestamp()
    FROM news n
    WHERE d.id = n.id AND d.state || '' = 'submitting' AND d.lease_owner = n.owner
    RETURNING d.id, d.message_id, d.channel, d.state, n.outcome, n.code, n.provider_id, n.provider,
              d.recipient_id
), noted AS ({_NOTE_SETTLED}), tried AS (
    INSERT INTO messaging_attempt (delivery_id, at, outcome, code, provider_id, provider)
    SELECT id, statement_timestamp(), outcome, code, provider_id, provider FROM done
    WHERE outcome <> 'not_sent'
), moved AS (
    SELECT message_id, channel, state, count(*) AS number FROM done
    WHERE message_id IS NOT NULL AND state NOT IN ('queued', 'retry_wait')
    GROUP BY message_id, channel, state
), counted AS (
    INSERT INTO messaging_counter (message_id, channel, state, shard, number)
    SELECT message_id, channel, state, pg_backend_pid() & 7, number FROM (
        SELECT message_id, channel, state, number FROM moved
        UNION ALL
        SELECT message_id, channel, 'queued', -sum(number) FROM moved
        GROUP BY message_id, channel
    ) AS deltas
    ORDER BY message_id, channel, state
    ON CONFLICT (message_id, channel, state, shard)
    DO UPDATE SET number = messaging_counter.number + EXCLUDED.number
)
"""

_SETTLE = f"WITH {_SETTLING} SELECT id FROM done"

# What a worker does all day: write what became of the last envelopes and commit the intent for the
# next ones, with one commit for both.
_TURN = f"""
WITH {_SETTLING}, intended AS ({_INTEND})
SELECT true, id FROM done UNION ALL SELECT false, id FROM intended
"""

# News of a provider, for rows that the caller has locked.
_HEAR = """
UPDATE messaging_delivery d
SET state = n.state, reason = n.reason, code = n.code, provider_id = n.provider_id,
    lease_owner = NULL, lease_until = NULL, changed_at = statement_timestamp()
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(reasons)s::text[], %(codes)s::text[],
            %(provider_ids)s::text[]) AS n (id, state, reason, code, provider_id)
WHERE d.id = n.id
"""

_COUNT = """
INSERT INTO messaging_counter (message_id, channel, state, shard, number)
SELECT message, channel, state, pg_backend_pid() & 7, number
FROM unnest(%(messages)s::bigint[], %(channels)s::text[], %(states)s::text[],
            %(numbers)s::int[]) AS deltas (message, channel, state, number)
ON CONFLICT (message_id, channel, state, shard)
DO UPDATE SET number = messaging_counter.number + EXCLUDED.number
"""


def _weighed(only: str = "") -> str:
    """Everybody's channels, each with the reason why it is left out; `only`: one more condition."""
    return f"""
    SELECT r.id, ch.kind, CASE
        WHEN r.state = 'erased' THEN 'erased'
        WHEN r.state = 'restricted' THEN 'restricted'
        WHEN r.state = 'suspended' THEN 'suspended'
        WHEN r.state <> 'active' THEN 'not_active'
        WHEN p.id IS NULL THEN 'no_address'
        WHEN %(bit)s::int >= 0
            AND ((r.consents >> (%(bit)s::int + ch.place)) & 1) = 0 THEN 'no_consent'
        WHEN s.id IS NOT NULL THEN 'suppressed_address'
        ELSE '' END AS reason
    FROM unnest(%(ids)s::bigint[]) AS person (id)
    JOIN recipients_recipient r ON r.id = person.id
    CROSS JOIN unnest(%(kinds)s::text[], %(places)s::int[]) AS ch (kind, place)
    LEFT JOIN recipients_contactpoint p ON p.recipient_id = r.id AND p.kind = ch.kind
    LEFT JOIN recipients_suppressedaddress s
        ON s.held AND s.kind = p.kind AND s.value_token = p.value_token
    {only}"""


def _expand(only: str = "") -> str:
    return f"""
WITH weighed AS ({_weighed(only)}
), added AS (
    INSERT INTO messaging_delivery (message_id, recipient_id, channel, salt, lane, state,
        reason, code, provider_id, due_at, tries, changed_at)
    SELECT %(message)s::bigint, id, kind, floor(random() * 2147483648)::int, %(lane)s::int,
           CASE WHEN reason = '' THEN 'queued' ELSE 'suppressed' END, reason, '', '',
           statement_timestamp(), 0, statement_timestamp()
    FROM weighed
    ON CONFLICT DO NOTHING
    RETURNING channel, state
)
SELECT channel, state, count(*) FROM added GROUP BY channel, state
"""


_PROMOTE = """
WITH due AS MATERIALIZED (
    SELECT id FROM messaging_delivery WHERE state = 'retry_wait' AND due_at <= statement_timestamp()
    ORDER BY id LIMIT %(limit)s::int FOR UPDATE SKIP LOCKED
)
UPDATE messaging_delivery d SET state = 'queued', changed_at = statement_timestamp()
FROM due WHERE d.id = due.id RETURNING d.channel, d.lane
"""

# An alarm whose answer was lost is sent once more; `reason` remembers that it was. Where the providers
# know our key again (`safe`), whatever was lost is simply handed over again.
_GIVE_UP_EXPIRED = """
WITH due AS MATERIALIZED (
    SELECT id FROM messaging_delivery WHERE state = 'submitting' AND lease_until <= statement_timestamp()
    ORDER BY id LIMIT %(limit)s::int FOR UPDATE SKIP LOCKED
)
UPDATE messaging_delivery d
SET state = CASE WHEN d.lane = 0 AND d.reason <> 'lost_answer'
        OR d.channel = ANY(%(safe)s::text[]) AND d.tries < %(tries)s::int THEN 'queued'
        ELSE 'unknown' END,
    reason = 'lost_answer', lease_owner = NULL, lease_until = NULL, changed_at = statement_timestamp()
FROM due WHERE d.id = due.id RETURNING d.id, d.message_id, d.channel, d.state
"""

_CLOSE = """
WITH rest AS MATERIALIZED (
    SELECT id FROM messaging_delivery
    WHERE message_id = %(message)s::bigint AND state IN ('queued', 'retry_wait')
    ORDER BY id LIMIT %(limit)s::int FOR UPDATE SKIP LOCKED
)
UPDATE messaging_delivery d
SET state = CASE WHEN d.reason = 'lost_answer' THEN 'unknown' ELSE 'suppressed' END,
    reason = CASE WHEN d.reason = 'lost_answer' THEN d.reason ELSE %(reason)s::text END,
    changed_at = statement_timestamp()
FROM rest WHERE d.id = rest.id RETURNING d.message_id, d.channel, d.state
"""

_NO_NEWS = """
WITH due AS MATERIALIZED (
    SELECT id FROM messaging_delivery
    WHERE message_id = %(message)s::bigint AND state = 'accepted'
      AND channel = %(channel)s::text AND changed_at <= statement_timestamp() - %(hours)s::int * interval '1 hour'
    ORDER BY id LIMIT %(limit)s::int FOR UPDATE SKIP LOCKED
)
UPDATE messaging_delivery d SET state = 'no_receipt', changed_at = statement_timestamp()
FROM due WHERE d.id = due.id RETURNING d.message_id, d.channel
"""

_WORK = f"""
SELECT DISTINCT d.channel, d.lane
FROM messaging_delivery d LEFT JOIN messaging_message m ON m.id = d.message_id
WHERE d.state = 'queued' AND d.due_at <= statement_timestamp() AND d.lane <= %(lane)s::int
  AND (m.id IS NULL OR {_GOING})
"""

_OPEN_LEFT = """
SELECT 1 FROM messaging_delivery
WHERE message_id = %(message)s::bigint
  AND state IN ('queued', 'submitting', 'retry_wait') LIMIT 1
"""

# Run for every few envelopes, and planned once per connection. The others look at how much there is.
HOT = {"intend", "intend_letters", "settle", "turn"}
STATEMENTS = (
    {
        "look": _LOOK,
        "intend": _INTEND,
        "intend_letters": _INTEND_LETTERS,
        "set_aside": _SET_ASIDE,
        "suppress": _SUPPRESS,
        "settle": _SETTLE,
        "turn": _TURN,
        "hear": _HEAR,
        "note_inbox": _NOTE_INBOX,
        "count": _COUNT,
        "expand": _expand(),
        "same_address": households.SAME_ADDRESS,
        "next_at_address": households.NEXT_AT_ADDRESS,
        "promote": _PROMOTE,
        "give_up_expired": _GIVE_UP_EXPIRED,
        "close": _CLOSE,
        "no_news": _NO_NEWS,
        "work": _WORK,
        "open_left": _OPEN_LEFT,
    }
    | escalation.POSTGRESQL
    | follow_ups.statements("postgresql", _weighed, _expand)
)
