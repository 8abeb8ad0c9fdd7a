"""The statements of a claim: which mails are next, and the rows of those that nobody else holds."""

from reminders.services.wanted import FREE, NEW_ID

_DUE = f"""reminder.organisation_id = %(organisation)s AND reminder.state = 'planned'
    AND reminder.channel = 'email' AND reminder.send_at <= %(now)s AND {FREE}"""

# Rows that are known by their ids are looked up by them. PostgreSQL would find what is planned through all
# that is due, for each mail anew: it has seen few due rows the day before. No index fits the longer words.
_PLANNED = "reminder.state || '' = 'planned'"

# By the time that is left, not by the time they wait: what ends a right first goes first. Of equals what lost
# its sender goes before the rest, and the least tried first: or the same one would be in hand at each crash.
# What is in no mail yet comes before all.
NEXT_MAILS = f"""
SELECT reminder.mail_id, array_agg(reminder.id), max(reminder.attempts),
       min(deadline.act_at) FILTER (WHERE deadline.direction = 'ours') AS ends_at
FROM reminder
LEFT JOIN deadline ON deadline.organisation_id = reminder.organisation_id
    AND deadline.id = reminder.deadline_id
WHERE {_DUE}
GROUP BY reminder.mail_id
ORDER BY reminder.mail_id IS NOT NULL, ends_at NULLS LAST, min(reminder.send_at),
    max(reminder.attempts) = 0, max(reminder.attempts), reminder.mail_id
LIMIT %(most_mails)s + 1
"""  # noqa: S608 (constants)

# What is in other hands, a planner's or a late sender's, is left for the next round.
HOLD = f"""
SELECT id, mail_id, attempts FROM reminder
WHERE organisation_id = %(organisation)s AND id = ANY(%(ids)s) AND {_PLANNED} AND {FREE}
ORDER BY id FOR UPDATE SKIP LOCKED
"""  # noqa: S608 (constants)

CLAIM = """
UPDATE reminder SET lease_until = %(until)s, lease_token = %(token)s, attempts = reminder.attempts + 1
WHERE organisation_id = %(organisation)s AND id = ANY(%(ids)s)
"""

_HELD = f"""organisation_id = %(organisation)s AND id = ANY(%(ids)s) AND mail_id = %(mail)s
        AND lease_token = %(token)s AND {_PLANNED}"""

RENEW = f"UPDATE reminder SET lease_until = %(until)s WHERE {_HELD} AND lease_until > %(now)s"  # noqa: S608


def _standing(others: str, joined: str) -> str:
    return f"""
WITH ours AS (
    SELECT id, deadline_id, case_id, nudge_id, recipient_id, contact_id FROM reminder
    WHERE {_HELD} AND lease_until > %(now)s
)
SELECT ours.id, deadline.state, deadline.act_at, deadline.late_after_at, deadline.opens_on,
       deadline.seen_at, case_file.owner_id, case_file.closed_at, {others},
       ours.recipient_id IS NULL OR EXISTS (
           SELECT FROM membership JOIN person ON person.id = membership.user_id
           WHERE membership.organisation_id = %(organisation)s AND membership.user_id = ours.recipient_id
               AND membership.left_at IS NULL AND person.is_active)
FROM ours
JOIN case_file ON case_file.organisation_id = %(organisation)s AND case_file.id = ours.case_id
LEFT JOIN deadline ON deadline.organisation_id = %(organisation)s AND deadline.id = ours.deadline_id
{joined}"""  # noqa: S608 (constants)


# How the rows of one mail stand by now, if they are still ours: what a date, a case, a nudge or a person may
# change between the claim and the send. Compared with what the claim read.
STANDING = _standing(
    "nudge.done_at, contact.ended_at",
    """LEFT JOIN nudge ON nudge.organisation_id = %(organisation)s AND nudge.id = ours.nudge_id
LEFT JOIN emergency_contact AS contact ON contact.organisation_id = %(organisation)s
    AND contact.id = ours.contact_id""",
)
# The same of rows with neither: to plan a join with a table of its own locks takes longer than to do it.
STANDING_OF_DATES = _standing("NULL, NULL", "")

# Marks the rows of one mail as sent if they are still ours, and notes the attempt either way.
MARK_SENT = f"""
WITH marked AS (
    UPDATE reminder SET state = 'sent', sent_at = %(now)s, lease_until = NULL WHERE {_HELD}
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
