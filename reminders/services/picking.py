"""The statements of a claim: which mails are next, and the rows of those that nobody else holds."""

from reminders.services.wanted import NEW_ID

_FREE = "(reminder.lease_until IS NULL OR reminder.lease_until <= %(now)s)"
_DUE = f"""reminder.organisation_id = %(organisation)s AND reminder.state = 'planned'
    AND reminder.channel = 'email' AND reminder.send_at <= %(now)s AND {_FREE}"""

UNGATHERED = f"SELECT 1 FROM reminder WHERE {_DUE} AND reminder.mail_id IS NULL LIMIT 1"  # noqa: S608 (constants)

# By the time that is left, not by the time they wait: what ends a right first goes first. Of equals what lost
# its sender goes before the rest, and the least tried first: or the same one would be in hand at each crash.
NEXT_MAILS = f"""
SELECT reminder.mail_id, count(*), max(reminder.attempts),
       min(deadline.act_at) FILTER (WHERE deadline.direction = 'ours') AS ends_at
FROM reminder
LEFT JOIN deadline ON deadline.organisation_id = reminder.organisation_id
    AND deadline.id = reminder.deadline_id
WHERE {_DUE} AND reminder.mail_id IS NOT NULL
GROUP BY reminder.mail_id
ORDER BY ends_at NULLS LAST, min(reminder.send_at), max(reminder.attempts) = 0, max(reminder.attempts),
    reminder.mail_id
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

# Renews the lease of one mail and says how the rows of the claim stand by now: what a date, a case, a
# nudge or a person may change between the claim and the send. Compared with what the claim read.
RENEW = """
WITH ours AS (
    UPDATE reminder SET lease_until = %(until)s
    WHERE organisation_id = %(organisation)s AND mail_id = %(mail)s AND lease_token = %(token)s
        AND state = 'planned' AND lease_until > %(now)s
    RETURNING id, deadline_id, case_id, nudge_id, recipient_id, contact_id
)
SELECT ours.id, deadline.state, deadline.act_at, deadline.late_after_at, deadline.opens_on,
       deadline.seen_at, case_file.owner_id, case_file.closed_at, nudge.done_at, contact.ended_at,
       ours.recipient_id IS NULL OR EXISTS (
           SELECT FROM membership JOIN person ON person.id = membership.user_id
           WHERE membership.organisation_id = %(organisation)s AND membership.user_id = ours.recipient_id
               AND membership.left_at IS NULL AND person.is_active)
FROM ours
JOIN case_file ON case_file.organisation_id = %(organisation)s AND case_file.id = ours.case_id
LEFT JOIN deadline ON deadline.organisation_id = %(organisation)s AND deadline.id = ours.deadline_id
LEFT JOIN nudge ON nudge.organisation_id = %(organisation)s AND nudge.id = ours.nudge_id
LEFT JOIN emergency_contact AS contact ON contact.organisation_id = %(organisation)s
    AND contact.id = ours.contact_id
"""

# Marks the rows of one mail as sent if they are still ours, and notes the attempt either way.
MARK_SENT = f"""
WITH marked AS (
    UPDATE reminder SET state = 'sent', sent_at = %(now)s, lease_until = NULL
    WHERE organisation_id = %(organisation)s AND mail_id = %(mail)s AND lease_token = %(token)s
        AND state = 'planned'
    RETURNING 1
), noted AS (
    INSERT INTO reminder_attempt (id, organisation_id, client_id, reminder_id, at, number, outcome, answer)
    SELECT {NEW_ID}, %(organisation)s, told.client, told.reminder, %(now)s, %(number)s, 'sent', %(answer)s
    FROM unnest(%(reminders)s::uuid[], %(clients)s::uuid[]) AS told (reminder, client)
)
SELECT count(*) FROM marked
"""  # noqa: S608 (constants)

# A mail that ended its sender again and again comes apart: one of its rows is to blame, and not the others.
TAKE_APART = f"""
UPDATE reminder SET mail_id = reminder.id
WHERE {_DUE} AND reminder.attempts >= %(most)s - 1 AND reminder.mail_id <> reminder.id
"""  # noqa: S608 (constants)
