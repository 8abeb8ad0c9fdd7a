"""What a person is shown of their own sign-in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator

from advocacy.accounts.models import Session, User
from advocacy.accounts.sessions import limits_of


@dataclass
class SecondSteps:
    """What a person has beside the password; `codes_left` counts unused recovery codes."""

    passkeys: list[Authenticator] = field(default_factory=list)
    app: Authenticator | None = None
    codes_left: int = 0

    @property
    def is_set_up(self) -> bool:
        return bool(self.passkeys or self.app)


def second_steps(user: User) -> SecondSteps:
    """Return what the person has set up."""
    found = SecondSteps()
    for row in Authenticator.objects.filter(user_id=user.pk).order_by("created_at"):
        if row.type == Authenticator.Type.WEBAUTHN:
            found.passkeys.append(row)
        elif row.type == Authenticator.Type.TOTP:
            found.app = row
        else:
            found.codes_left = len(row.wrap().get_unused_codes())
    return found


def open_sessions(user: User, *, now: datetime) -> list[Session]:
    """Return where the person is signed in, last used first; a session that is over is not shown."""
    limits = limits_of(user)
    rows = Session.objects.filter(user=user, seen_at__gte=now - limits.idle, began_at__gte=now - limits.whole)
    return list(rows.order_by("-seen_at"))


def with_second_step(user_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """Return, for each person who has a second step, what it is in words."""
    words = {Authenticator.Type.WEBAUTHN: "Passkey", Authenticator.Type.TOTP: "Code from an app"}
    found: dict[UUID, list[str]] = {}
    rows = Authenticator.objects.filter(user_id__in=list(user_ids), type__in=list(words))
    for user_id, kind in rows.order_by("-type").values_list("user_id", "type").distinct():
        found.setdefault(user_id, []).append(words[kind])
    return found
