"""Work deadlines out from facts, and record that somebody has seen one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from advocacy.accounts.models import User
from advocacy.audit import services as audit
from advocacy.kernel import queues
from advocacy.kernel.errors import Refusal
from advocacy.kernel.text import legal_day
from advocacy.mail import services as mail
from advocacy.mail.messages import render
from cases.casefile.models import Case, Urgency
from cases.casefile.services import write_note
from cases.clients.models import Regulator
from cases.deadlines import queries
from cases.deadlines.derivation import Clock, Fact, clocks, track_of
from cases.deadlines.engine import Explanation, explain
from cases.deadlines.models import Deadline, Doubt, State, pacific_day
from cases.deadlines.rules import DeadlineError, load_rulebook


class DayOutOfReach(Refusal):
    words = "No rule we hold covers this day. Check the year"


@transaction.atomic
def recompute(*, case: Case, now: datetime) -> None:
    """Make the case's deadlines equal what its facts and the rules say.

    A deadline whose dates or start changed is superseded by a new version; one that only ended is
    met. Running it again changes nothing.

    Raises: DayOutOfReach.
    """
    # Two facts written at once must not make two versions of one clock.
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    # Read after the lock: somebody may have changed the plan while this waited.
    case = Case.objects.select_related("coverage").get(pk=case.pk)
    standing = {deadline.rule: deadline for deadline in Deadline.objects.standing().filter(case=case)}
    wanted = {clock.rule: clock for clock in _clocks(case)}
    gone = [deadline for rule, deadline in standing.items() if rule not in wanted]
    for deadline in gone:
        _supersede(deadline, now)
    changed = [_bring(case, clock, standing.get(rule), now) for rule, clock in wanted.items()]
    if gone or any(changed):
        queues.ring("reminders.tasks.plan")


def _clocks(case: Case) -> list[Clock]:
    """Return the clocks of the case's track; of both departments while nobody knows which one it is."""
    urgent = case.urgency == Urgency.EXPEDITED
    regulator = case.coverage.regulator if case.coverage else Regulator.UNKNOWN
    departments = (Regulator.DMHC, Regulator.CDI) if regulator == Regulator.UNKNOWN else (regulator,)
    facts, rulebook = queries.facts_of(case), load_rulebook()
    return [
        clock
        for department in departments
        for clock in clocks(facts, rulebook=rulebook, track=track_of(department, urgent=urgent))
    ]


def _bring(case: Case, clock: Clock, present: Deadline | None, now: datetime) -> bool:
    """Keep the present version if it says the same, otherwise replace it; say whether anything changed."""
    counted_from = pacific_day(clock.counted_from)
    try:
        rule = load_rulebook().rule(clock.rule, counted_from)
        result = _fields(explain(rule, triggered_at=clock.counted_from, facts=clock.facts, begun=clock.begun))
    except DeadlineError as error:
        raise DayOutOfReach from error
    result |= {"rule_version": rule.version, "trigger_id": clock.trigger.id, "triggered_on": counted_from}
    same = present is not None and all(getattr(present, name) == value for name, value in result.items())
    if present is not None and not same:
        _supersede(present, now)
    if present is None or not same:
        last = Deadline.objects.filter(case=case, rule=clock.rule).order_by("-version").first()
        present = Deadline(
            client_id=case.client_id,
            case=case,
            rule=clock.rule,
            version=last.version + 1 if last else 1,
            title=rule.title,
            direction=rule.direction,
            owed_by=rule.owed_by,
            computed_at=now,
            **result,
        )
        present.save(force_insert=True)
    return _end(present, clock.ended_by) or not same


def _fields(explanation: Explanation) -> dict[str, Any]:
    if explanation.nominal is None or explanation.act_on is None:
        raise ValueError(f"{explanation.rule.slug} has no length: it is a note, not a clock")
    return {
        "nominal_at": explanation.nominal,
        "last_lawful_at": explanation.last_lawful,
        "act_at": explanation.act_on,
        "late_after_at": explanation.late_after,
        "opens_on": explanation.opens_on,
        "by_hour": explanation.rule.by_the_clock,
        "ambiguous": explanation.ambiguous,
        "readings": [{"due": each.due.isoformat(), "reading": each.words} for each in explanation.readings],
        "steps": [step._asdict() for step in explanation.steps],
        "days": [day._asdict() | {"date": day.date.isoformat()} for day in explanation.days],
        "sentences": list(explanation.sentences),
    }


def _end(deadline: Deadline, ended_by: Fact | None) -> bool:
    """Mark it met by the fact that ended it, open it again if that fact fell away; say whether it changed."""
    state = State.MET if ended_by else State.OPEN
    met_by_id = ended_by.id if ended_by else None
    if (deadline.state, deadline.met_by_id) == (state, met_by_id):
        return False
    deadline.state, deadline.met_by_id = state, met_by_id
    deadline.met_on = ended_by.on if ended_by else None
    deadline.save(update_fields=["state", "met_by", "met_on"])
    return True


def _supersede(deadline: Deadline, now: datetime) -> None:
    deadline.state, deadline.superseded_at = State.SUPERSEDED, now
    deadline.met_by, deadline.met_on = None, None
    deadline.save(update_fields=["state", "superseded_at", "met_by", "met_on"])


def recompute_many(*, cases: Iterable[Case], now: datetime) -> None:
    """Recompute several cases, one after the other."""
    for case in cases:
        recompute(case=case, now=now)


@transaction.atomic
def doubt(*, deadline: Deadline, about: str, words: str, by: User, now: datetime) -> None:
    """Record "Something looks wrong": on the date, in the case's notes, and to who keeps the rules.

    The operators' mail names the rule, its version and the day it counted from, and nothing of the case.
    """
    deadline.doubt, deadline.doubted_at, deadline.doubted_by = about, now, by
    deadline.save(update_fields=["doubt", "doubted_at", "doubted_by"])
    head = f"Something looks wrong with this date: {deadline.title}, {legal_day(deadline.act_on)}"
    write_note(case=deadline.case, text=f"{head}. {deadline.get_doubt_display()}. {words}", by=by, now=now)
    if about in (Doubt.RULE, Doubt.CALENDAR):
        _tell_operators(deadline, now)


def _tell_operators(deadline: Deadline, now: datetime) -> None:
    rule = f"{deadline.rule}, version {deadline.rule_version}"
    facts = {
        "rule": rule,
        "about": deadline.get_doubt_display(),
        "counted_from": legal_day(deadline.triggered_on),
        "given": legal_day(deadline.nominal_on),
        "last": legal_day(deadline.last_lawful_on),
    }
    for operator in User.objects.filter(is_operator=True, is_active=True):
        subject, text, html = render("rule_doubted", facts | {"recipient": operator})
        mail.queue(
            kind="rule_doubted", to=operator.email, subject=subject, text=text, html=html, now=now,
            keep_here=operator.is_demo,
        )  # fmt: skip


@transaction.atomic
def settle_doubt(*, deadline: Deadline, words: str, by: User, now: datetime) -> None:
    """Record how a doubt was settled; the notes keep both."""
    deadline.doubt, deadline.doubted_at, deadline.doubted_by = "", None, None
    deadline.save(update_fields=["doubt", "doubted_at", "doubted_by"])
    head = f"Settled: {deadline.title}, {legal_day(deadline.act_on)}"
    write_note(case=deadline.case, text=f"{head}. {words}", by=by, now=now)


@transaction.atomic
def mark_seen(*, deadline: Deadline, by: User, now: datetime) -> None:
    """Record "I have seen it". A second time changes nothing: the first name stands."""
    updated = Deadline.objects.filter(pk=deadline.pk, seen_at=None).update(seen_at=now, seen_by=by)
    if updated:
        audit.record(
            act="deadline seen", at=now, actor_id=by.pk, client_id=deadline.client_id, subject=deadline
        )
        queues.ring("reminders.tasks.plan")
