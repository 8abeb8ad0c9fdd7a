"""A real installation, from its first command to its first case: no demo, no shortcut."""

import re
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from advocacy.accounts.models import User
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Case

pytestmark = pytest.mark.django_db(transaction=True)
SENTENCE = "seven gulls over the pier"


def run(*words: str) -> str:
    """Run a command and return the path of the link that it prints."""
    out = StringIO()
    call_command(*words, stdout=out)
    found = re.search(r"https?://[^/\s]+(/password/new/\S+)", out.getvalue())
    assert found is not None
    return found[1]


def come_in(email: str, link: str) -> Client:
    """Choose a password, sign in, and set up codes from an app, as the pages ask."""
    browser = Client()
    chosen = browser.get(link, follow=True).redirect_chain[-1][0]
    browser.post(chosen, {"password1": SENTENCE, "password2": SENTENCE})
    landed = browser.post("/sign-in/", {"login": email, "password": SENTENCE}, follow=True)
    assert landed.status_code == 200
    page = browser.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    done = browser.post(reverse("mfa_activate_totp"), {"code": code})
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    return browser


def test_from_the_first_command_to_the_first_case(db: None, settings: Any) -> None:
    settings.DEMO_ALLOWED = False

    ana = come_in("ana@platform.example", run("create_operator", "ana@platform.example"))
    console = ana.get("/admin/").status_code
    link = run("create_organisation", "Northern Light", "--owner", "lee@north.example")
    lee = come_in("lee@north.example", link)
    today = lee.get("/o/northern-light/")
    person = {"given_name": "Mateo", "family_name": "Reyes", "phone": "", "email": "", "language": "en"}
    client = lee.post("/o/northern-light/clients/new/", person)
    client_id = re.search(r"clients/([0-9a-f-]{36})", client.headers["Location"])
    assert client_id is not None
    case = lee.post(
        reverse("casefile:open_case", args=["northern-light", client_id[1]]),
        {
            "service": "speech therapy", "urgency": "standard", "coverage": "",
            "owner": str(User.objects.get(email="lee@north.example").pk),
        },
    )  # fmt: skip

    assert console == 200
    assert today.status_code == 200
    assert (client.status_code, case.status_code) == (302, 302)
    with scope(Organisation.objects.get().pk, door=Door.STAFF), transaction.atomic():
        assert Case.objects.get().service == "speech therapy"
    # The operator sees nothing of it, and is no member.
    assert ana.get("/o/northern-light/").status_code == 404
