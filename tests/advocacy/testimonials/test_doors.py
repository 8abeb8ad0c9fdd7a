"""What the database itself lets each door see and do, were every filter in the code forgotten."""

import pytest
from django.db import DatabaseError, connection, transaction

from advocacy.organisations.catalogue import violations
from advocacy.organisations.scope import Door, scope
from advocacy.testimonials import queries, refusals, services
from advocacy.testimonials.models import Consent, State, StoryFigures, Testimonial, Version
from tests.advocacy.testimonials.telling import (
    TICKS,
    WORDS,
    as_author,
    cleared,
    in_review,
    open_portal,
    sent,
    shown,
    won_case,
    written,
)
from tests.conftest import NOW
from tests.factories import make_client, make_person

pytestmark = pytest.mark.django_db

TABLES = ("testimonial", "testimonial_version", "testimonial_consent", "story_figures")


def rows(table: str) -> int:
    """Count as the serving role does, past every manager."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def seen(organisation, door, person=None) -> dict[str, int]:
    with scope(organisation.pk, door=door, person_id=person.pk if person else None):
        return {table: rows(table) for table in TABLES}


def test_the_locks_stand():
    assert violations(connection) == []


def test_the_public_and_keys_see_the_row_that_is_shown_to_them_and_nothing_else(harbor, won, ana, bob, dana):
    shown(won, ana, staff=dana, on_site=True, on_embed=False)
    shown(won_case(bob), ana, staff=dana, on_site=False, on_embed=True)
    sent(won_case(bob), ana)
    written(won_case(bob), ana)

    nothing = {"testimonial_version": 0, "testimonial_consent": 0}
    assert seen(harbor, Door.STAFF) == {
        "testimonial": 4, "testimonial_version": 4, "testimonial_consent": 3, "story_figures": 1,
    }  # fmt: skip
    assert seen(harbor, Door.PUBLIC) == {"testimonial": 1, "story_figures": 1, **nothing}
    assert seen(harbor, Door.KEY) == {"testimonial": 1, "story_figures": 0, **nothing}
    with scope(harbor.pk, door=Door.PUBLIC):
        assert Testimonial.objects.get().on_site
    with scope(harbor.pk, door=Door.KEY):
        assert Testimonial.objects.get().on_embed


@pytest.mark.parametrize("door", [Door.PUBLIC, Door.KEY])
def test_the_public_and_keys_change_nothing(harbor, won, ana, dana, door):
    story = shown(won, ana, staff=dana)

    with scope(harbor.pk, door=door):
        assert Testimonial.objects.filter(pk=story.pk).update(published_text="theirs") == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            Testimonial.objects.create(
                client_id=won.client_id, case=won, author=ana, begun_at=NOW, language="en"
            )
    assert Testimonial.objects.get(pk=story.pk).published_text == WORDS


def test_a_neighbour_sees_nothing(harbor, sierra, won, ana, dana):
    shown(won, ana, staff=dana)

    for door in Door:
        assert set(seen(sierra, door, ana).values()) == {0}


def test_a_story_of_another_client_does_not_exist_for_an_author(harbor, won, ana, bob, dana):
    hers = sent(won, ana)
    other_case = won_case(bob, client=make_client(by=bob, now=NOW, family_name="Other"))
    other = make_person(name="Otto Berg", now=NOW)
    open_portal(other_case, other, by=bob)
    theirs = sent(other_case, other)

    with as_author(harbor, ana):
        assert list(Testimonial.objects.all()) == [hers]
        assert set(Version.objects.values_list("testimonial_id", flat=True)) == {hers.pk}
        assert set(Consent.objects.values_list("testimonial_id", flat=True)) == {hers.pk}
        with pytest.raises(Testimonial.DoesNotExist):
            queries.authored(ana, story_id=theirs.pk)
        with pytest.raises(Testimonial.DoesNotExist):
            services.withdraw(story=theirs, by=ana, now=NOW)
        assert Testimonial.objects.filter(pk=theirs.pk).update(state=State.WITHDRAWN) == 0
        with pytest.raises(refusals.NoOutcomeYet):
            services.write(case=other_case, text="Mine?", language="en", by=ana, now=NOW)
        with pytest.raises(DatabaseError), transaction.atomic():
            Version.objects.create(
                client_id=other_case.client_id,
                testimonial=theirs,
                number=9,
                text="x",
                written_at=NOW,
                written_by=ana,
            )
    assert Testimonial.objects.get(pk=theirs.pk).state == State.SUBMITTED


def test_whose_access_has_ended_sees_nothing(harbor, won, ana, bob):
    sent(won, ana)
    stranger = make_person(name="Nia Stone", now=NOW)

    assert seen(harbor, Door.PORTAL, stranger)["testimonial"] == 0
    assert seen(harbor, Door.PORTAL)["testimonial"] == 0


def test_an_author_does_everything_of_theirs_through_the_portals_door(harbor, won, ana, dana):
    with as_author(harbor, ana):
        assert queries.may_write(won)
        story = written(won, ana)
        page = queries.author_page(story)
        assert (page.may_send, page.may_withdraw, page.may_change_places) == (True, True, False)
        story = services.submit(story=story, **TICKS, by=ana, now=NOW)
    story = services.start_review(story=story, by=dana, now=NOW)
    story = services.edit_wording(
        story=story, number=1, text="Shorter", translation="Más corto", tie="", by=dana, now=NOW
    )
    story = services.ask_author(story=cleared(story, staff=dana), by=dana, now=NOW)
    with as_author(harbor, ana):
        page = queries.author_page(queries.authored(ana, story_id=story.pk))
        assert (page.may_approve, page.newest.text, page.original.text) == (True, "Shorter", WORDS)
        services.approve_wording(story=story, number=2, by=ana, now=NOW)
    services.publish(story=story, by=dana, now=NOW)
    with as_author(harbor, ana):
        services.change_surfaces(
            story=story, on_site=False, on_embed=True, text_version=TICKS["text_version"], text_language="es",
            capacity="parent", by=ana, now=NOW,
        )  # fmt: skip
        assert queries.of_reader(ana, client_id=won.client_id) == [story]
        services.withdraw(story=story, by=ana, now=NOW)

    assert Testimonial.objects.get(pk=story.pk).state == State.WITHDRAWN
    assert StoryFigures.objects.get().counts == {"withdrawn": 1}


def test_history_is_not_rewritten_by_anybody(harbor, won, ana, dana):
    in_review(won, ana, staff=dana)

    assert Version.objects.update(text="rewritten") == 0
    assert Consent.objects.update(on_embed=True) == 0
    with as_author(harbor, ana):
        assert Version.objects.update(text="rewritten") == 0
        assert Consent.objects.update(on_embed=True) == 0
    for table in TABLES:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
            assert cursor.rowcount == 0
