"""Acts on clients and their coverage."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from advocacy.audit import services as audit
from advocacy.kernel.facts import facts_changed
from cases.clients.models import Client, Coverage


@transaction.atomic
def create_client(
    *,
    family_name: str,
    given_name: str,
    email: str,
    phone: str,
    language: str,
    by: UUID,
    now: datetime,
) -> Client:
    """Take a client in."""
    client = Client.objects.create(
        family_name=family_name.strip(),
        given_name=given_name.strip(),
        email=email.strip().lower(),
        phone=phone.strip(),
        language=language,
        created_at=now,
    )
    audit.record(act="client created", at=now, actor_id=by, client_id=client.pk, subject=client)
    return client


@transaction.atomic
def correct_client(
    *,
    client: Client,
    family_name: str,
    given_name: str,
    email: str,
    phone: str,
    language: str,
    by: UUID,
    now: datetime,
) -> None:
    """Replace a client's particulars."""
    client.family_name, client.given_name = family_name.strip(), given_name.strip()
    client.email, client.phone, client.language = email.strip().lower(), phone.strip(), language
    client.save(update_fields=["family_name", "given_name", "email", "phone", "language"])
    audit.record(act="client corrected", at=now, actor_id=by, client_id=client.pk, subject=client)


@transaction.atomic
def add_coverage(
    *,
    client: Client,
    plan_name: str,
    member_id: str,
    regulator: str,
    evidence: str,
    by: UUID,
    now: datetime,
) -> Coverage:
    """Record which plan covers the client, and how we know who regulates it."""
    coverage = Coverage.objects.create(
        client=client,
        plan_name=plan_name.strip(),
        member_id=member_id.strip(),
        regulator=regulator,
        evidence=evidence.strip(),
        created_at=now,
    )
    audit.record(act="coverage added", at=now, actor_id=by, client_id=client.pk, subject=coverage)
    _announce(client, now)
    return coverage


@transaction.atomic
def correct_coverage(
    *,
    coverage: Coverage,
    plan_name: str,
    member_id: str,
    regulator: str,
    evidence: str,
    by: UUID,
    now: datetime,
) -> None:
    """Replace what we know of a coverage; dates that hang on the regulator are worked out again."""
    coverage.plan_name, coverage.member_id = plan_name.strip(), member_id.strip()
    coverage.regulator, coverage.evidence = regulator, evidence.strip()
    coverage.save(update_fields=["plan_name", "member_id", "regulator", "evidence"])
    audit.record(
        act="coverage corrected", at=now, actor_id=by, client_id=coverage.client_id, subject=coverage
    )
    _announce(coverage.client, now)


def _announce(client: Client, now: datetime) -> None:
    facts_changed.send(
        sender=Client, organisation_id=client.organisation_id, client_id=client.pk, case_id=None, now=now
    )
