"""Reading IMR filings, and whether a case may have one."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from advocacy.accounts.doors import Actor
from cases.casefile.models import Case, Denial, Urgency
from cases.casefile.queries import denial_of, visible_to
from cases.deadlines.derivation import ANSWERED, FILED, Part, Track
from cases.deadlines.models import Deadline, pacific_day
from cases.deadlines.queries import firsts_in
from cases.grievances import queries as grievances
from cases.imr.eligibility import CDI, DMHC, Eligibility, Facts, assess
from cases.imr.models import IMRFiling

# The facts of eligibility that stand on the denial itself, as `casefile.Denial` and `Facts` both name them.
ON_THE_DENIAL = (
    "necessity_in_part", "recommended", "urgent_care", "seen_by_plan_doctor", "wait_waived",
    "grave_condition", "standard_failed", "plan_doctor_recommends", "two_documents", "otherwise_covered",
)  # fmt: skip


def filing_for(actor: Actor, *, filing_id: UUID) -> IMRFiling:
    """Load the filing of a visible case.

    Raises: IMRFiling.DoesNotExist.
    """
    filings = IMRFiling.objects.select_related("case__client", "case__coverage")
    return filings.filter(case__in=visible_to(actor)).get(pk=filing_id)


def of_case(case: Case) -> QuerySet[IMRFiling]:
    """Return the filing of a case: one row, or none."""
    return IMRFiling.objects.filter(case=case)


def denial_for(actor: Actor, *, denial_id: UUID) -> Denial:
    """Load one denial of a visible case.

    Raises: Denial.DoesNotExist.
    """
    denials = Denial.objects.select_related("case__client", "case__coverage", "case__owner")
    return denials.filter(case__in=visible_to(actor)).get(pk=denial_id)


def eligibility_of(case: Case, *, on: date) -> Eligibility:
    """Return whether an application for this case, filed on that day, stands."""
    return assess(facts_of(case, on=on))


def facts_of(case: Case, *, on: date) -> Facts:
    """Return what is known of a case for its eligibility on one day."""
    denial = denial_of(case)
    regulator = case.coverage.regulator if case.coverage else ""
    track = grievances.track(case)
    firsts = firsts_in(case)
    filed, answered = firsts.get(FILED), firsts.get(ANSWERED)
    safe_by, last_day = _window(case, track)
    return Facts(
        on=on,
        department=CDI if regulator == CDI else DMHC,
        reason=denial.reason if denial else "",
        urgent=case.urgency == Urgency.EXPEDITED,
        filed_on=filed.on if filed else None,
        opens_on=grievances.wait_ends(filed.on, track) if filed else None,
        answered_on=answered.on if answered else None,
        answer=answered.outcome if answered else "",
        safe_by=safe_by,
        last_day=last_day,
        **{name: getattr(denial, name) for name in ON_THE_DENIAL if denial},
    )


def _window(case: Case, track: Track) -> tuple[date | None, date | None]:
    """Return the ends of the six months by their earliest and their latest reading.

    Any qualifying event opens a window (H&S 1374.30(k), Ins. 10169(k)), so of two the later one still holds.
    """
    rules = [track[part] for part in (Part.APPLY, Part.APPLY_EXPERIMENTAL) if part in track]
    windows = list(Deadline.objects.standing().filter(case=case, rule__in=rules))
    ends = [
        pacific_day(datetime.fromisoformat(each["due"])) for window in windows for each in window.readings
    ]
    return (
        min((window.act_on_by_law for window in windows), default=None),
        max([*ends, *(window.last_lawful_on for window in windows)], default=None),
    )
