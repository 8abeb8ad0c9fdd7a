"""Work deadlines out from facts, and keep what people said of them while its version stands."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from advocacy.accounts.models import User
from advocacy.kernel import queues
from advocacy.kernel.errors import Refusal
from advocacy.kernel.text import legal_day
from advocacy.organisations import scope
from cases.casefile.models import Case, Urgency
from cases.casefile.services import write_note
from cases.clients.models import Regulator
from cases.deadlines import queries
from cases.deadlines.derivation import Clock, Fact, clocks, track_of
from cases.deadlines.engine import PACIFIC, Explanation, explain, extend
from cases.deadlines.models import Deadline, State, pacific_day
from cases.deadlines.rules import DeadlineError, Rule, load_rulebook

# Where a version holds that its time was extended: copied to the next one.
EXTENSION = ("extended_on", "extended_to", "extended_reason", "extended_at", "extended_by_id")


class DayOutOfReach(Refusal):
    words = "No rule we hold covers this day. Check the year"


def recompute(*, case: Case, now: datetime) -> None:
    """Make the case's deadlines equal what its facts and the rules say.

    A deadline whose dates or start changed is superseded by a new version; one that only ended is
    met. What a person said by hand stays while its version stands. Running it again changes nothing.

    Raises: DayOutOfReach.
    """
    recompute_of(case_id=case.pk, now=now)


@transaction.atomic
def recompute_of(*, case_id: UUID, now: datetime) -> None:
    """Recompute a case by its id, as `recompute` does.

    Raises: DayOutOfReach.
    """
    # Two facts written at once must not make two versions of one clock.
    lock(case_id)
    # Read after the lock: somebody may have changed the plan while this waited.
    case = Case.objects.select_related("coverage").get(pk=case_id)
    bring_about(case=case, wanted=clocks_of(case), now=now)


def lock(case_id: UUID) -> None:
    """Hold the case until the transaction ends: whoever changes its dates waits for the others."""
    Case.objects.select_for_update().values_list("pk").get(pk=case_id)


def bring_about(*, case: Case, wanted: Iterable[Clock], now: datetime) -> None:
    """Make the standing deadlines of a case that is locked equal these clocks.

    Raises: DayOutOfReach.
    """
    standing = {deadline.rule: deadline for deadline in Deadline.objects.standing().filter(case=case)}
    by_rule = {clock.rule: clock for clock in wanted}
    gone = [deadline for rule, deadline in standing.items() if rule not in by_rule]
    for deadline in gone:
        _supersede(deadline, now)
    last = _last_versions(case) if by_rule.keys() - standing.keys() else {}
    new: list[Deadline] = []
    changed = False
    for rule, clock in by_rule.items():
        present = standing.get(rule)
        written = _bring(case, clock, present, last.get(rule, 0), now)
        if written is not None:
            new.append(written)
        elif present is not None and _end(present, clock.ended_by, now):
            present.save(update_fields=["state", "met_by", "met_on", "changed_at"])
            changed = True
    Deadline.objects.bulk_create(new)
    if gone or new or changed:
        queues.ring("reminders.tasks.plan")


def _last_versions(case: Case) -> dict[str, int]:
    """Return the number of the last version of each clock that the case ever had."""
    versions = Deadline.objects.filter(case=case).values_list("rule").annotate(last=Max("version"))
    return dict(versions.order_by())


def clocks_of(case: Case) -> list[Clock]:
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


def _bring(case: Case, clock: Clock, present: Deadline | None, last: int, now: datetime) -> Deadline | None:
    """Return the next version of a clock, to be written; None where the present one says the same.

    `last` is the number of the last version where none is present. A present one is superseded.
    """
    counted_from = pacific_day(clock.counted_from)
    try:
        rule = load_rulebook().rule(clock.rule, counted_from)
        explanation = explain(
            rule, triggered_at=clock.counted_from, facts=clock.facts, begun=clock.begun,
            hour_known=clock.hour_known,
        )  # fmt: skip
        extension = _extension_of(present, explanation)
        result = fields_of(lengthened(explanation, **extension) if extension else explanation)
    except DeadlineError as error:
        raise DayOutOfReach from error
    result |= {"rule_version": rule.version, "trigger_id": clock.trigger.id, "triggered_on": counted_from}
    if present is not None and _says(present, result):
        return None
    kept = {name: getattr(present, name) for name in EXTENSION} if extension else {}
    if present is not None:
        _supersede(present, now)
        last = present.version
    new = _version(case, rule, last + 1, result | kept, now)
    _end(new, clock.ended_by, now)
    return new


def _extension_of(present: Deadline | None, explanation: Explanation) -> dict[str, Any]:
    """Return how the time of the present version was extended, if it still can have been."""
    if present is None or present.extended_on is None or not explanation.rule.extended_by:
        return {}
    until, last = present.extended_to, explanation.last_lawful
    if until and last and until <= pacific_day(last):
        # The day that the notice named is no longer after the first one.
        return {}
    return {"notice_on": present.extended_on, "until": until}


def lengthened(explanation: Explanation, *, notice_on: date, until: date | None) -> Explanation:
    """Return the explanation with its time extended as its rule allows.

    Raises: BadExtension, UnknownRule, RuleNotInForce.
    """
    counts_from = explanation.nominal or explanation.triggered_at
    extension = load_rulebook().rule(explanation.rule.extended_by, pacific_day(counts_from))
    return extend(explanation, extension, notice_on=notice_on, until=until)


def start_of(deadline: Deadline) -> datetime:
    """Return the instant from which a clock in days was counted."""
    return datetime.combine(deadline.triggered_on, time(12), PACIFIC)


def _says(present: Deadline, result: dict[str, Any]) -> bool:
    """Tell whether a version says all this; where a person set another date, the one by law is compared."""
    law = {"act_at": present.act_at_by_law}
    return all(law.get(name, getattr(present, name)) == value for name, value in result.items())


def replace_version(present: Deadline, rule: Rule, result: dict[str, Any], now: datetime) -> Deadline:
    """Write the next version of a clock, open, and supersede the present one."""
    _supersede(present, now)
    new = _version(present.case, rule, present.version + 1, result, now)
    new.save(force_insert=True)
    return new


def _version(case: Case, rule: Rule, number: int, result: dict[str, Any], now: datetime) -> Deadline:
    return Deadline(
        client_id=case.client_id,
        case=case,
        rule=rule.slug,
        version=number,
        title=rule.title,
        direction=rule.direction,
        owed_by=rule.owed_by,
        computed_at=now,
        **result,
    )


def fields_of(explanation: Explanation) -> dict[str, Any]:
    """Return what a version stores of an explanation."""
    if explanation.nominal is None or explanation.act_on is None:
        raise ValueError(f"{explanation.rule.slug} has no length: it is a note, not a clock")
    return {
        "nominal_at": explanation.nominal,
        "last_lawful_at": explanation.last_lawful,
        "act_at": explanation.act_on,
        "late_after_at": explanation.late_after,
        "opens_on": explanation.opens_on,
        "by_hour": explanation.by_hour,
        "ambiguous": explanation.ambiguous,
        "readings": [{"due": each.due.isoformat(), "reading": each.words} for each in explanation.readings],
        "steps": [step._asdict() for step in explanation.steps],
        "days": [day._asdict() | {"date": day.date.isoformat()} for day in explanation.days],
        "sentences": list(explanation.sentences),
    }


def _end(deadline: Deadline, ended_by: Fact | None, now: datetime) -> bool:
    """Mark it met by the fact that ended it, open again if that fact fell away; say whether it changed."""
    if deadline.state == State.WAIVED or deadline.met_by_hand:
        # A person has spoken for this version.
        return False
    state = State.MET if ended_by else State.OPEN
    met_by_id = ended_by.id if ended_by else None
    if (deadline.state, deadline.met_by_id) == (state, met_by_id):
        return False
    deadline.state, deadline.met_by_id = state, met_by_id
    deadline.met_on, deadline.changed_at = ended_by.on if ended_by else None, now
    return True


def _supersede(deadline: Deadline, now: datetime) -> None:
    """Replace a version. What a person said of it stays readable there, and a note says that it is over."""
    said = _said_by_hand(deadline)
    deadline.state, deadline.superseded_at, deadline.changed_at = State.SUPERSEDED, now, now
    if deadline.met_by_id:
        deadline.met_by, deadline.met_on = None, None
    deadline.save(update_fields=["state", "superseded_at", "met_by", "met_on", "changed_at"])
    if said:
        head = f"{deadline.title}: the facts of this date changed, so version {deadline.version} is replaced"
        tail = "Written by the program. Look at the new date, and say it again if it still holds"
        write_note(
            case=deadline.case, text=f"{head}. {' '.join(said)} {tail}.", by=_author(deadline), now=now
        )


def _said_by_hand(deadline: Deadline) -> list[str]:
    said = []
    if deadline.own_at:
        said.append(f"No longer used: the date set by hand, {legal_day(deadline.act_on)}.")
    if deadline.state == State.WAIVED:
        said.append("No longer holds: that it does not apply.")
    if deadline.met_by_hand:
        said.append("No longer holds: that it is done.")
    return said


def _author(deadline: Deadline) -> User:
    """Return who changed the facts, where that is known: else who had spoken for the date."""
    spoken = (scope.current().person_id, deadline.own_by_id, deadline.waived_by_id, deadline.met_by_person_id)
    author: User = User.objects.get(pk=next(each for each in spoken if each))
    return author


def recompute_many(*, case_ids: Iterable[UUID], now: datetime) -> None:
    """Recompute several cases, one after the other."""
    for case_id in case_ids:
        recompute_of(case_id=case_id, now=now)
