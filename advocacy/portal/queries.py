"""Reading in the portal. Row-level security shows this person's clients only; the filters say so again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext

from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import ROLES, Permission
from advocacy.audit.models import AuditEvent
from advocacy.kernel.reads import together
from advocacy.portal import story
from advocacy.portal.doors import Reader
from advocacy.testimonials import queries as stories
from cases.casefile.models import Case
from cases.casefile.queries import by_case, standing_events_in
from cases.deadlines.models import Deadline
from cases.documents.models import Document
from cases.messages import queries as messages
from cases.messages.models import Message


@dataclass(frozen=True)
class Matter:
    """One case on the portal's home."""

    case: Case
    story: story.Story
    unread: int
    story_of_theirs: Any
    may_write_story: bool


def own_cases(reader: Reader) -> Any:
    """Return the cases of the clients whose file is open to the reader."""
    own = [access.client_id for access in reader.accesses]
    return Case.objects.filter(client_id__in=own).select_related("client", "coverage", "owner")


def case_for(reader: Reader, *, case_id: UUID) -> Case:
    """Load one of the reader's cases.

    Raises: Case.DoesNotExist.
    """
    return own_cases(reader).get(pk=case_id)


def document_for(reader: Reader, *, document_id: UUID) -> Document:
    """Load one paper of the reader's cases.

    Raises: Document.DoesNotExist.
    """
    return Document.objects.filter(case__in=own_cases(reader)).get(pk=document_id)


def home(reader: Reader) -> list[Matter]:
    """Return the reader's cases, newest first, each with its story."""
    cases = list(own_cases(reader).order_by("-opened_at"))
    events, deadlines = together(
        standing_events_in(cases), Deadline.objects.standing().filter(case__in=cases)
    )
    facts, dates = by_case(events), by_case(deadlines)
    unread = _unread(cases)
    own = {case.client_id for case in cases}
    written = {
        each.case_id: each for client_id in own for each in stories.of_reader(reader, client_id=client_id)
    }
    return [
        Matter(
            case=case,
            story=story.tell(_plan(case), facts[case.pk], dates[case.pk], case.owner.name),
            unread=unread.get(case.pk, 0),
            story_of_theirs=written.get(case.pk),
            may_write_story=case.pk not in written and stories.may_write(case),
        )
        for case in cases
    ]


def _plan(case: Case) -> str:
    return case.coverage.plan_name if case.coverage else gettext("Your plan")


def _unread(cases: Iterable[Case]) -> dict[UUID, int]:
    counts: dict[UUID, int] = {}
    rows = Message.objects.filter(case__in=cases, from_client=False, read_at=None)
    for case_id in rows.values_list("case_id", flat=True):
        counts[case_id] = counts.get(case_id, 0) + 1
    return counts


def conversation(case: Case) -> dict[str, list[Any]]:
    """Return the talk and the papers of a case."""
    papers = Document.objects.filter(case=case).order_by("-uploaded_at")
    return {"talk": list(messages.of_case(case)), "papers": list(papers)}


@dataclass(frozen=True)
class Look:
    """Somebody looked at the file on a day."""

    name: str
    on: date


def who_looked(reader: Reader) -> list[Look]:
    """Return who opened the reader's files: a line a person and day, newest first, of the last 500 reads."""
    own = [access.client_id for access in reader.accesses]
    reads = AuditEvent.objects.filter(client_id__in=own, act__startswith="read ").exclude(actor_id=reader.id)
    rows = list(reads.order_by("-at").values_list("actor_id", "at")[:500])
    names = dict(User.objects.filter(pk__in={actor for actor, _ in rows}).values_list("pk", "name"))
    lines = dict.fromkeys((actor, localtime(at).date()) for actor, at in rows)
    return [Look(names.get(actor, "") if actor else "", day) for actor, day in lines]


def who_can_see(reader: Reader) -> list[dict[str, str]]:
    """Return the people of the organisation who may open the reader's files, with what they do."""
    owners = set(own_cases(reader).values_list("owner_id", flat=True))
    members = Membership.objects.live().filter(organisation=reader.organisation).select_related("user")
    return [
        {"name": member.user.name, "role": ROLES[member.role].name}
        for member in members.order_by("user__name")
        if Permission.CASE_READ_ALL in member.rights.permissions or member.user_id in owners
    ]
