"""Who answers for whom: absences, stand-ins, and the addresses that are asked last."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from advocacy.accounts.models import Membership, User
from advocacy.audit import services as audit
from advocacy.kernel import clock, queues
from advocacy.kernel.errors import Refusal
from advocacy.kernel.text import long_day
from advocacy.mail import services as mail
from advocacy.mail.messages import render
from advocacy.mail.models import SuppressedAddress
from advocacy.organisations import scope
from advocacy.organisations.services import current
from reminders.models import Absence, EmergencyContact, StandIn
from reminders.queries import COVERING

LONGEST_ABSENCE: Final = timedelta(days=366)
# More addresses than these answer for nothing, and each new one is written to.
CONTACTS_AT_MOST: Final = 10


class NotAMember(Refusal):
    words = "Choose somebody who works here"
    field = "user"


class EndsBeforeItBegins(Refusal):
    words = "Enter a day on or after the first day away"
    field = "last_day"


class OverAlready(Refusal):
    words = "This day is over. Enter today or a later day"
    field = "last_day"


class TooLong(Refusal):
    words = "Enter a day within a year. Who stays away longer hands their cases over"
    field = "last_day"


class AwayAlready(Refusal):
    words = "They are away then already. End that absence first"
    field = "first_day"


class NobodyCovers(Refusal):
    words = "Nobody would answer for them. Choose who covers, or name a stand-in first"
    field = "cover"


class CoversThemself(Refusal):
    words = "Choose somebody else: nobody covers for themself"
    field = "cover"


class CannotCover(Refusal):
    words = "Choose somebody who works cases and sees all of them"
    field = "cover"


class CoverIsAway(Refusal):
    field = "cover"


class AbsenceIsOver(Refusal):
    words = "This absence has ended already"


class AddressIsNamed(Refusal):
    words = "This address is named already"
    field = "email"


class WorksHereAlready(Refusal):
    words = "Somebody who works here has this address: reminders go there by themselves"
    field = "email"


class TooManyContacts(Refusal):
    words = f"At most {CONTACTS_AT_MOST} addresses can be named. Take one off first"
    field = "email"


class ContactHasEnded(Refusal):
    words = "This address has been taken off already"


class WrittenToAlready(Refusal):
    words = "Reminders go to this address already"


@transaction.atomic
def begin_absence(
    *, user: User, first_day: date, last_day: date, cover: User | None, by: User, now: datetime
) -> Absence:
    """Record that a member is away, both days included; `cover`, else their stand-in, hears of their dates.

    Where nobody else could cover there is nobody to name: whoever is alone hears of their own dates.

    Raises: NotAMember, EndsBeforeItBegins, OverAlready, TooLong, AwayAlready, CoversThemself, CannotCover,
    CoverIsAway, NobodyCovers.
    """
    members = _held()
    if user.pk not in members:
        raise NotAMember
    if last_day < first_day:
        raise EndsBeforeItBegins
    if last_day < clock.day(now, user.zone):
        raise OverAlready
    if last_day > first_day + LONGEST_ABSENCE:
        raise TooLong
    meanwhile = Absence.objects.filter(ended_at=None, first_day__lte=last_day, last_day__gte=first_day)
    if meanwhile.filter(user=user).exists():
        raise AwayAlready
    _require_cover(user, cover, members, {each.user_id: each for each in meanwhile})
    absence = Absence.objects.create(
        user=user, first_day=first_day, last_day=last_day, cover=cover, made_at=now, made_by=by
    )
    _done("absence recorded", absence, by, now)
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, by: User, now: datetime) -> None:
    """The member is back, or does not go: from now on they hear of their own dates again.

    Raises: AbsenceIsOver.
    """
    if not Absence.objects.filter(pk=absence.pk, ended_at=None).update(ended_at=now):
        raise AbsenceIsOver
    _done("absence ended", absence, by, now)


@transaction.atomic
def name_stand_in(*, user: User, stands_in: User, by: User, now: datetime) -> StandIn:
    """Name who is asked next when a member does not answer, and covers where an absence names nobody.

    Raises: NotAMember, CoversThemself, CannotCover.
    """
    members = _held()
    if user.pk not in members:
        raise NotAMember
    if stands_in == user:
        raise CoversThemself(field="stands_in")
    if not can_cover(members.get(stands_in.pk)):
        raise CannotCover(field="stands_in")
    row, _ = StandIn.objects.update_or_create(
        user=user, defaults={"stands_in": stands_in, "made_at": now, "made_by": by}
    )
    _done("stand-in named", row, by, now)
    return row


@transaction.atomic
def name_own_address(
    *, member: Membership, email: str, phone: str, by: User, now: datetime
) -> EmergencyContact:
    """Name another address of a member: asked when nobody answers, before anybody outside.

    Raises: AddressIsNamed, WorksHereAlready, TooManyContacts.
    """
    return _name(name=member.user.name, email=email, phone=phone, member=member, by=by, now=now)


@transaction.atomic
def name_outsider(*, name: str, email: str, phone: str, by: User, now: datetime) -> EmergencyContact:
    """Name somebody outside who is asked last, and told nothing of any case.

    Raises: AddressIsNamed, WorksHereAlready, TooManyContacts.
    """
    return _name(name=name, email=email, phone=phone, member=None, by=by, now=now)


@transaction.atomic
def take_off(*, contact: EmergencyContact, by: User, now: datetime) -> None:
    """Ask this address no more.

    Raises: ContactHasEnded.
    """
    if not EmergencyContact.objects.filter(pk=contact.pk, ended_at=None).update(ended_at=now):
        raise ContactHasEnded
    _done("contact taken off", contact, by, now)


@transaction.atomic
def write_again(*, address: SuppressedAddress, by: User, now: datetime) -> None:
    """Write to an address again that took no mail: somebody says that it does. It may come back once more.

    Raises: WrittenToAlready.
    """
    if not mail.clear_suppressed(address=address.address):
        raise WrittenToAlready
    _done("address written to again", address, by, now)


def can_cover(member: Membership | None) -> bool:
    """True for who sees every date and may say "I have seen it": anybody else would hear in vain."""
    return member is not None and member.role in COVERING


def _held() -> dict[object, Membership]:
    """Return who works here, held until the end: two absences that cover each other come one by one."""
    rows = Membership.objects.select_for_update(of=("self",)).filter(
        organisation_id=scope.current_organisation_id(), left_at=None, user__is_active=True
    )
    return {row.user_id: row for row in rows.order_by("pk")}


def _require_cover(
    user: User, cover: User | None, members: dict[object, Membership], meanwhile: dict[object, Absence]
) -> None:
    if cover == user:
        raise CoversThemself
    if cover is None:
        stands_in = StandIn.objects.filter(user=user).values_list("stands_in_id", flat=True).first()
        others = {key for key, member in members.items() if can_cover(member)} - {user.pk, *meanwhile}
        if others and stands_in not in others:
            raise NobodyCovers
        return
    if not can_cover(members.get(cover.pk)):
        raise CannotCover
    if away := meanwhile.get(cover.pk):
        days = f"{long_day(away.first_day)} to {long_day(away.last_day)}"
        raise CoverIsAway(f"{cover.name} is away then: {days}. Choose somebody else")


def _name(
    *, name: str, email: str, phone: str, member: Membership | None, by: User, now: datetime
) -> EmergencyContact:
    email, live = email.strip().lower(), EmergencyContact.objects.filter(ended_at=None)
    here = Membership.objects.live().filter(organisation_id=scope.current_organisation_id())
    if here.filter(user__email=email).exists():
        raise WorksHereAlready
    if live.count() >= CONTACTS_AT_MOST:
        raise TooManyContacts
    named = {"name": name.strip(), "phone": phone.strip(), "member": member, "made_at": now, "made_by": by}
    contact, is_new = live.get_or_create(email=email, ended_at=None, defaults=named)
    if not is_new:
        raise AddressIsNamed
    _tell(contact, by, now)
    _done("contact named", contact, by, now)
    return contact


def _tell(contact: EmergencyContact, by: User, now: datetime) -> None:
    """Write to the address that it was named: the only mail it gets while everybody answers."""
    organisation = current()
    call = f", or call {organisation.phone}" if organisation.phone else ""
    subject, text, html = render(
        "contact_named",
        {
            "organisation": organisation,
            "contact": contact,
            "by": by,
            "own": contact.member is not None,
            "off": f"Write to {by.name}, {by.email}{call}. Then no more mail comes.",
        },
    )
    mail.queue(
        kind="contact_named",
        to=contact.email,
        subject=subject,
        text=text,
        html=html,
        now=now,
        organisation_id=organisation.pk,
        keep_here=organisation.is_demo,
    )


def _done(act: str, row: object, by: User, now: datetime) -> None:
    audit.record(act=act, at=now, actor_id=by.pk, subject=row)
    queues.ring("reminders.tasks.plan")
