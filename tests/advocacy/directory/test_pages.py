"""The directory as staff and the public see it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from advocacy.accounts.models import User
from advocacy.directory import services
from advocacy.directory.models import Form, FormVersion, HealthPlan, Office
from advocacy.organisations.models import Organisation
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("directory", "stored")]

PATHS = (
    "directory/",
    "directory/dmhc-help-center/",
    "directory/cdi-health-claims/",
    "directory/nhelp/",
    "directory/forms/dmhc-imr-complaint/",
    "directory/forms/dmhc-authorized-assistant/",
    "directory/plans/kaiser-permanente/",
    "directory/plans/caloptima/",
)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_opens_for_a_visitor_and_for_staff(
    path: str, client: Client, bob: User, signed_in: Callable[[User], Client]
) -> None:
    assert client.get(f"/s/harbor/{path}").status_code == 200
    assert signed_in(bob).get(f"/o/harbor/{path}").status_code == 200


def read(client: Client, path: str) -> str:
    return client.get(f"/s/harbor/directory/{path}").content.decode()


def test_an_office_says_what_it_handles_and_how_to_reach_it(client: Client, harbor: Organisation) -> None:
    page = read(client, "dmhc-help-center/")

    for words in (
        "Independent Medical Review and complaints",
        '<a href="tel:+18884662219">1-888-466-2219</a>',
        '<a href="tel:+18776889891">1-877-688-9891</a>',
        "916-255-5241",
        "980 9th Street, Suite 500",
        "https://www.HealthHelp.ca.gov",
        "The form is online in English and Spanish",
        "DMHC 20-224",
        "Checked on November 23, 2026",
    ):
        assert words in page, words
    assert "unverified" not in page.replace("(unverified)", "")


def test_single_contacts_are_called_unverified(client: Client, harbor: Organisation) -> None:
    page = read(client, "cdi-health-claims/")

    assert page.count("unverified") == 2, "TTY and fax; phone and address are sure"


def test_a_short_code_is_dialed_as_it_is(client: Client, harbor: Organisation) -> None:
    assert 'href="tel:711"' in read(client, "medi-cal-ombudsman/")


def test_a_plan_says_how_sure_we_are_and_what_to_look_for(client: Client, harbor: Organisation) -> None:
    sure, unsure, unknown = (read(client, f"plans/{key}/") for key in ("la-care", "aetna-life", "caloptima"))

    assert "unverified" not in sure
    assert "unverified" in unsure
    assert "see which department the letter names" in unsure
    assert "Not the same for all members" in unknown


def test_plans_are_found_by_any_of_their_names(client: Client, harbor: Organisation) -> None:
    by_brand = client.get("/s/harbor/directory/?q=promise").context["page"].plans
    by_law = client.get("/s/harbor/directory/?q=physicians' service").context["page"].plans
    nothing = client.get("/s/harbor/directory/?q=no such plan")

    assert [plan.key for plan in by_brand] == [plan.key for plan in by_law] == ["blue-shield-of-california"]
    assert "We do not have this plan" in nothing.content.decode()


def test_what_is_not_shown_is_not_there(client: Client, harbor: Organisation) -> None:
    Office.objects.filter(key="hicap").update(is_shown=False)
    HealthPlan.objects.filter(key="molina").update(is_shown=False)
    Form.objects.filter(key="dwc-imr").update(is_shown=False)

    listed = read(client, "")

    assert "HICAP" not in listed
    assert "Molina" not in listed
    assert "DWC application" not in listed
    for path in ("hicap/", "plans/molina/", "forms/dwc-imr/", "no-such-office/"):
        assert client.get(f"/s/harbor/directory/{path}").status_code == 404, path


def test_notes_for_operators_stay_with_them(client: Client, harbor: Organisation) -> None:
    Office.objects.filter(key="hicap").update(notes="Ask for extension 12")

    assert "extension 12" not in read(client, "hicap/")


def test_a_neighbour_does_not_get_in_by_another_organisations_address(
    charlie: User, harbor: Organisation, signed_in: Callable[[User], Client]
) -> None:
    assert signed_in(charlie).get("/o/harbor/directory/").status_code == 404


def test_our_copy_of_a_form_is_handed_over_as_a_download(
    client: Client, olga: User, harbor: Organisation
) -> None:
    version = services.publish_version(
        form=Form.objects.get(key="dmhc-imr-complaint"),
        edition="rev. 01/27",
        language="es",
        effective_from=None,
        url="",
        upload=SimpleUploadedFile("forma.pdf", b"%PDF-1.7 copy", "application/pdf"),
        source="The form",
        confidence="M",
        by=olga,
        now=NOW,
    )
    page = read(client, "forms/dmhc-imr-complaint/")
    path = f"/s/harbor/directory/copies/{version.key}/"

    answer: Any = client.get(path)

    assert path in page
    assert "AccessibleIMRFormEnglish.pdf" in page
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 copy"
    assert answer["Content-Disposition"] == 'attachment; filename="forma.pdf"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    only_an_address = FormVersion.objects.get(key="dmhc-imr-complaint-en-2020")
    assert client.get(f"/s/harbor/directory/copies/{only_an_address.key}/").status_code == 404


def test_the_list_costs_few_queries(
    client: Client, harbor: Organisation, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(14):
        client.get("/s/harbor/directory/")
