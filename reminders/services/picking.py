"""The statements of a claim: which mails are next, and the rows of those that nobody else holds."""

_FREE = "(reminder.lease_until IS NULL OR reminder.lease_until <= %(now)s)"
_DUE = f"""reminder.organisation_id = %(organisation)s AND reminder.state = 'planned'
    AND reminder.channel = 'email' AND reminder.send_at <= %(now)s AND {_FREE}"""

UNGATHERED = f"SELECT 1 FROM reminder WHERE {_DUE} AND reminder.mail_id IS NULL LIMIT 1"  # noqa: S608 (constants)

# By the time that is left, not by the time they wait: what ends a right first goes first.
NEXT_MAILS = f"""
SELECT reminder.mail_id, count(*), max(reminder.attempts),
       min(deadline.act_at) FILTER (WHERE deadline.direction = 'ours') AS ends_at
FROM reminder
LEFT JOIN deadline ON deadline.organisation_id = reminder.organisation_id
    AND deadline.id = reminder.deadline_id
WHERE {_DUE} AND reminder.mail_id IS NOT NULL
GROUP BY reminder.mail_id
ORDER BY ends_at NULLS LAST, min(reminder.send_at), reminder.mail_id
LIMIT %(size)s
"""  # noqa: S608 (constants)

# A mail whose rows are in part in other hands, a planner's or a late sender's, is left for the next round.
CLAIM = f"""
WITH held AS (
    SELECT reminder.id, reminder.mail_id FROM reminder
    WHERE {_DUE} AND reminder.mail_id = ANY(%(mails)s)
    ORDER BY reminder.id FOR UPDATE SKIP LOCKED
), whole AS (
    SELECT held.mail_id FROM held GROUP BY held.mail_id
    HAVING count(*) = (SELECT count(*) FROM reminder WHERE {_DUE} AND reminder.mail_id = held.mail_id)
), claimed AS (
    UPDATE reminder SET lease_until = %(until)s, lease_token = %(token)s, attempts = reminder.attempts + 1
    FROM held JOIN whole USING (mail_id) WHERE reminder.id = held.id
    RETURNING reminder.mail_id
)
SELECT DISTINCT mail_id FROM claimed
"""  # noqa: S608 (constants)

# A mail that ended its sender again and again comes apart: one of its rows is to blame, and not the others.
TAKE_APART = f"""
UPDATE reminder SET mail_id = reminder.id
WHERE {_DUE} AND reminder.attempts >= %(most)s - 1 AND reminder.mail_id <> reminder.id
"""  # noqa: S608 (constants)
