"""The whole API, walked by every kind of key: what is not theirs is not there, and their own is."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connections
from django.test import override_settings
from psycopg import sql

from advocacy.accounts import keys
from advocacy.accounts.models import AccessKey
from advocacy.api import filters
from advocacy.api.bodies import Body
from advocacy.directory import services as directory
from advocacy.kernel import clock
from advocacy.kernel.ids import new_id
from tests.advocacy.api.asking import BASE, Program, issue
from tests.factories import day_before
from tests.security.api_bodies import BODIES, bodies
from tests.security.database import audit_rows, dump
from tests.security.targets import Pattern, patterns
from tests.security.tenants import HARBOR, HERS, REST, SIERRA, Tenant, marks_in

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
WRITES = ("POST", "PUT", "PATCH", "DELETE")
# Which parts of its own organisation a key's member may see. What the last three see is what Bob sees.
SIGHT = {
    "vera": (HERS,), "bob": (REST, HERS), "charlie": (REST, HERS), "alice": (REST, HERS),
    "dana": (REST, HERS), "adam": (REST, HERS),
}  # fmt: skip
DEAD = ("no key", "wrong", "revoked", "expired", "of a website")
# The tables behind the lists, to count a list's rows as if the other tenant were not there.
TABLES = {
    "api:clients": "client", "api:coverages": "coverage", "api:cases": "case_file", "api:denials": "denial",
    "api:events": "event", "api:grievances": "grievance", "api:filings": "imr_filing",
    "api:deadlines": "deadline",
}  # fmt: skip
OPEN = {"api:schema", "api:docs", "api:nothing"}


@dataclass(frozen=True)
class Said:
    """One answer, as it is compared with another."""

    who: str
    method: str
    name: str
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]

    @property
    def same(self) -> tuple[Any, ...]:
        return self.status, self.body, self.headers

    @property
    def marks(self) -> frozenset[tuple[str, str]]:
        return marks_in(self.body + repr(self.headers).encode())


@dataclass
class Programs:
    """The two tenants, and a program for each kind of key."""

    harbor: Tenant
    sierra: Tenant
    secrets: dict[str, str]
    said: list[Said] = field(default_factory=list)

    def home(self, who: str) -> Tenant:
        return self.sierra if who == "charlie" else self.harbor

    def away(self, who: str) -> Tenant:
        return self.harbor if who == "charlie" else self.sierra

    def ask(
        self, who: str, method: str, pattern: Pattern, ids: dict[str, Any], body: Any = None, query: str = ""
    ) -> Said:
        path = pattern.path({name: str(ids[name]) for name in pattern.parameters}).removeprefix(BASE)
        return self.ask_at(who, method, pattern.name, f"{path}{query}", body)

    def ask_at(self, who: str, method: str, name: str, path: str, body: Any = None) -> Said:
        response = Program(self.secrets[who]).send(method, path, body)
        headers = tuple(sorted(response.headers.items()))
        answer = Said(who, method, name, response.status_code, response.content, headers)
        self.said.append(answer)
        return answer


@pytest.fixture(scope="module")
def programs(two_tenants: tuple[Tenant, Tenant], django_db_blocker: Any) -> Iterator[Programs]:
    harbor, sierra = two_tenants
    with django_db_blocker.unblock(), override_settings(API_REQUESTS_A_MINUTE=10**9):
        now = clock.now()
        directory.sync_directory(now=now)
        revoked, expired, website = (issue(harbor.people["bob"]) for _ in range(3))
        keys.revoke(revoked[0], now=now)
        AccessKey.objects.filter(pk=expired[0].pk).update(expires_at=now)
        AccessKey.objects.filter(pk=website[0].pk).update(kind="embed")
        dead = ("", "no-such-key", revoked[1], expired[1], website[1])
        yield Programs(harbor, sierra, harbor.secrets | sierra.secrets | dict(zip(DEAD, dead, strict=True)))
        connections.close_all()


def addresses() -> list[Pattern]:
    found = [
        pattern for pattern in patterns() if pattern.route.startswith("api/") and pattern.name not in OPEN
    ]
    assert len(found) > 25, "the walk found too little to prove anything"
    return found


def details() -> list[Pattern]:
    return [pattern for pattern in addresses() if pattern.row_ids]


def lists() -> list[Pattern]:
    found = [pattern for pattern in addresses() if "list" in pattern.view.actions.values()]
    return [pattern for pattern in found if not pattern.name.startswith("api:") or pattern.name in TABLES]


def rows_of(admin_url: str, tenants: list[Tenant]) -> Any:
    return [dump(admin_url, each.organisation.pk, without=frozenset({"audit_event"})) for each in tenants]


def hidden_from(who: str) -> list[str]:
    return [part for part in (REST, HERS) if part not in SIGHT[who]]


def test_a_dead_key_gets_401_everywhere_and_nothing_changes(programs: Programs, admin_url: str) -> None:
    before = rows_of(admin_url, [programs.harbor, programs.sierra])

    answers = [
        programs.ask(who, method, pattern, programs.harbor.ids[REST] | {"key": "dmhc"}, body)
        for pattern in addresses()
        for who in DEAD
        for method in (METHODS if who == DEAD[0] else ("GET", "POST"))
        for body in [bodies(programs.harbor, REST).get(pattern.name) if method in WRITES else None]
    ]

    assert len(answers) > 400
    assert [f"{each.who} {each.method} {each.name}" for each in answers if each.status != 401] == []
    assert rows_of(admin_url, [programs.harbor, programs.sierra]) == before


def test_everybody_gets_their_own_and_it_is_recorded(programs: Programs, admin_url: str) -> None:
    seen: Counter[tuple[str, str, Any]] = Counter()
    silent = []
    for who, sight in SIGHT.items():
        home = programs.home(who)
        for pattern in details():
            for part in sight if "get" in pattern.view.actions else ():
                answer = programs.ask(who, "GET", pattern, home.ids[part])
                if (home.slug, part) not in answer.marks:
                    silent.append(f"{who} {pattern.name}: {answer.status}")
                seen[who, f"read {pattern.name}", home.ids[part]["client_id"]] += 1

    assert seen.total() > 80
    assert silent == []
    for slug, home in ((HARBOR, programs.harbor), (SIERRA, programs.sierra)):
        audit = audit_rows(admin_url, home.organisation.pk)
        missing = [key for key, times in seen.items() if programs.home(key[0]) is home
                   and audit[home.people[key[0]].pk, key[1], key[2]] < times]  # fmt: skip
        assert missing == [], slug


def test_what_is_out_of_sight_is_answered_as_what_is_absent(programs: Programs, admin_url: str) -> None:
    tenants = [programs.harbor, programs.sierra]
    before, compared, differing = rows_of(admin_url, tenants), 0, []
    absent = {name: new_id() for pattern in details() for name in pattern.row_ids}
    for who in SIGHT:
        sights = [programs.away(who).ids[REST], *(programs.home(who).ids[part] for part in hidden_from(who))]
        for pattern in details():
            # A method that is not taken is refused before anything is looked up: one asker will do.
            taken = {method.upper() for method in pattern.view.actions}
            for method in METHODS if who == "vera" else taken:
                body = bodies(programs.home(who), HERS).get(pattern.name) if method in WRITES else None
                gone = programs.ask(who, method, pattern, absent, body)
                for ids in sights:
                    there = programs.ask(who, method, pattern, ids, body)
                    compared += 1
                    if there.same != gone.same or there.status not in {404, 405}:
                        differing.append(f"{who} {method} {pattern.name}: {there.status}, {gone.status}")

    assert compared > 300
    assert differing == []
    assert rows_of(admin_url, tenants) == before


def test_an_id_in_a_body_that_is_out_of_reach_is_answered_as_one_that_is_absent(
    programs: Programs, admin_url: str
) -> None:
    tenants = [programs.harbor, programs.sierra]
    before, compared = rows_of(admin_url, tenants), 0
    for who in ("alice", "vera", "charlie"):
        home, away = programs.home(who), programs.away(who)
        others = [away.ids[REST], *(home.ids[part] for part in hidden_from(who))]
        for pattern in addresses():
            body = bodies(home, HERS).get(pattern.name)
            for name in ("client", "case", "coverage", "owner"):
                if body is None or name not in body:
                    continue
                reach = [away.people[next(iter(away.people))].pk] if name == "owner" else [
                    ids[f"{name}_id"] for ids in others
                ]  # fmt: skip
                method = "PATCH" if "patch" in pattern.view.actions else "POST"
                gone = programs.ask(who, method, pattern, home.ids[HERS], body | {name: str(new_id())})
                for key in reach:
                    there = programs.ask(who, method, pattern, home.ids[HERS], body | {name: str(key)})
                    compared += 1
                    assert there.same == gone.same, f"{who} {pattern.name} tells of a {name}"
                    assert there.status in {403, 422}

    assert compared > 15
    assert rows_of(admin_url, tenants) == before


def pages_of(programs: Programs, who: str, pattern: Pattern, query: str = "") -> list[dict[str, Any]]:
    """Return every row of a list, page by page."""
    rows, path = [], f"{pattern.route.removeprefix('api/v1/')}?limit=2{query}"
    while path:
        answer = json.loads(programs.ask_at(who, "GET", pattern.name, path).body)
        rows += answer["results"]
        path = urlsplit(answer["next"] or "").path.removeprefix(BASE)
        path = f"{path}?{urlsplit(answer['next']).query}" if answer["next"] else ""
    return rows


def test_lists_hold_all_of_ones_own_and_nothing_else(programs: Programs, admin_url: str) -> None:
    counted, expected = {}, {}
    with psycopg.connect(admin_url) as administrator:
        for pattern in lists():
            table = TABLES[pattern.name]
            column = "id" if table == "client" else "client_id"
            query = sql.SQL("SELECT count(*) FROM {} WHERE organisation_id = %s AND {} = ANY (%s)").format(
                sql.Identifier(table), sql.Identifier(column)
            )
            for who, sight in SIGHT.items():
                home = programs.home(who)
                own = [home.ids[part]["client_id"] for part in sight]
                [expected[who, table]] = administrator.execute(query, [home.organisation.pk, own]).fetchone()
                rows = pages_of(programs, who, pattern)
                counted[who, table] = len(rows)
                assert len({row["id"] for row in rows}) == len(rows)

    assert all(expected.values())
    assert counted == expected


def test_a_filter_given_what_is_out_of_sight_finds_what_it_finds_for_nothing(programs: Programs) -> None:
    asked = 0
    for pattern in lists():
        declared = pattern.view.cls.filterset_class
        for name, each in (declared.base_filters if declared else {}).items():
            if not isinstance(each, filters.filters.UUIDFilter):
                continue
            for who in SIGHT:
                others = [
                    programs.away(who).ids[REST],
                    *(programs.home(who).ids[part] for part in hidden_from(who)),
                ]
                person = next(iter(programs.away(who).people.values())).pk
                for value in [person] if name == "owner" else [ids[f"{name}_id"] for ids in others]:
                    gone = programs.ask(who, "GET", pattern, {}, query=f"?{name}={new_id()}")
                    there = programs.ask(who, "GET", pattern, {}, query=f"?{name}={value}")
                    asked += 1
                    assert there.same == gone.same, f"{who} {pattern.name} {name}"
                    assert json.loads(there.body) == {"next": None, "results": []}
            own = programs.home("alice").ids[HERS].get(f"{name}_id")
            if own:
                assert pages_of(programs, "alice", pattern, f"&{name}={own}"), (
                    f"{pattern.name} {name} finds nothing"
                )

    assert asked > 80


def test_a_cursor_of_another_tenant_is_a_place_and_opens_nothing(programs: Programs) -> None:
    for pattern in lists():
        ids = programs.sierra.ids[REST]
        for cursor in (ids["client_id"], ids["case_id"], ids["deadline_id"]):
            programs.ask("alice", "GET", pattern, {}, query=f"?cursor={cursor}")

    assert marks_of_others(programs) == []


def marks_of_others(programs: Programs) -> list[str]:
    leaks = []
    for answer in programs.said:
        own = (
            {(programs.home(answer.who).slug, part) for part in SIGHT.get(answer.who, ())}
            if answer.who in SIGHT
            else set()
        )
        if answer.marks - own:
            leaks.append(f"{answer.who} {answer.method} {answer.name}: {answer.marks - own}")
    return leaks


def test_no_answer_of_the_walk_holds_what_is_not_its_askers(programs: Programs) -> None:
    asked = {answer.name for answer in programs.said}

    assert asked >= {pattern.name for pattern in addresses()}
    assert len(programs.said) > 1200
    assert sum(bool(answer.marks) for answer in programs.said) > 200
    assert marks_of_others(programs) == []
    assert [answer for answer in programs.said if answer.status >= 500] == []


def test_every_answer_is_guarded(programs: Programs) -> None:
    for answer in programs.said:
        headers = dict(answer.headers)
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "Set-Cookie" not in headers


def test_every_address_that_takes_something_has_a_body() -> None:
    takes = {each.name for each in addresses() if {"post", "patch"} & set(each.view.actions)}

    assert takes == set(BODIES)
    assert all(issubclass(each, Body) for each in BODIES.values())


# A case from its first day on: what is sent, with days so long ago; and by what name its id is known later.
LIFE = (
    ("api:clients", {}, "client_id"),
    ("api:coverages", {}, "coverage_id"),
    ("api:cases", {}, "case_id"),
    ("api:denials", {"dated_on": 60, "received_on": 60}, "denial_id"),
    ("api:correct", {"occurred_on": 59, "received_on": 58}, ""),
    ("api:grievances", {"filed_on": 50}, "grievance_id"),
    ("api:grievance_move", {"on": 20, "move": "answered", "outcome": "upheld", "reason": None}, ""),
    ("api:filings", {"filed_on": 9}, "filing_id"),
    ("api:filing_move", {"on": 5, "move": "withdrawn", "reason": "walked"}, ""),
    ("api:meet", {}, ""),
    ("api:waive", {}, ""),
    ("api:preview", {}, ""),
)


def test_each_post_that_is_sent_twice_under_one_name_has_one_effect(
    programs: Programs, admin_url: str
) -> None:
    """Last: it writes."""
    home, program = programs.harbor, Program(programs.secrets["alice"])
    known, ids = {each.name: each for each in addresses()}, dict(home.ids[HERS])

    for name, other, called in LIFE:
        if name == "api:correct":
            ids["event_id"] = program.get(f"events/?case={ids['case_id']}").json()["results"][0]["id"]
        if name in {"api:meet", "api:waive"}:
            dates = program.get(f"deadlines/?case={ids['case_id']}&state=open").json()["results"]
            ids["deadline_id"] = dates[0]["id"]
        body = bodies(replace(home, ids={HERS: ids}), HERS)[name] | {
            key: day_before(clock.now(), value).isoformat() if isinstance(value, int) else value
            for key, value in other.items()
        }
        body = {key: value for key, value in body.items() if value is not None}
        path = known[name].path(ids).removeprefix(BASE)

        first = program.post(path, body, **{"Idempotency-Key": name})
        before = rows_of(admin_url, [home])
        again = program.post(path, body, **{"Idempotency-Key": name})

        assert first.status_code in {200, 201}, (name, first.content)
        assert (again.status_code, again.content) == (first.status_code, first.content), name
        assert rows_of(admin_url, [home]) == before, name
        ids |= {called: first.json()["id"]} if called else {}

    assert {name for name, _, _ in LIFE} == {each.name for each in addresses() if "post" in each.view.actions}
