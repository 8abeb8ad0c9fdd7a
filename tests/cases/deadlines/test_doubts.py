"""Something looks wrong: said on the date, told to who can mend it, settled by words."""

import pytest

from advocacy.mail.models import OutgoingMail
from cases.casefile import services as casefile
from cases.casefile.models import Case, Note
from cases.casefile.queries import standing_events
from cases.deadlines import services
from cases.deadlines.models import Deadline
from tests.conftest import NOW
from tests.factories import day_before, make_denied_case, make_person

pytestmark = pytest.mark.django_db


def the_date(case: Case) -> Deadline:
    return Deadline.objects.standing().get(case=case)


def test_a_doubt_stands_on_the_date_and_in_the_notes_and_is_settled_by_words(in_harbor, bob, dana):
    deadline = the_date(make_denied_case(by=bob, now=NOW))

    services.doubt(deadline=deadline, about="start", words="The stamp says June 3.", by=dana, now=NOW)

    deadline = Deadline.objects.get(pk=deadline.pk)
    assert (deadline.doubt, deadline.doubted_by, deadline.doubted_at) == ("start", dana, NOW)
    assert "The stamp says June 3." in Note.objects.get().text
    assert not OutgoingMail.objects.filter(kind="rule_doubted").exists(), (
        "only the case's own people can know"
    )

    services.settle_doubt(deadline=deadline, words="It was the envelope's.", by=bob, now=NOW)

    deadline = Deadline.objects.get(pk=deadline.pk)
    assert (deadline.doubt, deadline.doubted_by, deadline.doubted_at) == ("", None, None)
    assert Note.objects.count() == 2


@pytest.mark.parametrize("about", ["rule", "calendar"])
def test_who_keeps_the_rules_hears_of_the_rule_and_of_nobody(in_harbor, bob, about):
    olga = make_person(name="Olga Petrov", now=NOW, is_operator=True)
    case = make_denied_case(by=bob, now=NOW)
    deadline = the_date(case)

    services.doubt(deadline=deadline, about=about, words="Mateo's letter says 60 days", by=bob, now=NOW)

    [letter] = OutgoingMail.objects.filter(kind="rule_doubted")
    said = "\n".join([letter.to, letter.subject, letter.text, letter.html])
    assert letter.to == olga.email
    assert "dmhc-grievance-file-180d, version 1" in said
    for secret in ("Mateo", "Reyes", "60 days", case.number, "speech", "Golden Bay", "harbor", "Bob"):
        assert secret not in said


def test_a_new_version_of_a_date_begins_without_the_doubt(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    services.doubt(deadline=the_date(case), about="start", words="w", by=bob, now=NOW)

    [denied] = standing_events(case)
    casefile.correct_event(event=denied, occurred_on=day_before(NOW, 12), reason="stamp", by=bob, now=NOW)

    assert the_date(case).doubt == ""
