"""What follows a sign-in, a refused one, a change of a sign-in. Others announce; we send no signal."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from advocacy.accounts import factors, services
from advocacy.accounts.sessions import device_of
from advocacy.audit import services as audit
from advocacy.kernel import clock


@receiver(user_logged_in)
def signed_in(user: Any, request: HttpRequest, **_later: object) -> None:
    request.session.device = device_of(request.headers.get("User-Agent", ""))  # type: ignore[attr-defined]
    factors.sign_in_counts(request)
    audit.record_platform(act="signed in", at=clock.now(), actor_id=user.pk)


@receiver(user_logged_out)
def signed_out(user: Any, **_later: object) -> None:
    audit.record_platform(act="signed out", at=clock.now(), actor_id=user.pk if user else None)


@receiver(user_login_failed)
def refused(**_later: object) -> None:
    audit.record_platform(act="sign-in refused", at=clock.now())


@receiver(account.password_reset)
@receiver(account.password_changed)
def password_changed(request: HttpRequest, user: Any, **_later: object) -> None:
    """A new password is a new beginning on every device but this one."""
    keep = request.session.session_key if request.user == user else None
    services.end_sessions(user=user, keep=keep)
    audit.record_platform(act="password changed", at=clock.now(), actor_id=user.pk)


@receiver(mfa.authenticator_added)
def factor_added(request: HttpRequest, user: Any, authenticator: Authenticator, **_later: object) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    factors.note_proof(request, authenticator)
    _begin_anew(request, user, act="second step added")


@receiver(mfa.authenticator_removed)
def factor_removed(request: HttpRequest, user: Any, **_later: object) -> None:
    factors.forget_gone(request)
    _begin_anew(request, user, act="second step removed")


def _begin_anew(request: HttpRequest, user: Any, *, act: str) -> None:
    """Take a new key for this session, and end the others: what was known before opens nothing."""
    request.session.cycle_key()
    services.end_sessions(user=user, keep=request.session.session_key)
    audit.record_platform(act=act, at=clock.now(), actor_id=user.pk)
