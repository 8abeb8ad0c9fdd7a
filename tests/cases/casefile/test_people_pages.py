"""The pages about the people around a client: what is missing is said, a guess is called one."""

import pytest
from django.urls import reverse

from advocacy.organisations.scope import Door, scope
from cases.clients.models import Authorisation, Body, Coverage, Provider, Representative
from tests.cases.pages import boxes, part_of, words_of
from tests.conftest import NOW
from tests.factories import (
    day_before,
    make_authorisation,
    make_case,
    make_provider,
    make_representative,
)

pytestmark = pytest.mark.django_db

TODAY = day_before(NOW, 0)


@pytest.fixture
def case(harbor, bob, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        return make_case(by=bob, now=NOW)


def page_of(browser, name, pk):
    response = browser.get(reverse(name, args=["harbor", pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_the_people_page_says_who_speaks_and_what_is_missing(signed_in, harbor, bob, case):
    with scope(harbor.pk, door=Door.STAFF):
        mother = make_representative(client=case.client, by=bob, now=NOW)
        give = {"client": case.client, "by": bob, "now": NOW, "representative": mother}
        form = "Authorized Assistant Form"
        make_authorisation(**give, body=Body.DMHC, form=form, client_signed_on=None)
        make_authorisation(**give, body=Body.PLAN, expires_on=day_before(NOW, -20))
        make_provider(client=case.client, by=bob, now=NOW, name="Dr. Ada Park")

    page = page_of(signed_in(bob), "casefile:people", case.pk)

    voices = words_of(part_of(page, "voices"))
    assert f"DMHC will not speak with us yet: “{form}” lacks the client’s signature." in voices
    assert "Ends in 20 days" in voices
    assert "The plan speaks with María Reyes until Mon, Oct 5, 2026." in voices
    assert "Nobody will send us records yet: no form is on file." in voices
    assert "María Reyes, parent or guardian" in words_of(part_of(page, "people"))
    assert "Missing signature of client" in words_of(part_of(page, "people"))
    assert "Dr. Ada Park" in words_of(part_of(page, "providers"))
    assert "Reyes, Mateo" in words_of(part_of(page, "client"))


@pytest.mark.parametrize(
    ("certainty", "words"), [("guess", "Our guess"), ("likely", "Likely"), ("sure", "Sure")]
)
def test_how_sure_we_are_stands_by_the_regulator_on_both_pages(
    signed_in, harbor, bob, at_now, certainty, words
):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_case(by=bob, now=NOW, certainty=certainty, evidence_kind="card", evidence="It says HMO.")
    browser = signed_in(bob)

    people = words_of(part_of(page_of(browser, "casefile:people", case.pk), "plan"))
    client = words_of(part_of(page_of(browser, "casefile:client", case.client_id), "plans"))

    for said in (people, client):
        assert f"DMHC (Department of Managed Health Care) {words}" in said
        assert "The card It says HMO." in said


def test_an_unknown_regulator_and_a_missing_plan_are_said(signed_in, harbor, bob, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_case(by=bob, now=NOW, regulator="unknown", evidence_kind="none", evidence="")
        bare = make_case(by=bob, now=NOW)
        bare.coverage = None
        bare.save()
    browser = signed_in(bob)

    unknown, without = (page_of(browser, "casefile:people", each.pk) for each in (case, bare))

    for page in (unknown, without):
        assert "We do not know who regulates this plan." in words_of(part_of(page, "voices"))
    assert "Nobody has said" in words_of(part_of(unknown, "plan"))
    assert "Not known yet" in words_of(part_of(without, "plan"))


def test_a_person_is_added_authorized_signed_and_ended_by_the_pages(signed_in, harbor, bob, case):
    browser = signed_in(bob)

    def send(address, pk, **data):
        response = browser.post(reverse(address, args=["harbor", pk]), {"csrfmiddlewaretoken": "x"} | data)
        assert response.status_code == 302
        return response

    sent = {"name": "María Reyes", "relation": "parent", "phone": "", "email": ""}
    leads = send("casefile:add_representative", case.client_id, **sent).url
    with scope(harbor.pk, door=Door.STAFF):
        mother = Representative.objects.get()
    assert leads == reverse("casefile:authorise", args=["harbor", mother.pk])

    said = {"body": "dmhc", "form": "Authorized Assistant Form", "both_sign": "both"}
    send("casefile:authorise", mother.pk, **said, **boxes("representative_signed_on", TODAY))
    with scope(harbor.pk, door=Door.STAFF):
        form = Authorisation.objects.get()
    assert form.standing_on(TODAY).words == "Missing signature of client"

    address = reverse("casefile:correct_authorisation", args=["harbor", form.pk])
    shown = browser.get(address).content.decode()
    assert f'id="id_representative_signed_on_1" value="{TODAY.day}"' in shown
    both = boxes("representative_signed_on", TODAY) | boxes("client_signed_on", TODAY)
    send("casefile:correct_authorisation", form.pk, **said, **both)
    with scope(harbor.pk, door=Door.STAFF):
        assert Authorisation.objects.get().standing_on(TODAY).in_force

    send("casefile:end_authorisation", form.pk)
    page = page_of(browser, "casefile:client", case.client_id)
    assert "by Bob Ortega." in words_of(part_of(page, "people"))
    assert f"/authorizations/{form.pk}/" not in page, "what has ended is not corrected"


def test_a_provider_and_what_decides_for_the_plan_are_corrected(signed_in, harbor, bob, case):
    with scope(harbor.pk, door=Door.STAFF):
        provider = make_provider(client=case.client, by=bob, now=NOW)
    browser = signed_in(bob)

    browser.post(
        reverse("casefile:correct_provider", args=["harbor", provider.pk]),
        {"name": "Dr. Lee", "kind": "therapist", "phone": "", "fax": "", "address": "", "in_network": "no"},
    )
    browser.post(
        reverse("casefile:correct_coverage", args=["harbor", case.coverage_id]),
        {
            "plan_name": "Golden Bay", "member_id": "", "delegate": "Crestline Medical Group",
            "regulator": "dmhc", "evidence_kind": "eoc", "evidence": "page 61", "certainty": "sure",
        },
    )  # fmt: skip

    with scope(harbor.pk, door=Door.STAFF):
        assert Provider.objects.get().in_network == "no"
        assert Coverage.objects.get().delegate == "Crestline Medical Group"
    page = page_of(browser, "casefile:people", case.pk)
    assert "Dr. Lee Therapist" in words_of(part_of(page, "providers"))
    assert "Crestline Medical Group" in words_of(part_of(page, "plan"))


def test_an_ended_form_says_so_where_it_is_corrected(signed_in, harbor, bob, case):
    from cases.clients import services

    with scope(harbor.pk, door=Door.STAFF):
        form = make_authorisation(client=case.client, by=bob, now=NOW)
        services.end_authorisation(authorisation=form, by=bob, now=NOW)

    response = signed_in(bob).post(
        reverse("casefile:correct_authorisation", args=["harbor", form.pk]),
        {"body": "plan", "form": "Letter", "both_sign": "client"},
    )

    assert response.status_code == 422
    assert "This authorization has ended. Add a new one" in response.content.decode()


def test_who_only_reads_is_offered_no_act(signed_in, harbor, bob, adam, case):
    with scope(harbor.pk, door=Door.STAFF):
        form = make_authorisation(client=case.client, by=bob, now=NOW)
        make_provider(client=case.client, by=bob, now=NOW)

    page = page_of(signed_in(adam), "casefile:people", case.pk)

    assert "/authorizations/" not in page
    assert "/doctors/" not in page
    response = signed_in(adam).post(reverse("casefile:end_authorisation", args=["harbor", form.pk]))
    assert response.status_code == 403
    with scope(harbor.pk, door=Door.STAFF):
        assert Authorisation.objects.get().ended_at is None


def test_a_volunteer_finds_only_the_people_of_their_own_cases(signed_in, harbor, bob, vera, case):
    with scope(harbor.pk, door=Door.STAFF):
        helper = make_representative(client=case.client, by=bob, now=NOW)
        form = make_authorisation(client=case.client, by=bob, now=NOW, representative=helper)
        provider = make_provider(client=case.client, by=bob, now=NOW)
        hers = make_case(by=vera, now=NOW)
    browser = signed_in(vera)

    for name, pk in (
        ("casefile:people", case.pk),
        ("casefile:authorise", helper.pk),
        ("casefile:correct_representative", helper.pk),
        ("casefile:correct_authorisation", form.pk),
        ("casefile:correct_provider", provider.pk),
    ):
        assert browser.get(reverse(name, args=["harbor", pk])).status_code == 404
    assert "Mateo" in page_of(browser, "casefile:people", hers.pk)


def test_a_neighbour_and_a_stranger_find_nothing(signed_in, harbor, bob, charlie, olga, case):
    with scope(harbor.pk, door=Door.STAFF):
        form = make_authorisation(client=case.client, by=bob, now=NOW)

    for person in (charlie, olga):
        browser = signed_in(person)
        for name, pk in (("casefile:people", case.pk), ("casefile:correct_authorisation", form.pk)):
            assert browser.get(reverse(name, args=["harbor", pk])).status_code == 404
