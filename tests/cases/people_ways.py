"""One way to each refusal about a client's plan and people, as `test_refusals` walks them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from advocacy.accounts.models import User
from advocacy.kernel.errors import Refusal
from cases.clients import services as clients
from tests.conftest import NOW
from tests.factories import day_before, make_authorisation, make_client, make_representative

TODAY = day_before(NOW, 0)
Act = Callable[[], Any]


def cover(client: Any, by: User, **said: str) -> Act:
    known = {"regulator": "dmhc", "evidence_kind": "card", "evidence": "", "certainty": "sure"} | said
    return lambda: clients.add_coverage(
        client=client, plan_name="Golden Bay", member_id="", **known, by=by.pk, now=NOW
    )


def a_regulator_out_of_the_air(bob: User, charlie: User) -> Act:
    return cover(make_client(by=bob, now=NOW), bob, evidence_kind="none", evidence="I think so")


def another_evidence_without_a_word(bob: User, charlie: User) -> Act:
    return cover(make_client(by=bob, now=NOW), bob, evidence_kind="other", evidence=" ")


def a_regulator_nobody_is_sure_of(bob: User, charlie: User) -> Act:
    return cover(make_client(by=bob, now=NOW), bob, certainty="unknown")


def signing(by: User, **terms: Any) -> Act:
    client = make_client(by=by, now=NOW)
    helper = make_representative(client=client, by=by, now=NOW)
    return lambda: make_authorisation(client=client, by=by, now=NOW, representative=helper, **terms)


def a_form_of_dmhc_with_one_signature(bob: User, charlie: User) -> Act:
    return signing(bob, body="dmhc", both_sign=False)


def a_signature_and_a_paper_in_its_stead(bob: User, charlie: User) -> Act:
    return signing(bob, stands_instead="power of attorney")


def a_form_the_client_signs_tomorrow(bob: User, charlie: User) -> Act:
    return signing(bob, client_signed_on=TODAY + timedelta(1))


def a_form_the_representative_signs_tomorrow(bob: User, charlie: User) -> Act:
    return signing(bob, representative_signed_on=TODAY + timedelta(1))


def a_form_that_ended_before_it_was_signed(bob: User, charlie: User) -> Act:
    return signing(bob, expires_on=day_before(NOW, 11))


def a_signature_under_a_form_that_has_ended(bob: User, charlie: User) -> Act:
    form = make_authorisation(client=make_client(by=bob, now=NOW), by=bob, now=NOW)
    clients.end_authorisation(authorisation=form, by=bob, now=NOW)
    return lambda: clients.correct_authorisation(authorisation=form, terms=form.terms, by=bob.pk, now=NOW)


def a_filing_for_a_client_nobody_speaks_for(bob: User, charlie: User) -> Act:
    client = make_client(by=bob, now=NOW)
    who = {"client": client, "body": "plan", "speaker": "representative", "because": " "}
    return lambda: clients.require_authority(**who, on=TODAY)


PEOPLE_WAYS: list[tuple[type[Refusal], Callable[[User, User], Act]]] = [
    (clients.NoEvidence, a_regulator_out_of_the_air),
    (clients.EvidenceUnsaid, another_evidence_without_a_word),
    (clients.NotSaidHowSure, a_regulator_nobody_is_sure_of),
    (clients.BothMustSign, a_form_of_dmhc_with_one_signature),
    (clients.SignedTwice, a_signature_and_a_paper_in_its_stead),
    (clients.SignedInFuture, a_form_the_client_signs_tomorrow),
    (clients.SignedInFuture, a_form_the_representative_signs_tomorrow),
    (clients.EndsBeforeSigned, a_form_that_ended_before_it_was_signed),
    (clients.NoAuthority, a_filing_for_a_client_nobody_speaks_for),
    (clients.AuthorisationEnded, a_signature_under_a_form_that_has_ended),
]
