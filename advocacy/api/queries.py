"""Reading keys of programs, and whether an answer may be shown once more."""

from uuid import UUID

from django.db.models import QuerySet

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import AccessKey, AccessKeyKind
from advocacy.accounts.roles import Permission
from advocacy.api.models import KeptAnswer
from cases.casefile.queries import clients_visible_to, visible_to


def _in_sight(actor: Actor) -> QuerySet[AccessKey]:
    found = AccessKey.objects.filter(organisation=actor.organisation, kind=AccessKeyKind.API)
    return found if actor.can(Permission.KEYS) else found.filter(membership=actor.membership)


def keys_of(actor: Actor) -> list[AccessKey]:
    """Return the programs' keys, live ones first: the member's own, or everybody's for who may end them."""
    found = _in_sight(actor).select_related("membership__user").order_by("-created_at")
    return sorted(found, key=lambda key: key.revoked_at is not None)


def key_for(actor: Actor, *, program_id: UUID) -> AccessKey:
    """Load the key of one program. Raises: AccessKey.DoesNotExist."""
    return _in_sight(actor).get(pk=program_id)


def may_see_again(actor: Actor, answer: KeptAnswer) -> bool:
    """Tell whether whom a kept answer shows is still in the actor's sight."""
    if answer.case_id and not visible_to(actor).filter(pk=answer.case_id).exists():
        return False
    return not answer.client_id or bool(clients_visible_to(actor).filter(pk=answer.client_id).exists())
