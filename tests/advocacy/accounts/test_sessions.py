"""Sessions: how long they last, what ends them, and that an old one opens nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from advocacy.accounts import services
from advocacy.accounts.models import Membership, Session, User
from advocacy.accounts.roles import AUDITOR, OWNER
from advocacy.accounts.sessions import device_of
from advocacy.accounts.tasks import forget_sessions
from advocacy.kernel import clock
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from tests.factories import PASSWORD
from tests.signing_in import enter

pytestmark = pytest.mark.django_db
TODAY, COOKIE = "/o/harbor/", "advocacy_session"


def status_with(key: str, path: str = TODAY) -> int:
    """What a browser that knows only this key gets."""
    return Client(headers={"Cookie": f"{COOKIE}={key}"}).get(path).status_code


def rest(client: Client, minutes: int, *, since: int | None = None) -> None:
    """Make the session one that was last used, and began, so many minutes ago."""
    now = clock.now()
    began = now - timedelta(minutes=since or minutes)
    row = Session.objects.filter(session_key=client.cookies[COOKIE].value)
    row.update(seen_at=now - timedelta(minutes=minutes), began_at=began)


@pytest.mark.parametrize(
    ("idle", "since", "status"), [(29, 60, 200), (31, 60, 302), (1, 719, 200), (1, 721, 302)]
)
def test_a_members_session_rests_thirty_minutes_and_lasts_twelve_hours(
    bob: User, idle: int, since: int, status: int
) -> None:
    client = enter(Client(), bob)
    rest(client, idle, since=since)

    assert client.get(TODAY).status_code == status


@pytest.mark.parametrize(
    ("idle", "since", "status"), [(14, 60, 200), (16, 60, 302), (1, 479, 200), (1, 481, 302)]
)
def test_an_operators_session_rests_fifteen_minutes_and_lasts_eight_hours(
    olga: User, idle: int, since: int, status: int
) -> None:
    client = enter(Client(), olga)
    rest(client, idle, since=since)

    assert client.get("/admin/").status_code == status


def test_a_session_that_is_over_is_gone_and_not_only_refused(bob: User) -> None:
    client = enter(Client(), bob)
    key = client.cookies[COOKIE].value
    rest(client, 31)
    client.get(TODAY)

    assert not Session.objects.filter(session_key=key).exists()


def test_rows_that_open_nothing_are_taken_away(bob: User, alice: User) -> None:
    over, live, visitor = enter(Client(), bob), enter(Client(), alice), Client()
    session = visitor.session
    session["x"] = 1
    session.save()
    rest(over, 31)

    forget_sessions()

    left = {row.user_id for row in Session.objects.all()}
    assert left == {alice.pk, None}
    assert live.get(TODAY).status_code == 200


def test_the_time_of_the_last_request_is_written_at_most_once_a_minute(bob: User) -> None:
    client = enter(Client(), bob)
    row = Session.objects.filter(user=bob)
    rest(client, 2)
    client.get("/me/")
    first = row.get().seen_at

    client.get("/me/")

    assert clock.now() - first < timedelta(minutes=1)
    assert row.get().seen_at == first


def test_a_key_from_before_the_sign_in_opens_nothing_after_it(bob: User) -> None:
    client = Client()
    session = client.session
    session["x"] = 1
    session.save()
    before = client.session.session_key
    client.post("/sign-in/", {"login": bob.email, "password": PASSWORD})

    assert client.cookies[COOKIE].value != before
    assert status_with(str(before), "/me/") == 302
    assert status_with(client.cookies[COOKIE].value, "/me/") == 200


def sign_out(client: Client, bob: User, alice: User) -> None:
    client.post("/sign-out/")


def change_password(client: Client, bob: User, alice: User) -> None:
    new = "another long and easy sentence"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post(reverse("account_change_password"), form).status_code == 302


def take_link_for_password(client: Client, bob: User, alice: User) -> None:
    new, browser = "another long and easy sentence", Client()
    page = browser.get("/" + services.password_link(bob).split("/", 3)[3], follow=True)
    assert browser.post(page.redirect_chain[-1][0], {"password1": new, "password2": new}).status_code == 302


def change_role(client: Client, bob: User, alice: User) -> None:
    with scope(alice.memberships.get().organisation_id, door=Door.STAFF):
        services.set_role(
            membership=bob.memberships.get(), role=AUDITOR, by=alice.memberships.get(), now=clock.now()
        )


def shut_out(client: Client, bob: User, alice: User) -> None:
    services.close_sign_in(user=bob, now=clock.now())


def end_place(client: Client, bob: User, alice: User) -> None:
    with scope(alice.memberships.get().organisation_id, door=Door.STAFF):
        services.end_membership(membership=bob.memberships.get(), by=alice.memberships.get(), now=clock.now())


@pytest.mark.parametrize(
    "act", [sign_out, change_password, take_link_for_password, change_role, shut_out, end_place]
)
def test_an_old_key_opens_nothing_after_it(bob: User, alice: User, act: Any) -> None:
    client, elsewhere = enter(Client(), bob), enter(Client(), bob)
    keys = [client.cookies[COOKIE].value, elsewhere.cookies[COOKIE].value]
    before = [status_with(key) for key in keys]

    act(client, bob, alice)

    # Signing out is for this device; everything else for all of them.
    old = keys[:1] if act is sign_out else keys
    assert before == [200, 200]
    assert [status_with(key) for key in old] == [302] * len(old)


def test_who_signs_in_after_a_change_of_role_has_the_new_one(
    bob: User, alice: User, harbor: Organisation
) -> None:
    change_role(Client(), bob, alice)
    client = enter(Client(), bob)

    assert client.get(TODAY).status_code == 200
    assert client.get(reverse("casefile:new_client", args=["harbor"])).status_code == 403


def test_the_last_owner_stays_owner(alice: User, dana: User, in_harbor: None) -> None:
    alices, danas = alice.memberships.get(), dana.memberships.get()

    for act in (services.end_membership, lambda **said: services.set_role(role=AUDITOR, **said)):
        with pytest.raises(services.LastOwner):
            act(membership=alices, by=alices, now=clock.now())
    services.set_role(membership=danas, role=OWNER, by=alices, now=clock.now())
    services.set_role(membership=alices, role=AUDITOR, by=danas, now=clock.now())

    assert Membership.objects.get(pk=alices.pk).role == "auditor"


def test_the_page_names_each_device_and_ends_one_or_all_others(bob: User, alice: User) -> None:
    phone = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1"
    )
    client = enter(Client(), bob)
    others = [Client(headers={"User-Agent": phone}) for _ in range(2)]
    for other in others:
        other.post("/sign-in/", {"login": bob.email, "password": PASSWORD})
    rows = Session.objects.filter(user=bob).exclude(session_key=client.cookies[COOKIE].value)
    of_alice = enter(Client(), alice).session.session_key
    page = client.get("/me/").content.decode()

    one = client.post(reverse("accounts:end_session", args=[rows[0].id]))
    foreign = client.post(
        reverse("accounts:end_session", args=[Session.objects.get(session_key=of_alice).id])
    )
    left_by_one = rows.count()
    client.post(reverse("accounts:end_others"))

    assert page.count("Safari on an iPhone") == 2 * 2
    assert not any(row.session_key in page for row in Session.objects.all())
    assert (one.status_code, foreign.status_code, left_by_one, rows.count()) == (302, 404, 1, 0)
    assert Session.objects.filter(session_key=of_alice).exists()
    assert client.get(TODAY).status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1", "Safari on a Mac"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("curl/8.5", "A browser"),
        ("", "A browser"),
    ],
)  # fmt: skip
def test_a_device_is_named_in_words(agent: str, words: str) -> None:
    assert device_of(agent) == words
