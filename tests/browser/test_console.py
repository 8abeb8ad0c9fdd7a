"""The console and the directory in Chromium: an operator's day, and every page by axe and the policy."""

import re
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from advocacy.accounts.models import User
from advocacy.directory import services
from advocacy.directory.models import RECORDS, FormVersion, ListedOrganisation, Office
from advocacy.kernel import clock
from tests.browser import axe
from tests.browser.sizes import SIZES, faults_at
from tests.browser.test_people import with_device
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def directory(db: None) -> None:
    services.sync_directory(now=clock.now())


@pytest.fixture
def operator(open_page: Any, live_server: Any, signed_in: Any, olga: User) -> Any:
    """Return a function that opens a watched page in which Olga is signed in."""

    def opened(**size: Any) -> Any:
        watched = open_page(**size)
        watched.page.goto(live_server.url + "/sign-in/")
        session = signed_in(olga).cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
        watched.page.context.add_cookies([cookie])
        return watched

    return opened


def name_of(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:advocacy_directory_{model._meta.model_name}_{page}", args=args)


def console_pages() -> list[str]:
    pages = [
        reverse("admin:index"),
        reverse("reminders:console_status"),
        reverse("admin:stale") + "?days=0",
        reverse("admin:stale") + "?days=3650",
    ]
    for model in (*RECORDS, ListedOrganisation):
        one = model.objects.order_by("pk").first()  # type: ignore[attr-defined]
        pages += [name_of(model, "changelist"), name_of(model, "add")]
        pages += [name_of(model, "change", one.pk)]
    for model in (Office, ListedOrganisation):
        pages += [name_of(model, "history", model.objects.order_by("pk")[0].pk)]
    return [*pages, name_of(Office, "changelist") + "?confidence__exact=L&q=health", "/admin/no-such-page/"]


def visit(watched: Any, base: str, paths: list[str], sizes: list[tuple[int, str]]) -> list[str]:
    faults = []
    axe.bring(watched.page)
    for path in paths:
        watched.page.goto(base + path)
        name = re.sub(r"[0-9a-f-]{36}", "ID", path)
        faults += [f"{name} {fault}" for fault in faults_at(watched.page, sizes)]
    return faults


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.usefixtures("directory", "harbor")
def test_every_page_of_the_console_is_clean(live_server: Any, operator: Any, sizes: Any) -> None:
    watched = operator()
    paths = console_pages()

    assert visit(watched, live_server.url, paths, sizes) == []
    assert len(paths) > 20
    assert [each for each in watched.complaints if "status of 404" not in each] == []


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.usefixtures("directory", "harbor")
def test_the_way_in_and_the_public_directory_are_clean(live_server: Any, open_page: Any, sizes: Any) -> None:
    watched = open_page()
    paths = ["/admin/", *(f"/s/harbor/directory/{path}" for path in (
        "", "?q=blue", "?q=nothing", "dmhc-help-center/", "covered-california/", "forms/dmhc-imr-complaint/",
        "plans/aetna-life/", "plans/caloptima/",
    ))]  # fmt: skip

    assert visit(watched, live_server.url, paths, sizes) == []
    assert watched.complaints == []


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.usefixtures("directory")
def test_the_directory_in_the_dashboard_is_clean(
    live_server: Any, open_page: Any, signed_in: Any, bob: User, sizes: Any
) -> None:
    watched = open_page()
    session = signed_in(bob).cookies[settings.SESSION_COOKIE_NAME].value
    watched.page.goto(live_server.url + "/sign-in/")
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    watched.page.context.add_cookies([cookie])
    paths = [f"/o/harbor/directory/{path}" for path in (
        "", "?q=blue", "cdi-health-claims/", "forms/dmhc-imr-complaint/", "plans/caloptima/",
    )]  # fmt: skip

    assert visit(watched, live_server.url, paths, sizes) == []
    assert watched.complaints == []


@pytest.mark.usefixtures("directory")
def test_an_operator_signs_in_publishes_an_edition_and_verifies_a_stale_record(
    live_server: Any, open_page: Any, olga: User, tmp_path: Any, settings: Any
) -> None:
    settings.STORAGES = settings.STORAGES | {
        "documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "kept"), "base_url": None},
        }
    }
    Office.objects.filter(key="hicap").update(checked_on=date(2020, 1, 1))
    paper = tmp_path / "dmhc-20-224.pdf"
    paper.write_bytes(b"%PDF-1.7 an invented form")
    watched = open_page()
    page = watched.page
    with_device(page)

    page.goto(live_server.url + "/admin/")
    page.get_by_label("E-mail").fill(olga.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_role("button", name="Set up the passkey").click()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("heading", name="Platform console").wait_for()
    page.get_by_role("link", name="Publish an edition").click()
    page.get_by_role("button", name="Publish edition").click()
    assert page.title().startswith("Error:")
    page.get_by_label("Form:").select_option(
        label="DMHC Independent Medical Review and complaint form (DMHC 20-224)"
    )
    page.get_by_label("Edition:").fill("rev. 01/27")
    page.get_by_label("File:").set_input_files(paper)
    page.get_by_label("Source:").fill("The form itself, read on the department's page")
    page.get_by_role("button", name="Publish edition").click()
    page.get_by_text("is now the current edition").wait_for()

    page.goto(live_server.url + "/admin/stale/?days=1000")
    page.get_by_label(re.compile("HICAP")).check()
    page.get_by_role("button", name="Verified today").click()
    page.get_by_text("Verified today: 1 record").wait_for()
    page.get_by_text("Every record was checked within 1000 days").wait_for()

    assert FormVersion.objects.get(edition="rev. 01/27").is_current
    assert not FormVersion.objects.get(key="dmhc-imr-complaint-en-2020").is_current
    assert Office.objects.get(key="hicap").checked_on > date(2026, 1, 1)
    assert watched.complaints == []


@pytest.mark.usefixtures("directory", "harbor")
def test_lists_and_forms_of_the_console_work_with_their_scripts(live_server: Any, operator: Any) -> None:
    watched = operator()
    page = watched.page

    page.goto(live_server.url + name_of(Office, "changelist"))
    page.get_by_label("Select all").check()
    page.locator("select[name=action]").select_option(label="Verified today")
    page.get_by_role("button", name="Go").click()
    page.get_by_text(re.compile(r"Verified today: \d+")).wait_for()
    page.goto(live_server.url + name_of(Office, "add"))
    page.get_by_label("Name:").press_sequentially("Golden Bay Help Line")
    assert page.get_by_label("Key:").input_value() == "golden-bay-help-line"

    assert watched.complaints == []
