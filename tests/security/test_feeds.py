"""Calendars of two full tenants: each holds its own dates, and no mark of anybody."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.security.tenants import HERS, REST, Tenant, marks_in

CASE = re.compile(rb"/cases/([0-9a-f-]{36})/")
PARTS = (HERS, REST)


def asked(address: str) -> Any:
    return Client().get(urlsplit(address).path)


def unfolded(answer: Any) -> bytes:
    head = f"{sorted(answer.headers.items())}{answer.cookies.output()}".encode()
    return head + answer.content.replace(b"\r\n ", b"")


@pytest.fixture
def answers(two_tenants: tuple[Tenant, Tenant], django_db_blocker: Any) -> list[tuple[Tenant, str, Any]]:
    with django_db_blocker.unblock():
        return [
            (tenant, whose, asked(path)) for tenant in two_tenants for whose, path in tenant.feeds.items()
        ]


def test_no_calendar_holds_a_mark_of_anybody(answers: list[tuple[Tenant, str, Any]]) -> None:
    assert len(answers) == 7 + 4
    assert all(answer.status_code == 200 for _, _, answer in answers)
    assert [whose for _, whose, answer in answers if marks_in(unfolded(answer))] == []


def test_every_calendar_holds_dates_of_its_own_tenant_alone(answers: list[tuple[Tenant, str, Any]]) -> None:
    for tenant, whose, answer in answers:
        other = next(each for each, _, _ in answers if each is not tenant)
        named = {found.decode() for found in CASE.findall(unfolded(answer))}
        assert not named & {str(other.ids[part]["case_id"]) for part in PARTS}
        if whose in PARTS:
            # A client's names no case, and holds some of their dates.
            assert not named
            assert answer.content.count(b"BEGIN:VEVENT") >= 2

    def seen(slug: str, whose: str) -> set[str]:
        [(tenant, answer)] = [(t, a) for t, w, a in answers if (t.slug, w) == (slug, whose)]
        text = unfolded(answer).decode()
        return {part for part in PARTS if str(tenant.ids[part]["case_id"]) in text}

    assert seen("harbor", "alice") == seen("harbor", "dana") == {HERS, REST}
    assert seen("harbor", "vera") == {HERS}
    assert seen("harbor", "bob") == {REST}
    assert seen("harbor", "adam") == set()
    assert seen("sierra", "charlie") == {REST}
