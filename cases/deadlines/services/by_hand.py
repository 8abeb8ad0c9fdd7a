"""What a person says of a date where no fact of the case does: done, not needed, another day, extended.

Each keeps who said it and why, can be taken back, and stays while the version it was said of stands.
"""

from datetime import date, datetime

from django.db import transaction

from advocacy.accounts.models import User
from advocacy.kernel.errors import Refusal
from advocacy.kernel.text import legal_day
from cases.casefile.services import FactInFuture
from cases.deadlines.engine import end_of_day, explain
from cases.deadlines.models import Deadline, Direction, State, pacific_day
from cases.deadlines.rules import DeadlineError
from cases.deadlines.services.freshly import fresh, fresh_open, trace
from cases.deadlines.services.recompute import (
    fields_of,
    lengthened,
    recompute,
    replace_version,
    start_of,
)

# What each act writes.
MET = ("state", "met_on", "met_words", "met_by_person", "changed_at")
WAIVED = ("state", "waived_reason", "waived_at", "waived_by", "changed_at")
MOVED = (
    "act_at", "own_at", "own_reason", "own_by", "own_set_at", "seen_at", "seen_by", "changed_at",
)  # fmt: skip


class BeforeItsStart(Refusal):
    words = "Enter a day on or after the day the clock started"
    field = "on"


class NothingToTakeBack(Refusal):
    words = "There is nothing to take back here. Open the date again to see where it stands"


class NotMovedByHand(Refusal):
    words = "This date is not moved by hand: it opens a way, or it is counted in hours"


class DayPassed(Refusal):
    words = "This day has passed. Choose today or a later day"
    field = "on"


class ByLawAlready(Refusal):
    words = "This is the date already. Choose another day"
    field = "on"


class LaterThanLaw(Refusal):
    words = "This is later than the date by the law. Say that you know it"
    field = "confirmed"


class NoWayToExtend(Refusal):
    words = "We hold no rule by which this time can be extended"


class AlreadyExtended(Refusal):
    words = "This time was extended already. Take that back first"


class EndTooEarly(Refusal):
    words = "Enter the new last day, as the notice names it: after the first one"
    field = "to"


@transaction.atomic
def meet(*, deadline: Deadline, on: date, words: str, by: User, now: datetime) -> None:
    """Record that it was done, with what shows it, where no fact of the case would say so.

    Raises: NotOpen, FactInFuture, BeforeItsStart.
    """
    deadline = fresh_open(deadline)
    if on > pacific_day(now):
        raise FactInFuture(field="on")
    if on < deadline.triggered_on:
        raise BeforeItsStart
    deadline.state, deadline.met_on = State.MET, on
    deadline.met_words, deadline.met_by_person, deadline.changed_at = words.strip(), by, now
    deadline.save(update_fields=MET)
    trace(deadline, "deadline met by hand", f"done on {legal_day(on)}. {words}", by=by, now=now)


@transaction.atomic
def not_done(*, deadline: Deadline, reason: str, by: User, now: datetime) -> None:
    """Take back that it was done.

    Raises: NothingToTakeBack.
    """
    deadline = fresh(deadline)
    if not deadline.met_by_hand:
        raise NothingToTakeBack
    deadline.state, deadline.met_on = State.OPEN, None
    deadline.met_words, deadline.met_by_person, deadline.changed_at = "", None, now
    deadline.save(update_fields=MET)
    trace(deadline, "deadline not met", f"it was not done. {reason}", by=by, now=now)
    recompute(case=deadline.case, now=now)


@transaction.atomic
def waive(*, deadline: Deadline, reason: str, by: User, now: datetime) -> None:
    """Record that a date no longer applies, and why.

    Raises: NotOpen.
    """
    deadline = fresh_open(deadline)
    deadline.state, deadline.waived_reason = State.WAIVED, reason.strip()
    deadline.waived_at, deadline.waived_by, deadline.changed_at = now, by, now
    deadline.save(update_fields=WAIVED)
    trace(deadline, "deadline waived", f"it no longer applies. {reason}", by=by, now=now)


@transaction.atomic
def reopen(*, deadline: Deadline, reason: str, by: User, now: datetime) -> None:
    """Record that a date applies after all: it runs again, or a fact has ended it meanwhile.

    Raises: NothingToTakeBack.
    """
    deadline = fresh(deadline)
    if deadline.state != State.WAIVED:
        raise NothingToTakeBack
    unwaive(deadline, now)
    trace(deadline, "deadline reopened", f"it applies again. {reason}", by=by, now=now)
    recompute(case=deadline.case, now=now)


def unwaive(deadline: Deadline, now: datetime) -> None:
    """Let a waived date run again; who calls it says why."""
    deadline.state, deadline.waived_reason = State.OPEN, ""
    deadline.waived_at, deadline.waived_by, deadline.changed_at = None, None, now
    deadline.save(update_fields=WAIVED)


@transaction.atomic
def set_own_date(
    *, deadline: Deadline, on: date, reason: str, by: User, now: datetime, confirmed: bool = False
) -> None:
    """Let people work to another date. The one by the law stands beside it and is not changed.

    A later one for a duty of ours may lose the right: who sets it confirms that they know.

    Raises: NotOpen, NotMovedByHand, DayPassed, ByLawAlready, LaterThanLaw.
    """
    deadline = fresh_open(deadline)
    by_law = deadline.act_on_by_law
    if deadline.by_hour or deadline.direction == Direction.OPENS:
        raise NotMovedByHand
    if on < pacific_day(now):
        raise DayPassed
    if on in (by_law, deadline.act_on):
        raise ByLawAlready
    if on > by_law and deadline.direction == Direction.OURS and not confirmed:
        raise LaterThanLaw
    deadline.act_at = deadline.own_at = end_of_day(on)
    deadline.own_reason, deadline.own_by, deadline.own_set_at = reason.strip(), by, now
    _save_moved(deadline, now)
    both = f"we work to {legal_day(on)}. By the law it is {legal_day(by_law)}"
    trace(deadline, "deadline own date", f"{both}. {reason}", by=by, now=now)


def _save_moved(deadline: Deadline, now: datetime) -> None:
    """Save another day to work to. Whoever had seen the first one has not seen this one."""
    deadline.seen_at, deadline.seen_by, deadline.changed_at = None, None, now
    deadline.save(update_fields=MOVED)


@transaction.atomic
def drop_own_date(*, deadline: Deadline, reason: str, by: User, now: datetime) -> None:
    """Go back to the date by the law.

    Raises: NotOpen, NothingToTakeBack.
    """
    deadline = fresh_open(deadline)
    if deadline.own_at is None:
        raise NothingToTakeBack
    deadline.act_at = deadline.act_at_by_law
    deadline.own_at, deadline.own_reason, deadline.own_by, deadline.own_set_at = None, "", None, None
    _save_moved(deadline, now)
    back = f"back to the date by the law, {legal_day(deadline.act_on)}"
    trace(deadline, "deadline by law", f"{back}. {reason}", by=by, now=now)


@transaction.atomic
def extend_time(
    *, deadline: Deadline, on: date, reason: str, by: User, now: datetime, to: date | None = None
) -> Deadline:
    """Record by the notice of `on` that the time was extended; the next version counts as the law allows.

    `to` is the last day that the notice names, for an extension to which the law gives no length.

    Raises: NotOpen, NoWayToExtend, AlreadyExtended, FactInFuture, BeforeItsStart, EndTooEarly.
    """
    deadline = fresh_open(deadline)
    if not deadline.law.extended_by:
        raise NoWayToExtend
    if deadline.extended_on:
        raise AlreadyExtended
    if on > pacific_day(now):
        raise FactInFuture(field="on")
    if on < deadline.triggered_on:
        raise BeforeItsStart
    new = _count_again(
        deadline, now, notice_on=on, until=to, extended_reason=reason.strip(), extended_at=now, extended_by=by
    )
    words = f"the time was extended by the notice of {legal_day(on)}, to {legal_day(new.last_lawful_on)}"
    trace(new, "deadline extended", f"{words}. {reason}", by=by, now=now)
    return new


@transaction.atomic
def not_extended(*, deadline: Deadline, reason: str, by: User, now: datetime) -> Deadline:
    """Take back that the time was extended; the next version counts without it.

    Raises: NotOpen, NothingToTakeBack.
    """
    deadline = fresh_open(deadline)
    if deadline.extended_on is None:
        raise NothingToTakeBack
    new = _count_again(deadline, now)
    trace(new, "deadline not extended", f"the time was not extended. {reason}", by=by, now=now)
    return new


def _count_again(
    deadline: Deadline,
    now: datetime,
    *,
    notice_on: date | None = None,
    until: date | None = None,
    **said: object,
) -> Deadline:
    """Write the next version of a clock from the same start: extended by a notice, or not."""
    rule = deadline.law
    try:
        explanation = explain(rule, triggered_at=start_of(deadline))
        if notice_on:
            explanation = lengthened(explanation, notice_on=notice_on, until=until)
    except DeadlineError as error:
        raise EndTooEarly from error
    start = {name: getattr(deadline, name) for name in ("rule_version", "trigger_id", "triggered_on")}
    if notice_on:
        said |= {"extended_on": notice_on, "extended_to": until}
    return replace_version(deadline, rule, fields_of(explanation) | start | said, now)
