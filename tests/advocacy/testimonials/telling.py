"""Stories at each station of their life, brought there by the same services as the pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from advocacy.accounts.models import AccessKeyKind, User
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from advocacy.testimonials import consents, queries, services
from advocacy.testimonials.models import Testimonial
from cases.casefile.models import Case
from cases.clients.models import PortalAccess
from tests.conftest import NOW
from tests.factories import make_answered_case

WORDS = "They told me no twice. Somebody showed me one more door, and we went through it."
TICKS: dict[str, Any] = {
    "on_site": True,
    "on_embed": True,
    "name_choice": "words",
    "name_words": "A parent in Fresno",
    "years": 2,
    "text_version": consents.newest(),
    "text_language": "en",
    "capacity": "parent",
}


def won_case(bob: User, *, now: datetime = NOW, **fields: Any) -> Case:
    """A case whose plan gave in."""
    case, _ = make_answered_case(by=bob, now=now, outcome="overturned", **fields)
    return case


def open_portal(case: Case, person: User, *, by: User, now: datetime = NOW) -> PortalAccess:
    return PortalAccess.objects.create(
        client_id=case.client_id,
        user=person,
        granted_at=now,
        granted_by=by,
        accepted_at=now,
        capacity="parent",
    )


@contextmanager
def as_author(organisation: Organisation, person: User) -> Iterator[None]:
    """Come in by the portal's door, as the database sees it."""
    with scope(organisation.pk, door=Door.PORTAL, person_id=person.pk):
        yield


def written(
    case: Case, author: User, *, text: str = WORDS, now: datetime = NOW, **fields: Any
) -> Testimonial:
    return services.write(case=case, text=text, language=fields.get("language", "en"), by=author, now=now)


def sent(case: Case, author: User, *, text: str = WORDS, now: datetime = NOW, **ticks: Any) -> Testimonial:
    language = ticks.pop("language", "en")
    story = written(case, author, text=text, now=now, language=language)
    return services.submit(story=story, **(TICKS | ticks), by=author, now=now)


def in_review(case: Case, author: User, *, staff: User, now: datetime = NOW, **fields: Any) -> Testimonial:
    return services.start_review(story=sent(case, author, now=now, **fields), by=staff, now=now)


def cleared(story: Testimonial, *, staff: User, now: datetime = NOW) -> Testimonial:
    """Tick every personal detail."""
    keys = [each.key for each in queries.details(story)]
    return services.clear_privacy(story=story, number=story.newest, cleared=keys, by=staff, now=now)


def shown(case: Case, author: User, *, staff: User, now: datetime = NOW, **fields: Any) -> Testimonial:
    story = cleared(in_review(case, author, staff=staff, now=now, **fields), staff=staff, now=now)
    return services.publish(story=story, by=staff, now=now)


def embed_secret(by: User, *, label: str = "Valley Clinic", now: datetime = NOW) -> str:
    key, secret = services.issue_key(label=label, by=by, now=now)
    assert key.kind == AccessKeyKind.EMBED
    return secret
