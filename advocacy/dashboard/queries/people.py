"""The page of people: who works here, and who is invited."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import Invitation, Membership
from advocacy.accounts.queries import with_second_step


@dataclass(frozen=True)
class MemberRow:
    """One member; `second_step` is what they have in words, or empty."""

    membership: Membership
    second_step: str
    is_me: bool


@dataclass(frozen=True)
class InvitationRow:
    """One invitation that waits."""

    invitation: Invitation
    is_over: bool


@dataclass(frozen=True)
class PeoplePage:
    members: list[MemberRow]
    invitations: list[InvitationRow]


def members_here(actor: Actor) -> list[Membership]:
    """Return who works in the actor's organisation, by name; a person shut out stays listed."""
    rows = Membership.objects.filter(organisation=actor.organisation, left_at=None)
    return list(rows.select_related("user", "organisation").order_by("user__name", "user__email"))


def people_page(actor: Actor, now: datetime) -> PeoplePage:
    """Return the page."""
    members = members_here(actor)
    held = with_second_step(member.user_id for member in members)
    waiting = Invitation.objects.waiting().filter(organisation=actor.organisation)
    return PeoplePage(
        [
            MemberRow(member, ", ".join(held.get(member.user_id, [])), member == actor.membership)
            for member in members
        ],
        [
            InvitationRow(each, each.expires_at <= now)
            for each in waiting.select_related("invited_by").order_by("-sent_at")
        ],
    )


def member_for(actor: Actor, *, member_id: UUID) -> Membership:
    """Load one member of the actor's organisation.

    Raises: Membership.DoesNotExist.
    """
    live = Membership.objects.filter(organisation=actor.organisation, left_at=None)
    return live.select_related("user", "organisation").get(pk=member_id)


def invitation_for(actor: Actor, *, invitation_id: UUID) -> Invitation:
    """Load one waiting invitation of the actor's organisation.

    Raises: Invitation.DoesNotExist.
    """
    waiting = Invitation.objects.waiting().filter(organisation=actor.organisation)
    return waiting.select_related("organisation", "invited_by").get(pk=invitation_id)
