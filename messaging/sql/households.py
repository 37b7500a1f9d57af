"""How PostgreSQL sends one text to an address that several people share."""

# Step by step, each by its key: while a message is new to the statistics, a free choice of joins
# compared all its deliveries with all addresses (a minute for 20 000 people instead of a second).
SAME_ADDRESS = """
WITH mine AS MATERIALIZED (
    SELECT recipient_id, value_token FROM recipients_contactpoint
    WHERE kind = %(channel)s::text AND recipient_id = ANY(%(ids)s::bigint[])
), pairs AS MATERIALIZED (
    SELECT mine.recipient_id AS later, other.recipient_id AS earlier
    FROM mine JOIN recipients_contactpoint other
        ON other.value_token = mine.value_token AND other.kind = %(channel)s::text
        AND other.recipient_id < mine.recipient_id
), chosen AS MATERIALIZED (
    SELECT later, (
        SELECT e.id FROM messaging_delivery e
        WHERE e.message_id = %(message)s::bigint AND e.recipient_id = earlier
          AND e.channel = %(channel)s::text AND e.state || '' <> 'suppressed'
    ) AS id FROM pairs
), own AS MATERIALIZED (
    SELECT min(chosen.id) AS first, (
        SELECT d.id FROM messaging_delivery d
        WHERE d.message_id = %(message)s::bigint AND d.recipient_id = later
          AND d.channel = %(channel)s::text AND d.state || '' = 'queued'
    ) AS id FROM chosen WHERE chosen.id IS NOT NULL GROUP BY later
)
UPDATE messaging_delivery d
SET state = 'suppressed', reason = 'same_address', same_as_id = own.first,
    changed_at = statement_timestamp()
FROM own WHERE d.id = own.id
RETURNING d.id
"""

# The person chosen in a household was left out late: the next one takes the place.
NEXT_AT_ADDRESS = """
WITH heirs AS MATERIALIZED (
    SELECT same_as_id AS chosen, min(id) AS heir FROM messaging_delivery
    WHERE same_as_id = ANY(%(ids)s::bigint[]) AND state = 'suppressed'
    GROUP BY same_as_id
)
UPDATE messaging_delivery d
SET state = CASE WHEN d.id = heirs.heir THEN 'queued' ELSE 'suppressed' END,
    reason = CASE WHEN d.id = heirs.heir THEN '' ELSE 'same_address' END,
    same_as_id = CASE WHEN d.id = heirs.heir THEN NULL ELSE heirs.heir END,
    changed_at = statement_timestamp()
FROM heirs WHERE d.same_as_id = heirs.chosen AND d.state = 'suppressed'
RETURNING d.message_id, d.channel, d.state
"""
