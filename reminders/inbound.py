"""Mail that comes in: one that came back is its row's matter, and the canary's return is noted."""

import hmac
from datetime import datetime

from django.conf import settings

from advocacy.mail import bounces
from advocacy.mail import services as mail
from advocacy.organisations.services import beat
from cases.messages.services import CLIENT_UPDATE
from reminders import failures

CANARY_PART = "mail canary"


def opens(key: str) -> bool:
    """True if this is the installation's secret; nothing opens where there is none."""
    secret = settings.MAIL_HOOK_SECRET
    return bool(secret) and hmac.compare_digest(key.encode(), secret.encode())


def take(raw: bytes, *, now: datetime) -> str:
    """Do what a mail that came in asks for; return what it was, in a word.

    What we did not sign, and what we do not understand, changes nothing.
    """
    found = bounces.read(raw)
    if isinstance(found, bounces.Returned):
        if not mail.is_canary(found.row_id):
            return "ours"
        beat(part=CANARY_PART, at=now)
        return "canary"
    return "bounce" if found and _came_back(found, now) else "nothing"


def _came_back(bounce: bounces.Bounce, now: datetime) -> bool:
    row = mail.came_back(row_id=bounce.row_id, words=bounce.words, now=now)
    sent_to = {row.to} if row else set()
    if row and row.kind == CLIENT_UPDATE and row.organisation_id and row.about_id:
        failures.update_bounced(organisation_id=row.organisation_id, case_id=row.about_id, now=now)
    if bounce.organisation_id and not row:
        sent_to = failures.bounced(
            organisation_id=bounce.organisation_id, row_id=bounce.row_id, words=bounce.words, now=now
        )
    # Never an address that only the bounce names: anybody who once got a mail of ours could name one.
    for address in sent_to if bounce.is_dead else ():
        if not bounce.addresses or address in bounce.addresses:
            mail.suppress(address=address, reason=bounce.words, now=now)
    return bool(sent_to)
