"""The statements of the planner: which dates there are, and the reminders brought in line with them.

What is joined to the dates, the steps and the people, is worked out in Python (`planning`, `roster`),
once for each distinct shape, and handed in as arrays: nothing of it is computed here.
"""

_OPEN_DATES = """
WITH open_date AS (
    SELECT deadline.id, deadline.client_id, deadline.case_id, case_file.owner_id,
           coalesce(rule.policy, %(no_rule)s) AS policy, deadline.direction, deadline.by_hour,
           CASE deadline.direction
               WHEN 'theirs' THEN coalesce(deadline.late_after_at, deadline.act_at)
               WHEN 'opens' THEN coalesce(
                   deadline.opens_on::timestamp AT TIME ZONE 'America/Los_Angeles', deadline.act_at)
               ELSE deadline.act_at
           END AS due,
           deadline.seen_at IS NOT NULL AS seen,
           CASE WHEN deadline.direction = 'ours'
                     AND (deadline.by_hour OR deadline.act_at < deadline.computed_at + interval '20 days')
               THEN deadline.computed_at ELSE %(long_ago)s
           END AS fresh
    FROM deadline
    JOIN case_file ON case_file.organisation_id = deadline.organisation_id
        AND case_file.id = deadline.case_id
    LEFT JOIN unnest(%(rule_slugs)s::text[], %(rule_policies)s::int[]) AS rule (slug, policy)
        ON rule.slug = deadline.rule
    WHERE deadline.organisation_id = %(organisation)s AND deadline.state = 'open'
        AND case_file.closed_at IS NULL
)
"""

# Each distinct shape, with whose cases have dates of it.
SHAPES = f"""
{_OPEN_DATES}
SELECT policy, direction, by_hour, due, seen, fresh, array_agg(DISTINCT owner_id)
FROM open_date GROUP BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608 (constants)

# A UUIDv7 as kernel.ids makes it: PostgreSQL has no function of its own before version 18.
NEW_ID = """encode(set_bit(set_bit(overlay(
    uuid_send(gen_random_uuid())
    PLACING substring(int8send((extract(epoch FROM %(now)s::timestamptz) * 1000)::bigint) FROM 3) FROM 1 FOR 6
), 52, 1), 53, 1), 'hex')::uuid"""

# A leased row is between claim and mark: the sender re-checks it, so nobody else may touch it.
FREE = "(reminder.lease_until IS NULL OR reminder.lease_until <= %(now)s)"

BRING_ABOUT = f"""
{_OPEN_DATES},
step AS (
    SELECT * FROM unnest(
        %(step_policy)s::int[], %(step_direction)s::text[], %(step_by_hour)s::bool[],
        %(step_due)s::timestamptz[], %(step_seen)s::bool[], %(step_fresh)s::timestamptz[],
        %(step_zone)s::text[], %(step_name)s::text[], %(step_on_day)s::date[], %(step_at)s::timestamptz[],
        %(step_rung)s::int[]
    ) AS step (policy, direction, by_hour, due, seen, fresh, zone, name, on_day, at, rung)
),
told AS (
    SELECT * FROM unnest(
        %(told_policy)s::int[], %(told_owner)s::uuid[], %(told_rung)s::int[], %(told_zone)s::text[],
        %(told_member)s::uuid[], %(told_contact)s::uuid[]
    ) AS told (policy, owner, rung, zone, member, contact)
),
way AS (
    SELECT * FROM unnest(
        %(way_reach)s::text[], %(way_email)s::bool[], %(way_phone)s::bool[], %(way_address)s::bool[],
        %(way_channel)s::text[]
    ) AS way (reach, email, phone, address, channel)
),
reminded AS (
    SELECT open_date.id AS deadline_id, open_date.client_id, open_date.case_id,
           step.name, step.on_day, step.at, step.rung, told.member, told.contact
    FROM open_date
    JOIN step USING (policy, direction, by_hour, due, seen, fresh)
    JOIN told ON told.policy = open_date.policy AND told.owner = open_date.owner_id
        AND told.rung = step.rung AND told.zone = step.zone
),
wanted AS (
    SELECT reminded.*, 'email' AS channel FROM reminded WHERE rung <> %(client_rung)s
    UNION ALL
    SELECT reminded.*, way.channel FROM reminded
    JOIN client ON client.organisation_id = %(organisation)s AND client.id = reminded.client_id
    JOIN way ON way.reach = client.reach AND way.email = (client.email <> '')
        AND way.phone = (client.phone <> '') AND way.address = (client.address <> '')
    WHERE rung = %(client_rung)s
        -- What they were told by another way is told: a new choice tells no step a second time.
        AND NOT EXISTS (
            SELECT FROM reminder AS other
            WHERE other.organisation_id = %(organisation)s AND other.deadline_id = reminded.deadline_id
                AND other.told_id = reminded.client_id AND other.channel <> way.channel
                AND other.state IN ('sent', 'handed') AND other.step_at >= reminded.at
        )
),
held AS MATERIALIZED (
    SELECT wanted.*, reminder.id AS row_id, reminder.state, reminder.step_at AS had_at
    FROM wanted
    LEFT JOIN reminder ON reminder.organisation_id = %(organisation)s
        AND reminder.deadline_id = wanted.deadline_id AND reminder.step = wanted.name
        AND reminder.step_on = wanted.on_day AND reminder.channel = wanted.channel
        AND reminder.told_id = coalesce(wanted.member, wanted.contact, wanted.client_id)
),
untold AS (
    -- The newest due step to one person, "told in a later one" that never went and is not wanted any more.
    SELECT row_id FROM (
        SELECT row_id, state, at, deadline_id, coalesce(member, contact, client_id) AS told_id, channel,
               max(at) OVER (
                   PARTITION BY deadline_id, coalesce(member, contact, client_id), channel) AS newest
        FROM held WHERE at <= %(now)s
    ) AS due
    WHERE state = 'collapsed' AND at = newest AND at > (
        SELECT coalesce(max(step_at), '-infinity') FROM reminder
        WHERE organisation_id = %(organisation)s AND deadline_id = due.deadline_id
            AND told_id = due.told_id AND channel = due.channel AND state IN ('sent', 'handed', 'parked')
    )
),
withdrawn AS (
    UPDATE reminder SET state = 'withdrawn'
    WHERE organisation_id = %(organisation)s AND state = 'planned' AND deadline_id IS NOT NULL AND {FREE}
        AND NOT EXISTS (SELECT FROM held WHERE held.row_id = reminder.id)
),
brought_back AS (
    -- A fact that was corrected back, a case that was given back; the hour of a zone that changed; and what
    -- nobody was told of.
    -- A new mail_id: what else went in the old mail may have arrived, and this must not pass for it.
    UPDATE reminder SET state = 'planned', step_at = held.at, send_at = held.at, mail_id = NULL
    FROM held
    WHERE reminder.organisation_id = %(organisation)s AND reminder.id = held.row_id AND {FREE}
        AND (held.state = 'withdrawn' OR held.row_id IN (SELECT row_id FROM untold)
             OR (held.state = 'planned' AND held.had_at <> held.at AND reminder.attempts = 0))
),
inserted AS (
    INSERT INTO reminder (
        id, organisation_id, client_id, case_id, deadline_id, step, step_on, rung, recipient_id, contact_id,
        channel, step_at, send_at, state, attempts, created_at
    )
    SELECT {NEW_ID}, %(organisation)s, client_id, case_id, deadline_id, name, on_day, rung, member, contact,
           channel, at, at, 'planned', 0, %(now)s
    FROM held WHERE row_id IS NULL
    ORDER BY deadline_id, name, on_day
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM inserted
"""  # noqa: S608 (constants)
