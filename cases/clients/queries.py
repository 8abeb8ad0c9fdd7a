"""Who may speak for a client, and with whom. Who sees which client, `casefile.queries` knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from cases.clients.authority import Held, Standing, best, sentence
from cases.clients.models import Authorisation, Body, Client, Coverage, Regulator, Representative

DEPARTMENT_UNKNOWN = (
    "We do not know who regulates this plan. So we do not know whose form to ask for: find out first."
)


@dataclass(frozen=True)
class Form:
    """An authorization, and where it stands on the day that was asked for."""

    authorisation: Authorisation
    standing: Standing


@dataclass(frozen=True)
class Person:
    """A representative and their authorizations, newest first."""

    representative: Representative
    forms: list[Form]


@dataclass(frozen=True)
class Voice:
    """Whether one body speaks with somebody for the client, in words.

    `standing` is None where nothing is on file; `nothing` then says so in the words of a pill.
    """

    name: str
    standing: Standing | None
    words: str
    nothing: str = "No form yet"


def speaks_for(client: Client, body: str, on: date) -> bool:
    """Tell whether an authorization made out to the body is in force on a day."""
    return any(each.standing_on(on).in_force for each in _of(client).filter(body=body))


def department_of(coverage: Coverage | None) -> str:
    """Return the body that regulates a plan as authorizations name it, "" while nobody knows which."""
    regulator = coverage.regulator if coverage else Regulator.UNKNOWN
    return regulator if regulator in {Body.DMHC, Body.CDI} else ""


def unheard(client: Client, body: str, on: date) -> str:
    """Say why a body speaks with nobody for the client on a day, "" if it speaks with somebody.

    Without a body it is the department of a plan nobody knows the regulator of: either one's form will do.
    """
    if any(speaks_for(client, each, on) for each in ([body] if body else [Body.DMHC, Body.CDI])):
        return ""
    if not body:
        return DEPARTMENT_UNKNOWN
    held = [
        Held(each.terms, each.representative.name, each.standing_on(on))
        for each in _of(client).filter(body=body)
    ]
    return sentence(body, held)


def expiring(on: date, within_days: int) -> list[Authorisation]:
    """Return the authorizations in force on a day that end within so many days of it, soonest first.

    Of every client of the organisation: whoever lists them asks `casefile.queries` who may see whom.
    """
    last = on + timedelta(days=within_days)
    found = Authorisation.objects.filter(ended_at=None, expires_on__range=(on, last))
    found = found.select_related("client", "representative").order_by("expires_on", "created_at")
    return [each for each in found if each.standing_on(on).in_force]


def people_of(client: Client, on: date) -> list[Person]:
    """Return the representatives of a client as they were recorded, with their authorizations on a day."""
    forms: dict[object, list[Form]] = {}
    for each in _of(client):
        forms.setdefault(each.representative_id, []).append(Form(each, each.standing_on(on)))
    found = Representative.objects.filter(client=client).order_by("created_at", "pk")
    return [Person(each, forms.get(each.pk, [])) for each in found]


def voices_of(people: Iterable[Person], coverage: Coverage | None) -> list[Voice]:
    """Return one line for each body that a case may need: the plan, its department, who holds the records."""
    forms = [form for person in people for form in person.forms]
    voices = [_voice(Body.PLAN, str(Body.PLAN.label), forms)]
    if coverage and (department := department_of(coverage)):
        voices.append(_voice(department, coverage.regulator_words, forms))
    else:
        voices.append(Voice("The department", None, DEPARTMENT_UNKNOWN, "Not known yet"))
    return [*voices, _voice(Body.RECORDS, "Medical records", forms)]


def _voice(body: str, name: str, forms: Iterable[Form]) -> Voice:
    held = [
        Held(form.authorisation.terms, form.authorisation.representative.name, form.standing)
        for form in forms
        if form.authorisation.body == body
    ]
    found = best(held)
    return Voice(name, found.standing if found else None, sentence(body, held))


def _of(client: Client) -> QuerySet[Authorisation]:
    found: QuerySet[Authorisation] = Authorisation.objects.filter(client=client)
    return found.select_related("representative", "ended_by").order_by("-created_at", "-pk")
