"""The main job through the pages: a letter comes in, a grievance and then a review go out."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from advocacy.kernel import clock
from tests.factories import day_before

pytestmark = pytest.mark.django_db


def boxes(name: str, day: Any) -> dict[str, str]:
    """A day as the three boxes post it."""
    return {f"{name}_{part}": str(getattr(day, part)) for part in ("month", "day", "year")}


def follow(client: Any, url: str, data: dict[str, Any]) -> str:
    """Post a form, and return the page it leads to."""
    response = client.post(url, data, follow=True)
    assert response.status_code == 200, response.context["form"].errors
    return response.redirect_chain[-1][0]


def test_from_the_denial_letter_to_the_filed_review(signed_in, harbor, bob, settings):
    browser = signed_in(bob)
    today = day_before(clock.now(), 0)

    where = follow(browser, reverse("casefile:new_client", args=["harbor"]), {
        "given_name": "Celia", "family_name": "Moreno", "phone": "", "email": "", "language": "es",
    })  # fmt: skip
    where = follow(browser, where, {
        "plan_name": "Golden Bay HMO", "member_id": "GB-77", "regulator": "dmhc", "evidence": "the letter",
        "evidence_kind": "notice_phone", "certainty": "sure",
    })  # fmt: skip
    where = follow(browser, where, {"service": "sleep study", "urgency": "standard", "owner": str(bob.pk)})
    where = follow(browser, where, {
        **boxes("dated_on", today - timedelta(days=40)), **boxes("received_on", today - timedelta(days=36)),
        "how_received": "mail", "reason": "necessity", "reason_as_stated": "Not medically necessary.",
    })  # fmt: skip
    page = browser.get(where).content.decode()
    assert "Refused" in page
    assert "File the grievance" in page
    case_id = where.rstrip("/").rpartition("/")[2]

    follow(browser, reverse("documents:add", args=["harbor", case_id]), {
        "file": SimpleUploadedFile("letter.txt", b"We will not pay."), "title": "Refusal letter",
    })  # fmt: skip
    filed_on = today - timedelta(days=2)
    follow(browser, reverse("grievances:file", args=["harbor", case_id]), {
        **boxes("filed_on", filed_on), "channel": "fax", "reference": "FX-9", "speaker": "client",
    })  # fmt: skip
    page = browser.get(where).content.decode()
    assert "Grievance filed" in page

    early = browser.post(reverse("imr:file", args=["harbor", case_id]), {
        **boxes("filed_on", today), "channel": "web", "reference": "", "speaker": "client",
    })  # fmt: skip
    assert early.status_code == 422
    assert "Too early: you can file from" in early.content.decode()

    settings.CLOCK_OFFSET = "+29d"
    # A session does not last a month.
    browser = signed_in(bob)
    later = day_before(clock.now(), 0)
    follow(browser, reverse("imr:file", args=["harbor", case_id]), {
        **boxes("filed_on", later), "channel": "web", "reference": "IMR-5", "speaker": "client",
    })  # fmt: skip
    page = browser.get(where).content.decode()
    assert "IMR filed" in page
    browser.get(reverse("dashboard:today", args=["harbor"]))
    browser.get(reverse("dashboard:dates", args=["harbor"]))
    browser.get(reverse("dashboard:cases", args=["harbor"]))
    browser.get(reverse("dashboard:clients", args=["harbor"]))
    browser.get(reverse("casefile:new_case", args=["harbor"]))
    for kind, link in re.findall(r"href=\"(/o/harbor/(clients|cases)/[^\"]+)\"", page):
        assert browser.get(kind).status_code == 200, link
