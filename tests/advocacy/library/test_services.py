"""Nothing shows before a person has read it."""

import pytest
from django.db import DatabaseError, connection, transaction

from advocacy.audit.models import AuditEvent
from advocacy.library import queries, services
from advocacy.library.models import Article, Question
from advocacy.organisations.scope import Door, scope
from tests.advocacy.library.pages import make_article, make_published, make_question, make_shown
from tests.cases.together import at_once
from tests.conftest import NOW
from tests.factories import day_before

pytestmark = pytest.mark.django_db


def seen_by_public(organisation, model):
    with scope(organisation.pk, door=Door.PUBLIC):
        return list(model.objects.all())


def test_the_public_door_sees_only_what_is_published(harbor, bob):
    make_article(harbor, by=bob, now=NOW, slug="draft")
    page = make_published(harbor, by=bob, now=NOW)
    make_question(page, now=NOW)
    shown = make_shown(page, by=bob, now=NOW)

    assert seen_by_public(harbor, Article) == [page]
    assert seen_by_public(harbor, Question) == [shown]


@pytest.mark.parametrize("door", [Door.PORTAL, Door.KEY])
def test_the_other_doors_see_nothing(harbor, bob, door):
    make_shown(make_published(harbor, by=bob, now=NOW), by=bob, now=NOW)

    with scope(harbor.pk, door=door):
        assert not Article.objects.exists()
        assert not Question.objects.exists()


def test_a_neighbours_public_door_sees_nothing_of_ours(harbor, sierra, bob):
    make_shown(make_published(harbor, by=bob, now=NOW), by=bob, now=NOW)

    assert seen_by_public(sierra, Article) == seen_by_public(sierra, Question) == []


def test_the_public_door_cannot_write_a_question_that_shows(harbor, bob):
    page = make_published(harbor, by=bob, now=NOW)

    with scope(harbor.pk, door=Door.PUBLIC), pytest.raises(DatabaseError), transaction.atomic():
        Question.objects.create(
            article=page, text="x", asked_at=NOW, state="published", answer="x", answered_at=NOW,
            answered_by=bob,
        )  # fmt: skip


def test_the_public_door_changes_nothing(harbor, bob):
    page = make_published(harbor, by=bob, now=NOW)
    make_shown(page, by=bob, now=NOW)

    with scope(harbor.pk, door=Door.PUBLIC):
        assert Article.objects.update(title="Mine") == 0
        assert Question.objects.update(answer="Mine") == 0


def test_a_question_is_unreadable_in_the_database(harbor, bob):
    question = make_question(make_published(harbor, by=bob, now=NOW), now=NOW, text="about zirconium")

    with scope(harbor.pk, door=Door.STAFF), connection.cursor() as cursor:
        cursor.execute("SELECT text FROM question WHERE id = %s", [question.pk])
        assert "zirconium" not in cursor.fetchone()[0]


def test_publishing_says_who_checked_and_when(harbor, bob, dana):
    page = make_article(harbor, by=bob, now=NOW)

    with scope(harbor.pk, door=Door.STAFF):
        services.publish_article(article=page, by=dana, now=NOW)

        page.refresh_from_db()
        assert (page.checked_by, page.checked_on) == (dana, day_before(NOW, 0))


def test_changing_a_published_page_moves_the_check_and_a_draft_has_none(harbor, bob, dana):
    page = make_article(harbor, by=bob, now=NOW)
    words = {"title": "Other", "summary": "Other", "body": "Other"}
    with scope(harbor.pk, door=Door.STAFF):
        services.change_article(article=page, **words, by=dana, now=NOW)
        assert page.checked_by is None
        services.publish_article(article=page, by=bob, now=NOW)

        services.change_article(article=page, **words, by=dana, now=NOW)

        assert (page.checked_by, page.state) == (dana, "published")


def test_taking_a_page_down_hides_it_and_lets_it_come_back(harbor, bob):
    page = make_published(harbor, by=bob, now=NOW)
    with scope(harbor.pk, door=Door.STAFF):
        services.withdraw_article(article=page, by=bob, now=NOW)
    assert seen_by_public(harbor, Article) == []

    with scope(harbor.pk, door=Door.STAFF):
        services.publish_article(article=page, by=bob, now=NOW)
    assert seen_by_public(harbor, Article) == [page]


def test_one_address_in_one_language_belongs_to_one_page(harbor, sierra, bob, charlie):
    make_article(harbor, by=bob, now=NOW)

    with pytest.raises(services.AddressTaken):
        make_article(harbor, by=bob, now=NOW)
    assert make_article(harbor, by=bob, now=NOW, language="es").slug == "my-plan-said-no"
    assert make_article(sierra, by=charlie, now=NOW).slug == "my-plan-said-no"


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Mi plan dijo que no. ¿Qué hago?", "mi-plan-dijo-que-no-que-hago"), ("a" * 119, "a" * 80)],
)
def test_an_address_is_made_from_the_title(harbor, bob, title, slug):
    assert make_article(harbor, by=bob, now=NOW, title=title, slug="").slug == slug


def test_a_title_without_letters_needs_an_address(harbor, bob):
    with pytest.raises(services.NoAddress):
        make_article(harbor, by=bob, now=NOW, title="¿?", slug="")


def test_the_shelf_holds_each_page_once_in_the_language_wanted(harbor, bob):
    make_published(harbor, by=bob, now=NOW, title="One", slug="one")
    make_published(harbor, by=bob, now=NOW, title="Uno", slug="one", language="es")
    make_published(harbor, by=bob, now=NOW, title="Two", slug="two")
    make_article(harbor, by=bob, now=NOW, title="Draft", slug="draft")

    with scope(harbor.pk, door=Door.PUBLIC):
        assert [each.title for each in queries.shelf("es")] == ["Two", "Uno"]
        assert [each.title for each in queries.shelf("en")] == ["One", "Two"]


def test_a_marked_word_must_be_cleared_or_taken_out(harbor, bob):
    page = make_published(harbor, by=bob, now=NOW)
    question = make_question(page, now=NOW, text="My son has autism. May I ask twice?")
    said = {"question": question, "answer": "Yes.", "by": bob, "now": NOW}
    with scope(harbor.pk, door=Door.STAFF):
        with pytest.raises(services.NotCleared):
            services.answer_question(text=question.text, **said)
        with pytest.raises(services.NotCleared):
            services.answer_question(text="May I?", shown_name="rosa@visitor.example", **said)

        services.answer_question(text="May I ask twice?", **said)

    [shown] = seen_by_public(harbor, Question)
    assert shown.text == "May I ask twice?"


def test_a_person_may_say_that_the_marked_words_tell_nobody(harbor, bob):
    page = make_published(harbor, by=bob, now=NOW)
    question = make_question(page, now=NOW, text="Is the help line 1-888-466-2219?")

    with scope(harbor.pk, door=Door.STAFF):
        services.answer_question(
            question=question, text=question.text, answer="Yes.", cleared=True, by=bob, now=NOW
        )

    assert len(seen_by_public(harbor, Question)) == 1


def test_a_shown_question_can_be_taken_down(harbor, bob):
    shown = make_shown(make_published(harbor, by=bob, now=NOW), by=bob, now=NOW)

    with scope(harbor.pk, door=Door.STAFF):
        services.decline_question(question=shown, reason="personal", by=bob, now=NOW)

    assert seen_by_public(harbor, Question) == []


def test_a_declined_question_is_not_answered(harbor, bob):
    question = make_question(make_published(harbor, by=bob, now=NOW), now=NOW)
    with scope(harbor.pk, door=Door.STAFF):
        services.decline_question(question=question, reason="spam", by=bob, now=NOW)

        with pytest.raises(services.AlreadyDealtWith):
            services.answer_question(question=question, text="x", answer="x", by=bob, now=NOW)
        with pytest.raises(services.AlreadyDealtWith):
            services.decline_question(question=question, reason="spam", by=bob, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_shows(harbor, bob, dana):
    with transaction.atomic():
        question = make_question(make_published(harbor, by=bob, now=NOW), now=NOW)

    def answer(person):
        return lambda: services.answer_question(
            question=question, text=question.text, answer=person.name, by=person, now=NOW
        )

    answers = at_once(harbor.pk, answer(bob), answer(dana))

    assert sorted(type(each).__name__ for each in answers) == ["AlreadyDealtWith", "NoneType"]


def test_every_act_is_recorded(harbor, bob):
    page = make_published(harbor, by=bob, now=NOW)
    shown = make_shown(page, by=bob, now=NOW)
    with scope(harbor.pk, door=Door.STAFF):
        services.change_article(article=page, title="x", summary="x", body="x", by=bob, now=NOW)
        services.decline_question(question=shown, reason="spam", by=bob, now=NOW)
        services.withdraw_article(article=page, by=bob, now=NOW)

        acts = [(row.act, row.actor_id, row.door) for row in AuditEvent.objects.order_by("pk")]

    assert acts == [
        ("article written", bob.pk, "staff"),
        ("article published", bob.pk, "staff"),
        ("question asked", None, "public"),
        ("question published", bob.pk, "staff"),
        ("article changed", bob.pk, "staff"),
        ("question declined", bob.pk, "staff"),
        ("article withdrawn", bob.pk, "staff"),
    ]
