"""The staff door asks for a second step: a password alone, or a mailed link, opens no staff page."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse

from advocacy.accounts import services
from advocacy.accounts.models import Session, User
from advocacy.kernel import clock
from advocacy.kernel.ids import new_id
from advocacy.organisations.models import Organisation
from tests.factories import PASSWORD
from tests.security.targets import CONSOLE, OWN, Viewer, own_targets, patterns
from tests.security.tenants import DESK, HERS, REST, Tenant
from tests.signing_in import enter

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"
TODAY = "/o/harbor/"
STEP = reverse("accounts:second_step")


def code_now() -> str:
    """The code that the app shows."""
    return format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time())))


def with_app(user: User) -> User:
    TOTP.activate(user, SECRET)
    return user


def by_password(user: User, client: Client | None = None) -> Any:
    return (client or Client()).post("/sign-in/", {"login": user.email, "password": PASSWORD})


def nobodys_tenant(organisation: Organisation) -> Tenant:
    """Ids that name no row will do: who lacks the second step is sent away before any is looked for."""
    ids = {name: new_id() for pattern in patterns() for name in pattern.row_ids}
    return Tenant(organisation, {}, ids=dict.fromkeys((HERS, REST, DESK), ids))


def test_no_staff_page_opens_to_a_session_of_one_factor(harbor: Organisation, alice: User) -> None:
    client = enter(Client(), alice, second_step=False)
    tenant = nobodys_tenant(harbor)
    viewer = Viewer("alice", alice, tenant, tenant, (REST,))
    pages = [pattern for pattern in patterns() if pattern.route.startswith("o/")]

    opened = [
        f"{method} {target.path}"
        for pattern in pages
        for target in own_targets(pattern, viewer)
        if target.kind == OWN
        for method in ("get", "post")
        if (response := getattr(client, method)(target.path)).status_code != 405
        and not response.headers.get("Location", "").startswith(STEP)
    ]

    assert len(pages) > 60
    assert opened == []


def test_no_page_of_the_console_opens_to_an_operator_of_one_factor(olga: User) -> None:
    client = enter(Client(), olga, second_step=False)
    pages = [
        pattern
        for pattern in patterns()
        if pattern.route.startswith(CONSOLE) and not pattern.parameters and pattern.name != "admin:login"
    ]

    opened = [
        pattern.route
        for pattern in pages
        if not client.get(f"/{pattern.route}").headers.get("Location", "").startswith(STEP)
    ]

    assert len(pages) > 8
    assert opened == []
    assert enter(Client(), olga).get("/admin/").status_code == 200


def test_a_stranger_without_a_second_step_is_answered_as_one_with_it(
    harbor: Organisation, olga: User
) -> None:
    one, two = enter(Client(), olga, second_step=False), enter(Client(), olga)

    assert one.get(TODAY).status_code == two.get(TODAY).status_code == 404


def test_a_member_without_a_second_step_is_led_to_set_one_up_passkeys_first(bob: User) -> None:
    client = Client()

    by_password(bob, client)
    page = client.get(TODAY, follow=True)

    words = page.content.decode()
    assert page.redirect_chain == [(f"{STEP}?next=%2Fo%2Fharbor%2F", 302)]
    assert 0 < words.index(reverse("mfa_add_webauthn")) < words.index(reverse("mfa_activate_totp"))


def test_who_has_a_second_step_is_asked_for_it_before_anything_opens(bob: User) -> None:
    client = Client()
    with_app(bob)

    asked = by_password(bob, client)
    between = client.get(TODAY)
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    right = client.post(reverse("mfa_authenticate"), {"code": code_now()})

    assert asked.headers["Location"] == reverse("mfa_authenticate")
    assert between.headers["Location"] == f"/sign-in/?next={TODAY}"
    assert wrong.status_code == 200
    assert right.headers["Location"] == "/"
    assert client.get(TODAY).status_code == 200


def test_a_session_that_has_not_taken_the_step_there_is_takes_it_and_goes_on(bob: User) -> None:
    client = enter(Client(), with_app(bob), second_step=False)

    asked = client.get(TODAY, follow=True).redirect_chain[-1][0]
    done = client.post(asked, {"code": code_now()})

    assert asked == f"{reverse('mfa_reauthenticate')}?next=%2Fo%2Fharbor%2F"
    assert done.headers["Location"] == TODAY
    assert client.get(TODAY).status_code == 200


def test_guesses_of_a_code_end_after_five(bob: User) -> None:
    client = Client()
    by_password(with_app(bob), client)

    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    right = client.post(reverse("mfa_authenticate"), {"code": code_now()})

    assert right.status_code == 200
    assert client.get(TODAY).status_code == 302


def test_a_recovery_code_lets_in_once(bob: User) -> None:
    codes = RecoveryCodes.activate(with_app(bob)).get_unused_codes()

    used = []
    for _ in range(2):
        client = Client()
        by_password(bob, client)
        used.append(client.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code)

    assert used == [302, 200]


@pytest.mark.django_db(transaction=True)
def test_setting_an_app_up_opens_the_door_and_shows_the_recovery_codes_once(bob: User) -> None:
    client, elsewhere = Client(), enter(Client(), bob)
    by_password(bob, client)
    client.get(TODAY, follow=True)
    before = client.cookies["advocacy_session"].value
    add = reverse("mfa_activate_totp")

    client.get(add)
    session = client.session
    session["mfa.totp.secret"] = SECRET
    session.save()
    done = client.post(add, {"code": code_now()})
    first, second = (client.get(done.headers["Location"]).content.decode() for _ in range(2))

    codes = RecoveryCodes(Authenticator.objects.get(user=bob, type="recovery_codes")).get_unused_codes()
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    assert all(code in first and code not in second for code in codes)
    assert client.get(STEP).headers["Location"] == TODAY, "on to where they wanted to go"
    assert client.get(TODAY).status_code == 200
    assert client.cookies["advocacy_session"].value != before
    assert Client().get(TODAY, headers={"Cookie": f"advocacy_session={before}"}).status_code == 302
    assert elsewhere.get(TODAY).status_code == 302, "other devices sign in anew"


def test_secrets_of_second_steps_are_sealed_in_the_database(bob: User) -> None:
    RecoveryCodes.activate(with_app(bob))

    kept = " ".join(str(row.data) for row in Authenticator.objects.all())

    assert SECRET not in kept
    assert kept.count("test:") + kept.count("k1:") == 2


def test_a_new_password_leaves_the_second_step_as_it_is(bob: User) -> None:
    with_app(bob)
    client, link = Client(), services.password_link(bob)
    new = "another long and easy sentence"

    page = client.get(link.partition("localhost")[2].partition("/")[2].join(("/", "")), follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    answer = client.post("/sign-in/", {"login": bob.email, "password": new})

    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert client.get(TODAY).status_code == 302


def test_the_sign_in_is_changed_only_after_a_fresh_proof(bob: User) -> None:
    with_app(bob)
    client = enter(Client(), bob)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 60 * 60
    session.save()
    changes = ["mfa_add_webauthn", "mfa_deactivate_totp", "mfa_generate_recovery_codes"]

    answers = {name: client.get(reverse(name)).headers.get("Location", "") for name in changes}

    assert all(place.startswith("/me/again/") for place in answers.values()), answers


def test_the_demo_asks_for_no_second_step_and_only_where_a_demo_may_be(
    harbor: Organisation, bob: User, settings: Any
) -> None:
    Organisation.objects.filter(pk=harbor.pk).update(is_demo=True)
    client = enter(Client(), bob, second_step=False)

    in_demo = client.get(TODAY).status_code
    settings.DEMO_ALLOWED = False

    assert (in_demo, client.get(TODAY).status_code) == (200, 302)


def test_removing_the_last_second_step_shuts_the_staff_door_again(bob: User) -> None:
    with_app(bob)
    client = Client()
    by_password(bob, client)
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    before = client.get(TODAY).status_code

    client.post(reverse("mfa_deactivate_totp"))

    assert before == 200
    assert client.get(TODAY).headers["Location"].startswith(STEP)


def test_sessions_of_nobody_belong_to_nobody(db: None) -> None:
    client = Client()
    client.get("/join/no-such-link/")
    session = client.session
    session["x"] = 1
    session.save()

    assert [row.user_id for row in Session.objects.all()] == [None]
    assert Session.objects.get().seen_at <= clock.now()
