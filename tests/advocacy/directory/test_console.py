"""Who gets into the console, and what operators do there."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import OWNER
from advocacy.audit.models import PlatformEvent
from advocacy.directory import queries
from advocacy.directory.admin import console
from advocacy.directory.models import RECORDS, Form, FormVersion, HealthPlan, ListedOrganisation, Office
from advocacy.mail.models import OutgoingMail
from advocacy.organisations.models import Organisation, TenantModel
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("directory", "stored")]

SignIn = Callable[[User], Client]
PDF = b"%PDF-1.7 an invented form"


def address(model: type, page: str, *args: Any) -> str:
    return reverse(f"admin:advocacy_directory_{model._meta.model_name}_{page}", args=args)  # type: ignore[attr-defined]


def every_page() -> list[str]:
    pages = [
        reverse("admin:index"),
        reverse("admin:stale"),
        reverse("admin:app_list", args=["advocacy_directory"]),
    ]
    for model in (*RECORDS, ListedOrganisation):
        one = model.objects.first()  # type: ignore[attr-defined]
        pages += [address(model, "changelist"), address(model, "add")]
        pages += [address(model, "change", one.pk), address(model, "history", one.pk)]
    return pages


def test_only_the_directory_and_the_organisations_are_registered() -> None:
    registered = set(console._registry)

    assert registered == {*RECORDS, ListedOrganisation}
    assert not [model for model in registered if issubclass(model, TenantModel)], (
        "the console shows no organisation's own table: see docs/tenancy.md"
    )


@pytest.mark.usefixtures("harbor")
def test_an_operator_opens_every_page(olga: User, signed_in: SignIn) -> None:
    client = signed_in(olga)

    answers = {page: client.get(page).status_code for page in every_page()}

    assert len(answers) > 20
    assert set(answers.values()) == {200}, answers


@pytest.mark.parametrize("who", ["alice", "bob", "charlie"])
def test_for_anybody_else_the_console_does_not_exist(
    who: str, request: pytest.FixtureRequest, signed_in: SignIn, harbor: Organisation
) -> None:
    client = signed_in(request.getfixturevalue(who))

    answers = {page: client.get(page).status_code for page in [*every_page(), reverse("admin:login")]}
    posted = client.post(reverse("admin:stale"), {"record": f"office:{Office.objects.first().pk}"})  # type: ignore[union-attr]

    assert set(answers.values()) == {404}, answers
    assert posted.status_code == 404
    assert PlatformEvent.objects.filter(act="refused 404").exists()


@pytest.mark.usefixtures("harbor")
def test_a_stranger_is_led_to_the_one_sign_in_page_and_sees_nothing(client: Client) -> None:
    for page in [*every_page(), reverse("admin:login")]:
        answer = client.get(page, follow=True)
        assert answer.redirect_chain[-1][0].startswith(reverse("account_login")), page
        assert b"DMHC" not in answer.content


def test_the_consoles_door_takes_no_password_so_its_limit_is_that_of_the_sign_in_page(
    client: Client, olga: User
) -> None:
    door = client.post(reverse("admin:login"), {"username": olga.email, "password": PASSWORD})
    assert door.url.startswith(reverse("account_login"))  # type: ignore[attr-defined]
    assert "_auth_user_id" not in client.session

    for _ in range(5):
        client.post(reverse("account_login"), {"login": olga.email, "password": "wrong and wrong and wrong"})
    right = client.post(reverse("account_login"), {"login": olga.email, "password": PASSWORD})

    assert right.status_code != 302, "six tries in a row must be refused, the right one too"
    assert client.get(reverse("admin:index"), follow=True).redirect_chain


def test_after_signing_in_an_operator_lands_in_the_console(client: Client, olga: User) -> None:
    start = client.get(reverse("admin:stale"), follow=True)
    page, _status = start.redirect_chain[-1]

    answer = client.post(page, {"login": olga.email, "password": PASSWORD, "next": reverse("admin:stale")})

    assert answer.url == reverse("admin:stale")  # type: ignore[attr-defined]


def test_pages_that_would_reach_other_tables_are_not_there(olga: User, signed_in: SignIn) -> None:
    client = signed_in(olga)
    office = Office.objects.first()
    assert office is not None

    for path in ("r/1/1/", "password_change/", "logout/", "auth/group/"):
        assert client.get(f"/admin/{path}").status_code == 404, path
    assert client.get(address(Office, "delete", office.pk)).status_code == 403


def test_what_is_less_than_sure_is_called_unverified(olga: User, signed_in: SignIn) -> None:
    client = signed_in(olga)

    page = client.get(address(Office, "changelist") + "?q=health-care-options").content.decode()
    sure = client.get(address(Office, "changelist") + "?q=dmhc-help-center").content.decode()

    assert "Unverified" in page
    assert "Unverified" not in sure


def fields_of(answer: HttpResponse, **changed: Any) -> dict[str, Any]:
    form = answer.context["adminform"].form  # type: ignore[attr-defined]
    typed = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: value for name, value in (typed | changed).items() if value not in (None, False)}


def test_an_operators_change_is_recorded_three_times(olga: User, signed_in: SignIn) -> None:
    client = signed_in(olga)
    office = Office.objects.get(key="hicap")
    page = address(Office, "change", office.pk)

    answer = client.post(page, fields_of(client.get(page), phone="1-800-555-0199", doubtful=["phone"]))

    assert answer.status_code == 302, answer.context["errors"]
    office.refresh_from_db()
    assert (office.phone, office.doubtful) == ("1-800-555-0199", ["phone"])
    change = queries.history(office)[0]
    assert (change.who, change.act) == ("Olga Petrov", "record changed")
    assert ("phone", "1-800-434-0222", "1-800-555-0199") in change.differences
    history = client.get(address(Office, "history", office.pk)).content.decode()
    assert "1-800-434-0222" in history
    assert "Olga Petrov" in history
    event = PlatformEvent.objects.get(act="directory record changed")
    assert (event.actor_id, event.subject) == (olga.pk, "office hicap")
    assert b"HICAP" not in client.get(address(HealthPlan, "changelist")).content


def test_a_record_needs_a_source(olga: User, signed_in: SignIn) -> None:
    client = signed_in(olga)
    page = address(HealthPlan, "add")

    answer = client.post(
        page, {"name": "Golden Bay HMO", "key": "golden-bay", "kind": "full", "confidence": "L"}
    )

    assert answer.status_code == 200
    assert "source" in answer.context["adminform"].form.errors


def test_an_operator_adds_a_plan_of_their_own(olga: User, signed_in: SignIn) -> None:
    client = signed_in(olga)
    page = address(HealthPlan, "add")

    answer = client.post(
        page,
        fields_of(client.get(page), name="Golden Bay HMO", key="golden-bay", kind="full", source="Its card"),
    )

    assert answer.status_code == 302, answer.context["errors"]
    assert not HealthPlan.objects.get(key="golden-bay").is_from_catalogue


def test_an_edition_is_published_from_a_file(olga: User, signed_in: SignIn) -> None:
    client = signed_in(olga)
    typed = {
        "form": Form.objects.get(key="dmhc-imr-complaint").pk, "edition": "rev. 01/27", "language": "en",
        "source": "The form itself", "confidence": "H",
    }  # fmt: skip

    refused = client.post(address(FormVersion, "add"), typed)
    answer = client.post(
        address(FormVersion, "add"), typed | {"file": SimpleUploadedFile("f.pdf", PDF, "application/pdf")}
    )

    assert refused.status_code == 422
    assert "Give the file" in refused.content.decode()
    assert answer.status_code == 302
    assert FormVersion.objects.get(edition="rev. 01/27").is_current
    assert not FormVersion.objects.get(key="dmhc-imr-complaint-en-2020").is_current


def test_the_stale_list_follows_the_days_and_a_check_takes_a_record_off_it(
    olga: User, signed_in: SignIn, settings: Any
) -> None:
    client = signed_in(olga)
    Office.objects.filter(key="hicap").update(checked_on=date(2020, 1, 1))
    Office.objects.filter(key="cdii").update(checked_on=date(2026, 5, 1), is_shown=False)
    hicap = Office.objects.get(key="hicap")

    names = [row["record"].key for row in client.get(reverse("admin:stale") + "?days=2000").context["rows"]]
    none = client.get(reverse("admin:stale") + "?days=3650").context["rows"]
    odd = client.get(reverse("admin:stale") + "?days=-1x").context["days"]
    posted = client.post(
        reverse("admin:stale") + "?days=2000", {"record": [f"office:{hicap.pk}", "person:1", "office:x"]}
    )

    assert names == ["hicap"]
    assert none == []
    assert odd == 180
    assert posted.url == reverse("admin:stale") + "?days=2000"  # type: ignore[attr-defined]
    hicap.refresh_from_db()
    assert hicap.checked_on > date(2026, 1, 1)
    assert client.get(posted.url).context["rows"] == []  # type: ignore[attr-defined]
    assert PlatformEvent.objects.filter(act="directory record verified", subject="office hicap").count() == 1


def test_the_stale_list_counts_days_from_the_shifted_clock(
    olga: User, signed_in: SignIn, settings: Any
) -> None:
    settings.CLOCK_OFFSET = "+4000d"

    rows = signed_in(olga).get(reverse("admin:stale")).context["rows"]

    assert len(rows) == sum(model.objects.count() for model in RECORDS)


def found(client: Client, **changed: str) -> HttpResponse:
    typed = {
        "name": "Delta Advocates",
        "slug": "delta",
        "owner_name": "Nadia Okonkwo",
        "owner_email": "N@demo.example",
    }
    answer: Any = client.post(address(ListedOrganisation, "add"), typed | changed)
    return answer  # type: ignore[no-any-return]


def test_an_organisation_is_made_with_an_owner_who_is_written_to(olga: User, signed_in: SignIn) -> None:
    answer = found(signed_in(olga))

    assert answer.status_code == 302
    membership = Membership.objects.get(organisation__slug="delta")
    assert (membership.role, membership.user.email) == (OWNER.key, "n@demo.example")
    assert not membership.user.has_usable_password()
    mail = OutgoingMail.objects.get(to="n@demo.example")
    assert "/password/new/" in mail.text
    assert PlatformEvent.objects.get(act="organisation founded").actor_id == olga.pk


def test_somebody_with_a_sign_in_becomes_owner_without_a_second_one(
    olga: User, bob: User, signed_in: SignIn
) -> None:
    found(signed_in(olga), owner_email=bob.email)

    assert Membership.objects.get(organisation__slug="delta").user == bob
    assert "Sign in as you always do" in OutgoingMail.objects.get(to=bob.email).text


def test_a_taken_address_is_said_by_its_field(olga: User, signed_in: SignIn, harbor: Organisation) -> None:
    answer = found(signed_in(olga), slug="harbor")

    assert answer.status_code == 422
    assert "has this address already" in answer.content.decode()
    assert not User.objects.filter(email="n@demo.example").exists()


def test_a_suspended_organisation_is_gone_for_its_members_until_it_is_resumed(
    olga: User, bob: User, harbor: Organisation, signed_in: SignIn
) -> None:
    console_client, member = signed_in(olga), signed_in(bob)
    chosen = {"_selected_action": [str(harbor.pk)]}
    listed = address(ListedOrganisation, "changelist")

    console_client.post(listed, chosen | {"action": "suspend"})
    shut = [member.get("/o/harbor/").status_code, Client().get("/s/harbor/directory/").status_code]
    console_client.post(listed, chosen | {"action": "resume"})
    opened = [member.get("/o/harbor/").status_code, Client().get("/s/harbor/directory/").status_code]

    assert shut == [404, 404]
    assert opened == [200, 200]
    acts = (
        PlatformEvent.objects.filter(organisation_id=harbor.pk).order_by("at").values_list("act", flat=True)
    )
    assert [act for act in acts if act.startswith("organisation")] == [
        "organisation suspended",
        "organisation resumed",
    ]
