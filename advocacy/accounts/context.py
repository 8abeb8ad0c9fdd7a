"""What the page shell needs to know of who is signed in."""

from typing import Any

from django.http import HttpRequest

from advocacy.accounts.roles import Permission


def member(request: HttpRequest) -> dict[str, Any]:
    """Return organisation, member and theme; by the staff door only are the first two present."""
    user = getattr(request, "user", None)
    shell: dict[str, Any] = {"theme": getattr(user, "theme", "") or ""}
    actor = getattr(request, "actor", None)
    if actor is not None:
        shell["organisation"] = actor.organisation
        shell["member"] = {
            "display_name": actor.user.name or actor.user.email,
            "initials": actor.user.initials,
            "role_name": actor.membership.rights.name,
            "may_open": actor.can(Permission.CASE_OPEN),
            "may_invite": actor.can(Permission.PEOPLE),
        }
    return shell
