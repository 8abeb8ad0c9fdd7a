"""Sign-in by mailed code, for clients: eight characters, ten minutes, three tries, one use, one browser."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import translation

from advocacy.accounts.keys import CLEAR
from advocacy.accounts.models import SignInCode, User
from advocacy.kernel.errors import Refusal
from advocacy.mail import services as mail
from advocacy.mail.messages import render
from advocacy.organisations.models import Organisation

LENGTH = 8
LASTS = timedelta(minutes=10)
TRIES = 3
# Codes for one address within the window; further requests look the same and send nothing.
MOST_CODES = 5
WINDOW = timedelta(minutes=15)


class CodeNotRight(Refusal):
    """Wrong, late, used up, or typed into another browser: the answer is the same."""

    words = "This code does not work. Check it, or ask for a new one"
    field = "code"


def _sealed(*parts: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def request_code(
    *, email: str, user: User | None, organisation: Organisation, browser: str, now: datetime
) -> SignInCode:
    """Make a code for the browser, and mail it if `user` may come in.

    An address that we do not know gets a row and no mail, so that both look, and are counted, alike.
    """
    address = _sealed("address", email.strip().lower())
    code = "".join(secrets.choice(CLEAR) for _ in range(LENGTH))
    recent = SignInCode.objects.filter(address_hash=address, created_at__gt=now - WINDOW).count()
    row = SignInCode.objects.create(
        user=user,
        organisation=organisation,
        address_hash=address,
        code_hash=_sealed("code", code),
        browser_hash=_sealed("browser", browser),
        created_at=now,
        expires_at=now + LASTS,
    )
    if user is not None and recent < MOST_CODES:
        _send(user, organisation, code, now)
    return row


def _send(user: User, organisation: Organisation, code: str, now: datetime) -> None:
    with translation.override(user.language or "en"):
        subject, text, html = render(
            "sign_in_code",
            {
                "organisation": organisation,
                "name": user.name,
                "code": f"{code[:4]} {code[4:]}",
                "minutes": int(LASTS.total_seconds() // 60),
                "language": user.language or "en",
            },
        )
    mail.queue(
        kind="sign_in_code",
        to=user.email,
        subject=subject,
        text=text,
        html=html,
        now=now,
        organisation_id=organisation.pk,
        keep_here=organisation.is_demo,
    )


def redeem(*, code_id: UUID, typed: str, browser: str, now: datetime) -> User:
    """Return who the code signs in.

    The try is counted first, in one statement: fifty at once are still three.

    Raises: CodeNotRight.
    """
    waiting = SignInCode.objects.filter(
        pk=code_id, used_at=None, expires_at__gt=now, browser_hash=_sealed("browser", browser)
    )
    if not waiting.filter(tries__lt=TRIES).update(tries=F("tries") + 1):
        raise CodeNotRight
    clean = "".join(typed.upper().split()).replace("-", "")
    right = waiting.filter(code_hash=_sealed("code", clean), user__is_active=True)
    if not right.update(used_at=now):
        raise CodeNotRight
    user = SignInCode.objects.select_related("user").get(pk=code_id).user
    if user is None:
        raise CodeNotRight
    return user
