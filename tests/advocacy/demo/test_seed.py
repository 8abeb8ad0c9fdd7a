"""The demo: two organisations, twenty-five cases at every stage, made once, and no mail of it outside."""

import re
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import localdate

from advocacy.accounts.models import Membership, User
from advocacy.demo import seed
from advocacy.demo.cast import CLIENTS, PASSWORD, sign_ins
from advocacy.demo.public import STORIES
from advocacy.kernel import clock
from advocacy.mail import viewer
from advocacy.organisations.models import Organisation
from advocacy.testimonials.models import State as StoryState
from advocacy.testimonials.models import Testimonial
from cases.casefile.models import Case, Event
from cases.clients.authority import State
from cases.clients.models import Authorisation, Certainty, Coverage, EvidenceKind, Provider
from cases.deadlines.derivation import TRACKS, Part, part_of
from cases.deadlines.models import Deadline
from cases.deadlines.tasks import recompute_all
from cases.documents.models import Document
from cases.documents.services import open_document
from cases.grievances.models import Grievance
from cases.imr.models import IMRFiling
from reminders import tasks
from reminders.models import Reminder
from tests.advocacy.demo.conftest import in_each, rows
from tests.conftest import NOW
from tests.hours import move_to_morning

pytestmark = pytest.mark.django_db

# Whatever goes outside fails here, and is seen as a reminder that was not sent.
NOBODY_LISTENS = {
    "kind": "smtp", "host": "127.0.0.1", "port": 1, "username": "", "password": "", "use_ssl": False,
    "use_tls": False,
}  # fmt: skip


def command(*options: str) -> str:
    said = StringIO()
    call_command("seed_demo", *options, stdout=said)
    return said.getvalue()


def test_the_demo_is_two_organisations_and_twenty_five_cases(demo):
    assert {each.slug: Case.objects.count() for each in in_each()} == {"harbor": 20, "sierra": 5}
    assert User.objects.filter(is_demo=True).count() == len(sign_ins()) + len(CLIENTS) + len(STORIES)
    assert set(Membership.objects.values_list("role", flat=True)) == {
        "owner", "supervisor", "advocate", "volunteer",
    }  # fmt: skip


def test_the_demo_shows_every_stage(demo):
    stages: set[str] = set()

    for _ in in_each():
        stages |= set(Grievance.objects.values_list("state", flat=True))
        stages |= set(IMRFiling.objects.values_list("state", flat=True))
        refused = Event.objects.filter(kind="denied").values("case_id")
        filed = Grievance.objects.values("case_id")
        stages |= {"no refusal yet"} if Case.objects.exclude(pk__in=refused).exists() else set()
        stages |= {"refused"} if Case.objects.filter(pk__in=refused).exclude(pk__in=filed).exists() else set()

    assert stages >= {
        "no refusal yet", "refused", "filed", "acknowledged", "resolved_upheld", "resolved_overturned",
        "submitted", "determined_overturned", "implemented",
    }  # fmt: skip


def deadlines() -> list[tuple[Any, ...]]:
    return [
        row for _ in in_each() for row in Deadline.objects.order_by("pk").values_list("pk", "state", "act_at")
    ]


def test_every_date_of_the_demo_is_the_one_the_rules_give(demo):
    before = deadlines()

    recompute_all()

    assert deadlines() == before != []


def test_every_paper_of_the_demo_has_its_bytes(demo):
    for _ in in_each():
        for document in Document.objects.all():
            with open_document(document) as opened:
                assert len(opened.read()) == document.size


def test_everybody_of_the_demo_can_sign_in(demo, client):
    for person in sign_ins():
        response = client.post("/sign-in/", {"login": person["email"], "password": PASSWORD})
        assert response.status_code == 302, person
        client.post("/sign-out/")


def test_where_no_demo_is_allowed_none_is_made_and_none_taken_away(demo, settings, admin_url):
    before = rows(admin_url)
    settings.DEMO_ALLOWED = False

    with pytest.raises(CommandError, match="development only"):
        command("--reset")
    with pytest.raises(seed.DemoNotAllowed):
        seed.seed(NOW)

    assert rows(admin_url) == before


@pytest.mark.parametrize("options", [[], ["--if-empty"], ["--reset"]])
def test_where_no_demo_is_allowed_none_is_begun(settings, options):
    settings.DEMO_ALLOWED = False
    present = Organisation.objects.count(), User.objects.count()
    Organisation.objects.update(is_demo=False)

    with pytest.raises(CommandError, match="development only"):
        command(*options)

    assert (Organisation.objects.count(), User.objects.count()) == present


def test_if_empty_does_nothing_a_second_time(demo, admin_url):
    before = rows(admin_url)

    assert command("--if-empty") == ""

    assert rows(admin_url) == before


def test_a_second_demo_is_refused_with_advice(demo):
    with pytest.raises(CommandError, match="make demo-reset"):
        command()


def test_mail_of_the_demo_stays_in_the_viewer_and_names_nobody(demo, settings, tmp_path):
    settings.MAIL, settings.MAIL_FOLDER = NOBODY_LISTENS, tmp_path
    move_to_morning(settings)
    tasks.plan()

    tasks.deliver()

    due: list[tuple[str, UUID]] = []
    for _ in in_each():
        told = Reminder.objects.filter(send_at__lte=clock.now()).exclude(state="collapsed")
        due += told.filter(channel="email").values_list("state", "mail_id")
        # What is no mail is somebody's to do.
        assert {row.state for row in told.exclude(channel="email")} <= {"handed"}
    kept = viewer.kept()
    assert {state for state, _ in due} == {"sent"}
    # Each in its mail: what is urgent alone, the rest of a person's day together.
    assert 5 < len(kept) == len({mail for _, mail in due}) < len(due)
    assert {mail.to.rpartition("@")[2] for mail in kept} == {"demo.example"}
    named = {word for story in seed.STORIES for word in (story.family_name, story.service, story.plan)}
    for mail in kept:
        said = f"{mail.subject} {mail.text} {re.sub('<[^>]+>', ' ', mail.html)}"
        assert not [word for word in named if re.search(rf"\b{re.escape(word)}\b", said)]


def test_the_demo_shows_authorizations_in_every_state_and_evidence_of_every_kind(demo):
    states: set[str] = set()
    known: set[tuple[str, str, bool]] = set()
    around = [0, 0]

    for _ in in_each():
        today = localdate(clock.now())
        states |= {each.standing_on(today).state for each in Authorisation.objects.all()}
        for each in Coverage.objects.all():
            known.add((each.evidence_kind, each.certainty, each.regulator == "unknown"))
            around[0] += bool(each.delegate)
        around[1] += Provider.objects.count()

    assert states == set(State)
    assert {kind for kind, _, _ in known} == set(EvidenceKind.values)
    assert {certainty for _, certainty, _ in known} == set(Certainty.values)
    assert all((kind == "none") == (certainty == "unknown") == unknown for kind, certainty, unknown in known)
    assert min(around) > 2


def test_there_is_a_story_in_each_state(demo):
    told = {state for _ in in_each() for state in Testimonial.objects.values_list("state", flat=True)}

    assert told == set(StoryState.values)


def test_each_track_has_a_case_and_each_part_of_a_life_has_a_clock(demo):
    rules: set[str] = set()

    for _ in in_each():
        rules |= set(Deadline.objects.values_list("rule", flat=True))

    assert all({track[Part.COMPLAIN], track[Part.WAIT]} <= rules for track in TRACKS.values())
    assert {part_of(rule) for rule in rules} == set(Part) - {Part.DECIDE_EXPERIMENTAL}
