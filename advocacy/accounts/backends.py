"""Who a session belongs to."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from advocacy.accounts.models import Membership, User


class WithMemberships(AuthenticationBackend):
    """Sign-in by allauth; a member comes with their memberships, since each staff page asks for one."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the person while active, else None. One query for a member, two for anybody else."""
        live = list(Membership.objects.live().filter(user_id=user_id).select_related("organisation", "user"))
        if not live:
            found: User | None = super().get_user(user_id)
            return found
        user = live[0].user
        for membership in live:
            membership.user = user
        user.live_memberships = live
        return user
