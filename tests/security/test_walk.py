"""The whole site, walked by everybody: nobody gets what is not theirs, and everybody gets what is."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings

from advocacy.kernel import clock
from tests.factories import make_person
from tests.security.bodies import move_addresses
from tests.security.database import audit_rows
from tests.security.figures import PROPERTY
from tests.security.targets import CONSOLE, EXEMPT, NOBODY, OWN
from tests.security.tenants import DESK, HARBOR, HERS, PORTAL_PERSON, REST, TEAM, Tenant, marks_in
from tests.security.walker import Answer, Walk, Walker, read_mail

# Pages that show something of a client, or of who may become one, by the method that shows it.
CLIENT = PORTAL_PERSON[HARBOR]
SHOWING = {
    "intake:requests": "GET",
    "intake:request": "GET",
    "intake:accept": "POST",
    "intake:duplicate": "POST",
    "intake:decline": "POST",
    "intake:snooze": "POST",
    "keys:keys": "GET",
    "feeds:feeds": "GET",
    "library:articles": "GET",
    "library:article": "GET",
    "library:change": "GET",
    "library:questions": "GET",
    "library:question": "GET",
    "library:answer": "POST",
    "library:decline": "POST",
    "reminding:set_nudge": "GET",
    "testimonials:queue": "GET",
    "testimonials:sites": "GET",
    "testimonials:story": "GET",
    "testimonials:privacy": "GET",
    "testimonials:words": "GET",
    "testimonials:reject": "GET",
    "portal:story": "GET",
    "portal:talk": "GET",
    "portal:paper": "GET",
    "dashboard:today": "GET",
    "dashboard:dates": "GET",
    "dashboard:cases": "GET",
    "dashboard:clients": "GET",
    "dashboard:case": "GET",
    "dashboard:deadline": "GET",
    "casefile:new_case": "GET",
    "casefile:client": "GET",
    "casefile:correct_client": "GET",
    "casefile:add_coverage": "GET",
    "casefile:people": "GET",
    "casefile:add_representative": "GET",
    "casefile:correct_representative": "GET",
    "casefile:authorise": "GET",
    "casefile:correct_authorisation": "GET",
    "casefile:add_provider": "GET",
    "casefile:correct_provider": "GET",
    "casefile:open_case": "GET",
    "casefile:correct_coverage": "GET",
    "casefile:correct_case": "GET",
    "casefile:record_denial": "GET",
    "casefile:correct_event": "GET",
    "casefile:write_note": "POST",
    "casefile:work": "GET",
    "casefile:log_call": "GET",
    "by_hand:tell": "GET",
    "casefile:add_task": "GET",
    "casefile:give_task": "GET",
    "casefile:drop_task": "GET",
    "casefile:invite": "GET",
    "messages:send": "POST",
    "documents:checklist": "GET",
    "documents:add": "GET",
    "documents:kind": "GET",
    "documents:download": "GET",
    "grievances:file": "GET",
    "grievances:acknowledged": "GET",
    "grievances:answered": "GET",
    "deadlines:verify": "GET",
    "deadlines:doubt": "GET",
    "deadlines:settled": "GET",
    "deadlines:met": "GET",
    "deadlines:not_done": "GET",
    "deadlines:waive": "GET",
    "deadlines:reopen": "GET",
    "deadlines:own": "GET",
    "deadlines:by_law": "GET",
    "deadlines:extend": "GET",
    "deadlines:not_extended": "GET",
    "deadlines:close": "GET",
    "deadlines:reopen_case": "GET",
    "imr:check": "GET",
    "imr:review_facts": "GET",
    "imr:file": "GET",
    "appeals:file": "GET",
    # Each move of the three tables has an address of its own.
    **dict.fromkeys(move_addresses(), "GET"),
}
# Pages of an organisation that show no client, each with its reason.
SILENT = {
    "dashboard:people": "people who work here",
    "dashboard:invite": "an empty form",
    "dashboard:send_again": "answers with a redirect",
    "dashboard:withdraw": "answers with a redirect",
    "dashboard:change_role": "a person who works here",
    "dashboard:hand_over": "counts, and people who work here",
    "dashboard:leave": "counts, and people who work here",
    "directory:copy": "the directory is the same for everybody",
    "directory:form": "the directory is the same for everybody",
    "directory:list": "the directory is the same for everybody",
    "directory:office": "the directory is the same for everybody",
    "directory:plan": "the directory is the same for everybody",
    "keys:revoke": "answers with a redirect",
    "feeds:end": "answers with a redirect",
    "portal:calendar": "says how the dates get into a calendar",
    "portal:end_calendar": "answers with a redirect",
    "library:publish": "answers with a redirect",
    "library:withdraw": "answers with a redirect",
    "library:write": "an empty form",
    "status:status": "how the parts stand, and numbers of the organisation",
    "portal:approve_story": "answers with a redirect",
    "portal:permit_story": "shows the text to be signed",
    "portal:story_places": "asks where a story may stand",
    "portal:withdraw_story": "answers with a redirect",
    "portal:write_story": "an empty form",
    "reminding:begin_absence": "people who work here",
    "reminding:choose": "numbers",
    "reminding:cover": "people who work here, and who is asked last",
    "reminding:end_absence": "answers with a redirect",
    "reminding:finish_nudge": "answers with a redirect",
    "reminding:hours": "hours of the day",
    "reminding:name_outsider": "an empty form",
    "reminding:name_own_address": "an empty form",
    "reminding:policies": "an example, and people who work here",
    "reminding:stand_in": "people who work here",
    "reminding:take_off": "answers with a redirect",
    "reminding:use_default": "answers with a redirect",
    "reminding:write_again": "answers with a redirect",
    "testimonials:ask": "answers with a redirect",
    "testimonials:read": "answers with a redirect",
    "testimonials:revoke": "answers with a redirect",
    "testimonials:show": "answers with a redirect",
    "testimonials:take_down": "answers with a redirect",
    "casefile:new_client": "an empty form",
    "casefile:end_access": "answers with a redirect",
    "casefile:finish_task": "answers with a redirect",
    "casefile:end_authorisation": "answers with a redirect",
    "deadlines:seen": "answers with a redirect",
    "messages:read": "answers with a redirect",
    "portal:home": "says in our own words where a case stands",
    "portal:readers": "names people who work here",
    "portal:send_paper": "an empty form",
}
# Public pages, and the sign-in of a portal, name their organisation. The viewer of mail shows all mail:
# production has none.
NAMES_ITS_ORGANISATION = ("s/", "p/", "embed/", "dev/mail/", CONSOLE)
# What each answer says, whatever it is.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Pages that stand in a frame: of the viewer, and on the sites that a key names.
FRAMED = {"mail:body": "SAMEORIGIN", "embed:page": None}


@pytest.fixture(scope="module")
def walk(
    two_tenants: tuple[Tenant, Tenant], django_db_blocker: Any, admin_url: str, mail_folder: Path
) -> Walk:
    harbor, sierra = two_tenants
    # Limits count, so that two equal questions may get two answers: they have tests of their own.
    with django_db_blocker.unblock(), override_settings(ACCOUNT_RATE_LIMITS=False):
        now = clock.now()
        stranger = make_person(name="Olga Petrov", now=now, is_operator=True)
        found = Walk(harbor, sierra)
        Walker(found, admin_url=admin_url, stranger=stranger, now=now).everything()
        connections.close_all()
    found.mail = read_mail(mail_folder)
    for tenant in two_tenants:
        found.audit[tenant.slug] = audit_rows(admin_url, tenant.organisation.pk)
    return found


def shown(walk: Walk) -> list[tuple[Answer, bool]]:
    """Return each answer that is meant to show a client, and whether it does."""
    return [
        (answer, any(slug == answer.slug and part in {DESK, HERS, REST} for slug, part in answer.marks))
        for answer in walk.answers
        if answer.kind == OWN and SHOWING.get(answer.pattern) == answer.method and answer.status in {200, 422}
    ]


def test_every_pattern_is_asked_for_or_exempt_for_a_written_reason(
    walk: Walk, record_property: Callable[[str, object], None]
) -> None:
    names = {pattern.name for pattern in walk.patterns}
    asked = {answer.pattern for answer in walk.answers}
    proofs = [good for _, good in shown(walk)]
    foreign = sum(1 for answer in walk.answers if _foreign(answer))
    record_property(
        PROPERTY,
        f"patterns found {len(names)}, exercised {len(asked)}, exempt {len(EXEMPT)}; "
        f"requests sent {len(walk.answers)}; compared with an absent id {len(walk.pairs)}; "
        f"positive control {sum(proofs)} of {len(proofs)}; foreign canaries {foreign}",
    )

    assert len(names) == len(walk.patterns) > 50, "the walk found too little to prove anything"
    assert len(EXEMPT) <= 10
    assert all(EXEMPT.values())
    assert asked == names - set(EXEMPT)


def _foreign(answer: Answer) -> set[tuple[str, str]]:
    """Return the marks in an answer that its viewer may not see."""
    public = answer.route.startswith(NAMES_ITS_ORGANISATION)
    team = {(slug, part) for slug, part in answer.marks if part == TEAM} if public else set()
    hidden = {"vera": {(HARBOR, REST)}, CLIENT: {(HARBOR, REST), (HARBOR, DESK)}}.get(answer.viewer, set())
    return {(slug, part) for slug, part in answer.marks if slug != answer.slug} - team | (
        answer.marks & hidden
    )


def test_no_answer_holds_a_mark_of_another_tenant_or_of_a_case_out_of_sight(walk: Walk) -> None:
    leaks = [f"{answer.line} shows {_foreign(answer)}" for answer in walk.answers if _foreign(answer)]

    assert leaks == []


def test_an_id_out_of_sight_is_answered_exactly_as_one_that_does_not_exist(walk: Walk) -> None:
    counted = Counter(there.kind for there, _ in walk.pairs)
    differing = [
        f"{there.line} but {gone.path}: {gone.status}"
        for there, gone in walk.pairs
        if (there.status, there.print) != (gone.status, gone.print)
    ]

    assert counted["foreign"] > 1000, counted
    assert counted["hidden"] > 30, counted
    assert "\n".join(differing) == ""


def test_what_is_out_of_sight_is_not_found_or_leads_to_the_sign_in_of_its_door(walk: Walk) -> None:
    wrong = []
    for answer, _ in walk.pairs:
        if answer.kind == OWN or answer.status == 405:
            continue
        if answer.route.startswith("p/") and not answer.path.startswith(f"/p/{answer.slug}/"):
            expected, place = 302, "/".join([*answer.path.split("/")[:3], "sign-in/"])
        elif answer.route.startswith("p/") and answer.viewer != CLIENT:
            expected, place = 302, f"/p/{answer.slug}/sign-in/"
        elif answer.route.startswith("o/") and answer.viewer in {NOBODY, CLIENT}:
            expected, place = 302, "/sign-in/"
        else:
            expected, place = 404, ""
        if answer.status != expected or not answer.headers.get("Location", "").startswith(place):
            wrong.append(answer.line)

    assert wrong == []


def test_no_row_changes_by_looking_or_by_writing_where_one_may_not(walk: Walk) -> None:
    assert walk.changes == []


def test_every_page_meant_to_show_a_client_shows_one_to_who_may_see_it(walk: Walk) -> None:
    proofs = shown(walk)
    silent = [answer.line for answer, good in proofs if not good]

    behind_doors = {pattern.name for pattern in walk.patterns if pattern.in_organisation}
    assert behind_doors == set(SHOWING) | set(SILENT), "say of each page whether it shows a client"
    assert {answer.pattern for answer, _ in proofs} == set(SHOWING), "a page is listed and never answered"
    assert len(proofs) > 150
    assert len(silent) <= len(proofs) * 0.05, silent


def test_no_address_fails(walk: Walk) -> None:
    assert [
        answer.line
        for answer in walk.answers
        if answer.status >= 500 and answer.pattern != "reminders:healthz"
    ] == []


def test_every_answer_that_shows_a_client_is_recorded_for_that_client(walk: Walk) -> None:
    tenants = {walk.harbor.slug: walk.harbor, walk.sierra.slug: walk.sierra}
    answered: Counter[tuple[str, str, Any, Any]] = Counter()
    for answer in walk.answers:
        for slug, part in answer.marks:
            if part in {HERS, REST} and slug == answer.slug:
                person = tenants[slug].client_person if answer.viewer == CLIENT else None
                actor = (person or tenants[slug].people[answer.viewer]).pk
                answered[slug, answer.pattern, actor, tenants[slug].ids[part]["client_id"]] += 1

    recorded = {
        key: sum(walk.audit[key[0]][key[2], f"{verb} {key[1]}", key[3]] for verb in ("read", "listed"))
        for key in answered
    }
    missing = {key[1] for key, times in answered.items() if recorded[key] < times}
    assert answered.total() > 150
    assert sorted(missing) == []


def test_an_audit_holds_only_acts_of_its_own_people(walk: Walk) -> None:
    for tenant in (walk.harbor, walk.sierra):
        people = {person.pk for person in tenant.people.values()} | {tenant.client_person.pk}
        audit = walk.audit[tenant.slug]

        assert len(audit) > 30
        assert {actor for actor, _, _ in audit if actor} <= people


def test_mail_and_log_hold_no_mark_of_a_client(walk: Walk) -> None:
    mail = [marks_in(raw) for raw in walk.mail]
    log = [line for line in walk.log if marks_in(line.encode())]

    assert len(mail) >= 4
    assert {part for marks in mail for _, part in marks} <= {TEAM}
    assert all(len({slug for slug, _ in marks}) <= 1 for marks in mail), "a mail names two organisations"
    assert len(walk.log) > 100
    assert log == []


def test_every_answer_carries_the_headers_that_guard_it(walk: Walk) -> None:
    bare = set()
    for answer in walk.answers:
        framed = answer.headers.get("X-Frame-Options")
        if framed not in {"DENY", FRAMED.get(answer.pattern, "DENY")}:
            bare.add(f"{answer.pattern}: X-Frame-Options is {framed}")
        for name, words in HEADERS.items():
            if words not in answer.headers.get(name, ""):
                bare.add(f"{answer.pattern}: {name} is {answer.headers.get(name)}")

    assert sorted(bare) == []
