"""The portal in Chromium: a client's whole way on a small phone, and every page of it looked at."""

from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from advocacy.accounts.models import User
from advocacy.kernel import clock
from advocacy.organisations.scope import Door, scope
from advocacy.testimonials import services as stories
from advocacy.testimonials.models import Testimonial
from cases.casefile.models import Case
from cases.clients import services as clients
from tests.advocacy.testimonials.telling import TICKS, cleared, embed_secret
from tests.browser.axe import bring, faults
from tests.factories import make_answered_case, make_client
from tests.journeys.test_portal import at, code_in_the_last_mail

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRST = "Me dijeron que no dos veces. Después alguien me explicó cada paso."
AGREED = "Me dijeron que no dos veces. Luego alguien me explicó cada paso, sin prisa."
EMAIL = "maria@demo.example"


def invited(by: User, *, language: str) -> tuple[Case, User, str, str]:
    """Return a case that was won, its client, the words for the first visit, and a key of another website."""
    now = clock.now()
    with scope(by.memberships.get().organisation_id, door=Door.STAFF), transaction.atomic():
        client = make_client(
            by=by, now=now, given_name="María", family_name="Reyes", email=EMAIL, language=language
        )
        case, _ = make_answered_case(by=by, now=now, outcome="overturned", client=client)
        access, words = clients.invite_to_portal(
            client=client, name="María Reyes", email=EMAIL, capacity="self", language=language, by=by, now=now
        )
        return case, access.user, words, embed_secret(by, now=now)


def speak(page: Any, language: str) -> None:
    """Ask for pages as a phone set to this language does."""
    page.set_extra_http_headers({"Accept-Language": language})


def language_of(page: Any) -> str:
    return page.evaluate("document.documentElement.lang")


def heard(watched: Any) -> list[str]:
    """Return the complaints, but for the statuses that a refused page and an absent one have."""
    expected = ("status of 404", "status of 422")
    return [each for each in watched.complaints if not any(status in each for status in expected)]


class Client:
    """María at 375 px, in Spanish."""

    def __init__(self, watched: Any, base: str, case: Case) -> None:
        self.page, self.base, self.case = watched.page, base, case
        speak(self.page, "es")

    def go(self, name: str, *args: Any) -> None:
        self.page.goto(self.base + at(name, *args))

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def come_in(self, words: str) -> None:
        self.go("join")
        self.page.get_by_label("Las palabras que le dimos").fill(words)
        self.press("Seguir")
        self.page.get_by_label("El código del correo").fill(code_in_the_last_mail())
        self.press("Entrar")
        self.page.wait_for_url(self.base + at("home"))

    def send_paper(self, path: Any) -> None:
        self.go("home")
        self.page.get_by_role("link", name="Enviar un papel").click()
        self.page.get_by_label("Foto o archivo").set_input_files(path)
        self.page.get_by_label("¿Qué es?").fill("La carta")
        self.press("Enviarlo")
        self.page.get_by_role("link", name="La carta").wait_for()

    def write(self, text: str) -> None:
        self.go("talk", self.case.pk)
        self.page.get_by_label("Su mensaje").fill(text)
        self.press("Enviar el mensaje")
        self.page.locator(".talk-mine").get_by_text(text).wait_for()

    def tell(self, text: str) -> None:
        """Write the story, and sign that both places may show it."""
        self.go("home")
        self.page.get_by_role("link", name="Escriba su historia").click()
        self.page.get_by_label("Su historia").fill(text)
        self.press("Guardar mis palabras")
        self.page.get_by_role("link", name="Elegir dónde se muestra").click()
        self.page.get_by_label("Mostrar mi historia en la página de").check()
        self.page.get_by_label("Permitir que otros sitios muestren mi historia").check()
        self.page.locator("[name=name_choice][value=first]").check()
        self.page.get_by_label("Dos años").check()
        self.press("Firmar y enviar mi historia")
        self.page.get_by_text("Recibimos su historia").wait_for()

    def open_story(self) -> None:
        self.go("home")
        self.page.get_by_role("link", name="Mi historia").click()


class Staff:
    """Alice at her desk, signed in."""

    def __init__(self, watched: Any, base: str, client: Any) -> None:
        self.page, self.base = watched.page, base
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base}
        self.page.context.add_cookies([cookie])

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def answer(self, case: Case, *, asked: str, text: str) -> None:
        self.page.goto(self.base + reverse("dashboard:case", args=["harbor", case.pk]))
        self.page.get_by_text(asked).wait_for()
        self.page.get_by_label("Message: the client sees this").fill(text)
        self.press("Send to María Reyes")
        self.page.get_by_text(text).wait_for()

    def review(self, text: str) -> None:
        """Read the story, change a word, look at the details, and ask its author."""
        self.page.goto(self.base + reverse("testimonials:queue", args=["harbor"]))
        self.page.get_by_role("link", name="Reyes, María").click()
        self.press("Start reading")
        self.page.get_by_role("link", name="Change the words").click()
        self.page.get_by_label("The words", exact=True).fill(text)
        self.press("Save these words")
        self.page.get_by_role("link", name="Check personal details").click()
        for box in self.page.get_by_role("checkbox").all():
            box.check()
        self.press("Save this check")
        self.press("Send words to the author")
        self.page.get_by_text("The author gets a mail").first.wait_for()

    def show(self) -> None:
        self.page.goto(self.base + reverse("testimonials:queue", args=["harbor"]) + "?state=approved")
        self.page.get_by_role("link", name="Reyes, María").click()
        self.press("Show this story")
        self.page.get_by_role("button", name="Take it down").wait_for()


def test_a_client_comes_in_tells_a_story_and_takes_it_down(
    live_server, open_page, signed_in, alice, tmp_path
):
    case, _, words, secret = invited(alice, language="es")
    base, letter = live_server.url, tmp_path / "carta.txt"
    letter.write_text("El plan dijo que no.")
    phone, desk, site, frame = open_page(width=375, height=800), open_page(), open_page(), open_page()
    maria, staff = Client(phone, base, case), Staff(desk, base, signed_in(alice))

    maria.come_in(words)
    assert language_of(maria.page) == "es"
    assert case.number in maria.page.inner_text("main")
    maria.send_paper(letter)
    maria.write("¿Qué sigue ahora?")
    maria.tell(FIRST)

    staff.answer(case, asked="¿Qué sigue ahora?", text="Nada más: el plan ya dijo que sí.")
    staff.review(AGREED)

    maria.go("home")
    maria.page.get_by_role("link", name="1 nuevo").click()
    maria.page.get_by_text("Nada más: el plan ya dijo que sí.").wait_for()
    maria.open_story()
    maria.page.get_by_text(AGREED).wait_for()
    maria.press("Sí, mostrar estas palabras")
    maria.page.get_by_text("Usted dijo que sí a estas palabras").wait_for()

    addresses = ((site.page, f"{base}/s/harbor/stories/"), (frame.page, f"{base}/embed/{secret}/"))
    for page, address in addresses:
        page.goto(address)
        assert page.get_by_text(AGREED).count() == 0
    staff.show()
    for page, _address in addresses:
        page.reload()
        page.get_by_text(AGREED).wait_for()
        assert page.get_by_text("María").count() == 1
        assert page.get_by_text("Reyes").count() == 0

    maria.open_story()
    maria.press("Retirar mi historia")
    maria.page.get_by_text("Su historia está retirada.").wait_for()
    for page, _address in addresses:
        page.reload()
        page.get_by_text("No story is shown").wait_for()
        assert page.get_by_text(AGREED).count() == 0
        assert page.get_by_text("María").count() == 0

    assert [heard(each) for each in (phone, desk, site, frame)] == [[], [], [], []]


def test_a_mailed_code_does_not_open_the_staff_door(live_server, open_page, alice):
    case, _, words, _ = invited(alice, language="es")
    watched = open_page(width=375, height=800)
    maria = Client(watched, live_server.url, case)
    maria.come_in(words)

    maria.page.goto(live_server.url + "/o/harbor/")

    assert maria.page.url.startswith(live_server.url + "/sign-in/")
    assert maria.page.get_by_label("Password").count() == 1
    maria.go("home")
    assert case.number in maria.page.inner_text("main")
    assert heard(watched) == []


def drafted(case: Case, author: User, *, language: str) -> Testimonial:
    with scope(case.organisation_id, door=Door.STAFF), transaction.atomic():
        return stories.write(case=case, text=FIRST, language=language, by=author, now=clock.now())


def carried(story: Testimonial, author: User, *, staff: User, show: bool) -> None:
    """Bring a draft to its author's yes, or on from there to the public."""
    now = clock.now()
    with scope(story.organisation_id, door=Door.STAFF), transaction.atomic():
        story = Testimonial.objects.get(pk=story.pk)
        if show:
            story = stories.approve_wording(story=story, number=story.newest, by=author, now=now)
            stories.publish(story=story, by=staff, now=now)
            return
        story = stories.submit(story=story, **TICKS, by=author, now=now)
        story = stories.start_review(story=story, by=staff, now=now)
        story = stories.edit_wording(
            story=story, number=story.newest, text=AGREED, translation="They told me no twice.", tie="",
            by=staff, now=now,
        )  # fmt: skip
        stories.ask_author(story=cleared(story, staff=staff, now=now), by=staff, now=now)


@pytest.mark.parametrize(("width", "theme", "language"), [(375, "light", "es"), (1440, "dark", "en")])
def test_every_page_of_the_portal_is_clean(live_server, open_page, alice, width, theme, language):
    case, author, words, _ = invited(alice, language=language)
    watched = open_page(width=width, theme=theme)
    page, found = watched.page, {}
    bring(page)
    speak(page, language)

    def look(name: str, *args: Any, state: str = "") -> None:
        page.goto(live_server.url + at(name, *args))
        looked(f"{name} {state}".strip(), at(name, *args))

    def looked(name: str, path: str) -> None:
        assert page.url == live_server.url + path
        if language_of(page) != language:
            found[f"{name} language"] = [language_of(page)]
        if each := faults(page):
            found[name] = each

    def send(field: str, value: Any) -> None:
        page.locator(f"[name={field}]").fill(value)
        with page.expect_navigation():
            page.locator("form.form button").first.click()

    look("sign_in")
    send("email", "not an address")
    looked("sign_in refused", at("sign_in"))
    look("join")
    send("words", words)
    looked("code", at("code"))
    send("code", "WRONGONE")
    looked("code refused", at("code"))
    send("code", code_in_the_last_mail())
    looked("home", at("home"))
    look("talk", case.pk, state="empty")
    send("text", "¿Qué sigue ahora?")
    looked("talk", at("talk", case.pk))
    look("send_paper", case.pk)
    look("readers")
    look("calendar")
    page.locator("form.form button").first.click()
    page.locator("#new").wait_for()
    looked("calendar made", at("calendar"))
    look("write_story", case.pk)
    story = drafted(case, author, language=language)
    look("story", story.pk, state="draft")
    look("permit_story", story.pk)
    carried(story, author, staff=alice, show=False)
    look("story", story.pk, state="with author")
    carried(story, author, staff=alice, show=True)
    look("story", story.pk, state="shown")
    look("story_places", story.pk)

    assert found == {}
    assert heard(watched) == []
