"""A case as its client reads it: one sentence, five steps with dates, what to do next."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from django.utils.translation import get_language, gettext

from cases.deadlines.derivation import Part
from cases.deadlines.wording import by_part, told_client


@dataclass(frozen=True)
class Step:
    """One of the five steps: done, now or next, and its date in words."""

    name: str
    date_words: str
    status: str
    note: str = ""


@dataclass(frozen=True)
class Story:
    """What the portal says of one case."""

    sentence: str
    todo: str
    asks_paper: bool
    steps: list[Step]


def day_words(day: date) -> str:
    """Return `Thursday, November 26` or `jueves 26 de noviembre`."""
    if (get_language() or "en").startswith("es"):
        return format_date(day, "EEEE d 'de' MMMM", locale="es")
    return format_date(day, "EEEE, MMMM d", locale="en_US")


def tell(plan: str, facts: list[Any], deadlines: list[Any], helper: str) -> Story:
    """Return the story of a case from its standing facts and dates."""
    kinds = {fact.kind: fact for fact in facts}
    dates = by_part(each for each in deadlines if each.state == "open")
    sentence, todo, asks = _where(plan, kinds, dates, helper)
    return Story(sentence, todo, asks, _steps(kinds, dates))


def _where(plan: str, kinds: dict[str, Any], dates: dict[Part, Any], helper: str) -> tuple[str, str, bool]:
    nothing = gettext("You: nothing to do now. %(helper)s works on it.") % {"helper": helper}
    if "imr_implemented" in kinds:
        return gettext("Your plan gave what the state decided."), gettext("You: nothing to do."), False
    if "imr_decided" in kinds:
        return *_decided(kinds["imr_decided"], nothing), False
    if "imr_filed" in kinds:
        day = day_words(kinds["imr_filed"].occurred_on)
        said = gettext("We asked the state to look at your case on %(day)s.") % {"day": day}
        quiet = gettext("You: nothing to do. It is normal to hear nothing for 30 days.")
        return said, quiet, False
    if "grievance_answered" in kinds:
        return *_answered(kinds["grievance_answered"], dates, nothing), False
    if "grievance_filed" in kinds:
        return *_filed(plan, kinds["grievance_filed"], dates, nothing), False
    if "denied" in kinds:
        day = day_words(kinds["denied"].occurred_on)
        said = gettext("%(plan)s said no on %(day)s. We are writing a complaint to them.") % {
            "plan": plan, "day": day,
        }  # fmt: skip
        return said, nothing, False
    said = gettext("We need the letter in which your plan said no.")
    return said, gettext("You: send us a photo of the letter."), True


def _filed(plan: str, filed: Any, dates: dict[Part, Any], nothing: str) -> tuple[str, str]:
    day = day_words(filed.occurred_on)
    answer = dates.get(Part.ANSWER)
    if answer is None:
        return gettext("We sent your complaint to %(plan)s on %(day)s.") % {"plan": plan, "day": day}, nothing
    by = day_words(told_client(answer))
    said = gettext("We sent your complaint to %(plan)s on %(day)s. They must answer by %(by)s.") % {
        "plan": plan, "day": day, "by": by,
    }  # fmt: skip
    todo = gettext("You: nothing to do until %(by)s. It is normal to hear nothing until then.") % {"by": by}
    return said, todo


def _answered(answer: Any, dates: dict[Part, Any], nothing: str) -> tuple[str, str]:
    day = day_words(answer.occurred_on)
    if answer.details.get("outcome") == "overturned":
        return gettext("Your plan said yes on %(day)s.") % {"day": day}, gettext(
            "You: tell us if they do not give the care."
        )
    apply_by = dates.get(Part.APPLY) or dates.get(Part.APPLY_EXPERIMENTAL)
    said = gettext("Your plan said no again on %(day)s. Next, we ask the state to look.") % {"day": day}
    if apply_by is not None:
        said += " " + gettext("We will do it by %(by)s.") % {"by": day_words(told_client(apply_by))}
    return said, nothing


def _decided(decided: Any, nothing: str) -> tuple[str, str]:
    day = day_words(decided.occurred_on)
    if decided.details.get("outcome") == "upheld":
        return gettext("On %(day)s the state decided that the plan may say no.") % {"day": day}, gettext(
            "You: call us. We tell you what else is possible."
        )
    return gettext("On %(day)s the state decided that your plan must give the care.") % {"day": day}, nothing


def _steps(kinds: dict[str, Any], dates: dict[Part, Any]) -> list[Step]:
    names = [
        ("denied", gettext("Your plan said no"), None),
        ("grievance_filed", gettext("We complain to the plan"), Part.COMPLAIN),
        ("grievance_answered", gettext("The plan answers"), Part.ANSWER),
        ("imr_filed", gettext("We ask the state to look"), Part.APPLY),
        ("imr_decided", gettext("The state decides"), None),
    ]
    steps: list[Step] = []
    now_is_taken = False
    for kind, name, part in names:
        if kind in kinds:
            steps.append(Step(name, day_words(kinds[kind].occurred_on), "done"))
        elif not now_is_taken and not _skipped(kind, kinds):
            now_is_taken = True
            due = dates.get(part) if part else None
            by = gettext("by %(day)s") % {"day": day_words(told_client(due))} if due else ""
            steps.append(Step(name, by, "now"))
        else:
            steps.append(Step(name, "", "done" if _skipped(kind, kinds) else "next"))
    return steps


def _skipped(kind: str, kinds: dict[str, Any]) -> bool:
    """A step that was passed over, as when the plan never answered."""
    order = ["denied", "grievance_filed", "grievance_answered", "imr_filed", "imr_decided"]
    return any(later in kinds for later in order[order.index(kind) + 1 :])
