"""What is asked of one story, by whoever asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from advocacy.kernel.privacy import Span, personal_spans
from advocacy.organisations.services import current
from advocacy.testimonials import consents
from advocacy.testimonials.models import Consent, Testimonial, Version
from cases.casefile.models import Case, Event, EventKind
from cases.casefile.services import CALIFORNIA
from cases.clients.models import Coverage


def day_of(now: datetime) -> date:
    """Return the California day of an instant."""
    return now.astimezone(CALIFORNIA).date()


def may_write(case: Case) -> bool:
    """True once an outcome is recorded: the plan gave in, or the review is decided, whichever way."""
    facts = Event.objects.standing().filter(case=case)
    if facts.filter(kind=EventKind.IMR_DECIDED).exists():
        return True
    answer = facts.filter(kind=EventKind.GRIEVANCE_ANSWERED).order_by("-occurred_on", "-recorded_at").first()
    return answer is not None and answer.details.get("outcome") == "overturned"


def may_show(story: Testimonial, *, on: date) -> bool:
    """True if the newest permission names a place, and has not run out on this day."""
    return (story.on_site or story.on_embed) and story.expires_on is not None and story.expires_on > on


def wording(story: Testimonial, number: int) -> Version:
    """Load one wording.

    Raises: Version.DoesNotExist.
    """
    return Version.objects.get(testimonial=story, number=number)


def newest_consent(story: Testimonial) -> Consent | None:
    """Return the permission that holds, or None."""
    return Consent.objects.filter(testimonial=story).select_related("signed_by").order_by("-number").first()


def consent_text(consent: Consent) -> consents.ConsentText:
    """Return the text exactly as it was signed."""
    return consents.text(
        version=consent.text_version, language=consent.text_language, organisation=current().name
    )


@dataclass(frozen=True)
class Detail:
    """A personal detail in one part of a story: `text`, `translation` or `name`."""

    part: str
    span: Span

    @property
    def key(self) -> str:
        return f"{self.part}:{self.span.start}-{self.span.end}"


@dataclass(frozen=True)
class Piece:
    """A stretch of text, and the kind of detail it is ("" for none)."""

    text: str
    kind: str


def details(story: Testimonial) -> list[Detail]:
    """Return the personal details in the newest wording, its translation and the name to be shown."""
    names = _names_of(story)
    return [
        Detail(part, span)
        for part, text in parts_of(story).items()
        # The name the author chose for themselves is theirs to show; what else stands in it is not.
        for span in personal_spans(text, names=[] if part == "name" else names)
    ]


def parts_of(story: Testimonial) -> dict[str, str]:
    """Return everything a reader would see, by part."""
    newest, consent = wording(story, story.newest), newest_consent(story)
    return {
        "text": newest.text,
        "translation": newest.translation,
        "name": consent.shown_name if consent else "",
    }


def pieces(text: str, spans: list[Span]) -> Iterator[Piece]:
    """Yield a text cut at its spans."""
    done = 0
    for span in spans:
        if span.start > done:
            yield Piece(text[done : span.start], "")
        yield Piece(span.text, span.kind)
        done = span.end
    if done < len(text):
        yield Piece(text[done:], "")


def _names_of(story: Testimonial) -> list[str]:
    client = story.client
    plans = Coverage.objects.filter(client=client).values_list("plan_name", flat=True)
    people = [client.given_name, *client.family_name.split(), *story.author.name.split()]
    return [*plans, *people]
