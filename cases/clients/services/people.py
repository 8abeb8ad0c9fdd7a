"""Acts on the people around a client: representatives with their authorizations, and providers."""

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from advocacy.accounts.models import User
from advocacy.audit import services as audit
from advocacy.kernel.errors import Refusal
from cases.clients.authority import Speaker, Terms
from cases.clients.models import Authorisation, Body, Client, Provider, Representative
from cases.clients.queries import unheard
from cases.clients.services.announcing import announce


class BothMustSign(Refusal):
    words = "The DMHC form needs the client’s and the representative’s signature"
    field = "both_sign"


class SignedTwice(Refusal):
    words = "Enter the day the client signed, or the paper that stands instead, not both"
    field = "stands_instead"


class SignedInFuture(Refusal):
    words = "This day has not come yet. Enter the day it was signed"


class EndsBeforeSigned(Refusal):
    words = "Enter a day on or after the signatures"
    field = "expires_on"


class AuthorisationEnded(Refusal):
    words = "This authorization has ended. Add a new one"


class NoAuthority(Refusal):
    """The body speaks with nobody for the client, and nobody said why it is filed all the same."""

    field = "all_the_same"


def require_authority(*, client: Client, body: str, speaker: str, because: str, on: date) -> dict[str, str]:
    """Return what a filing keeps of who files it: the speaker, and why without an authorization.

    `speaker` is a `Speaker`, "" where nobody said. No law stops a filing for want of a form.

    Raises: NoAuthority.
    """
    said = {"speaker": speaker} if speaker else {}
    words = unheard(client, body, on) if speaker == Speaker.REPRESENTATIVE else ""
    if words and not because.strip():
        raise NoAuthority(f"{words} Get it first, or say why it is filed all the same")
    return said | ({"without_authorization": because.strip()} if words else {})


@transaction.atomic
def add_representative(
    *, client: Client, name: str, relation: str, phone: str, email: str, by: UUID, now: datetime
) -> Representative:
    """Record who helps or speaks for a client. It lets them do nothing yet: an authorization does."""
    representative: Representative = Representative.objects.create(
        client=client,
        name=name.strip(),
        relation=relation,
        phone=phone.strip(),
        email=email.strip().lower(),
        created_at=now,
    )
    audit.record(act="representative added", at=now, actor_id=by, client_id=client.pk, subject=representative)
    return representative


@transaction.atomic
def correct_representative(
    *,
    representative: Representative,
    name: str,
    relation: str,
    phone: str,
    email: str,
    by: UUID,
    now: datetime,
) -> None:
    """Replace a representative's particulars."""
    representative.name, representative.relation = name.strip(), relation
    representative.phone, representative.email = phone.strip(), email.strip().lower()
    representative.save(update_fields=["name", "relation", "phone", "email"])
    audit.record(
        act="representative corrected",
        at=now,
        actor_id=by,
        client_id=representative.client_id,
        subject=representative,
    )


def _check(terms: Terms, now: datetime) -> None:
    if terms.body == Body.DMHC and not terms.both_sign:
        raise BothMustSign
    if terms.stands_instead.strip() and terms.client_signed_on:
        raise SignedTwice
    for field in ("client_signed_on", "representative_signed_on"):
        signed_on = getattr(terms, field)
        if signed_on and signed_on > localdate(now):
            raise SignedInFuture(field=field)
        if signed_on and terms.expires_on and terms.expires_on < signed_on:
            raise EndsBeforeSigned


def _write(authorisation: Authorisation, terms: Terms) -> None:
    for field, value in asdict(terms).items():
        setattr(authorisation, field, value.strip() if isinstance(value, str) else value)


@transaction.atomic
def authorise(*, representative: Representative, terms: Terms, by: UUID, now: datetime) -> Authorisation:
    """Record a form by which the representative may speak with a body, signed yet or not.

    Raises: BothMustSign, SignedTwice, SignedInFuture, EndsBeforeSigned.
    """
    _check(terms, now)
    authorisation = Authorisation(
        client_id=representative.client_id, representative=representative, created_at=now
    )
    _write(authorisation, terms)
    authorisation.save(force_insert=True)
    _note("authorisation added", authorisation, by, now)
    return authorisation


@transaction.atomic
def correct_authorisation(*, authorisation: Authorisation, terms: Terms, by: UUID, now: datetime) -> None:
    """Replace what a form says: a signature has come, or a day was wrong.

    Raises: AuthorisationEnded, BothMustSign, SignedTwice, SignedInFuture, EndsBeforeSigned.
    """
    _check(terms, now)
    held = Authorisation.objects.select_for_update().get(pk=authorisation.pk)
    if held.ended_at is not None:
        raise AuthorisationEnded
    _write(held, terms)
    held.save(update_fields=list(asdict(terms)))
    _note("authorisation corrected", held, by, now)


@transaction.atomic
def end_authorisation(*, authorisation: Authorisation, by: User, now: datetime) -> None:
    """End it today: the client took it back, or the person no longer helps. A second time does nothing."""
    open_ones = Authorisation.objects.filter(pk=authorisation.pk, ended_at=None)
    if open_ones.update(ended_at=now, ended_by=by):
        _note("authorisation ended", authorisation, by.pk, now)


def _note(act: str, authorisation: Authorisation, by: UUID, now: datetime) -> None:
    client = authorisation.client
    audit.record(act=act, at=now, actor_id=by, client_id=client.pk, subject=authorisation)
    announce(client, now)


@transaction.atomic
def add_provider(
    *,
    client: Client,
    name: str,
    kind: str,
    phone: str,
    fax: str,
    address: str,
    in_network: str,
    by: UUID,
    now: datetime,
) -> Provider:
    """Record who treats a client."""
    provider: Provider = Provider.objects.create(
        client=client,
        name=name.strip(),
        kind=kind,
        phone=phone.strip(),
        fax=fax.strip(),
        address=address.strip(),
        in_network=in_network,
        created_at=now,
    )
    audit.record(act="provider added", at=now, actor_id=by, client_id=client.pk, subject=provider)
    return provider


@transaction.atomic
def correct_provider(
    *,
    provider: Provider,
    name: str,
    kind: str,
    phone: str,
    fax: str,
    address: str,
    in_network: str,
    by: UUID,
    now: datetime,
) -> None:
    """Replace what we know of who treats a client."""
    provider.name, provider.kind, provider.in_network = name.strip(), kind, in_network
    provider.phone, provider.fax, provider.address = phone.strip(), fax.strip(), address.strip()
    provider.save(update_fields=["name", "kind", "phone", "fax", "address", "in_network"])
    audit.record(
        act="provider corrected", at=now, actor_id=by, client_id=provider.client_id, subject=provider
    )
