"""Record sign-ins and refused sign-ins. Django and allauth announce them; we send no signal here."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from advocacy.audit import services as audit
from advocacy.kernel import clock


@receiver(user_logged_in)
def signed_in(user: Any, **_later: object) -> None:
    audit.record_platform(act="signed in", at=clock.now(), actor_id=user.pk)


@receiver(user_logged_out)
def signed_out(user: Any, **_later: object) -> None:
    audit.record_platform(act="signed out", at=clock.now(), actor_id=user.pk if user else None)


@receiver(user_login_failed)
def refused(**_later: object) -> None:
    audit.record_platform(act="sign-in refused", at=clock.now())
