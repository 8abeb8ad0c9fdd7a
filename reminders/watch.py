"""The watch writes to the operators when a part has stopped. The worker's own heart rings it, not beat."""

from collections.abc import Iterator
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from advocacy.accounts.models import User
from advocacy.kernel import logs
from advocacy.kernel.text import count_of
from advocacy.mail import services as mail
from advocacy.mail.messages import render
from advocacy.organisations.models import Heartbeat
from reminders.health import Check, checks
from reminders.status import TOLD_EVERY, line_of, told_of

log = logs.get(__name__)

# What the watch says nothing of, and why.
NOT_OURS = {
    "parked": "an organisation's own: a person there is asked to act, and Today says so",
    "watch round": "while this runs it does not stand still, whatever its last mark says",
}
PATIENCE_SECONDS = 5
SERVER_FAULT = 500


def look(*, now: datetime) -> list[str]:
    """Write to the operators about what is wrong, once an hour a check; return what it was about."""
    bad = [check for check in [*checks(now), *_web_door()] if not check.good and check.name not in NOT_OURS]
    for check in bad:
        log.error("watch.bad", check=check.name)
    operators = User.objects.filter(is_operator=True, is_active=True)
    if not bad or not operators:
        return []
    with transaction.atomic():
        new = [check for check in bad if _is_news(check.name, now)]
        for operator in operators if new else ():
            _write(operator, new, now)
    return [check.name for check in new]


def _is_news(name: str, now: datetime) -> bool:
    """True for one of any number of watches, once an hour: the row's lock decides."""
    part, long_ago = told_of(name), now - TOLD_EVERY
    Heartbeat.objects.bulk_create([Heartbeat(part=part, at=long_ago)], ignore_conflicts=True)
    rows = Heartbeat.objects.filter(part=part, organisation=None, at__lte=long_ago)
    return bool(rows.update(at=now))


def _write(operator: User, bad: list[Check], now: datetime) -> None:
    lines = [line_of(check) for check in bad]
    few = lines[0].title if len(lines) == 1 else count_of(len(lines), "thing")
    subject, text, html = render(
        "alarm",
        {
            "recipient": operator,
            "lines": lines,
            "few": few,
            "link": f"{settings.BASE_URL}{reverse('reminders:console_status')}",
        },
    )
    mail.queue(
        kind="alarm", to=operator.email, subject=subject, text=text, html=html, now=now,
        keep_here=operator.is_demo,
    )  # fmt: skip


def _web_door() -> Iterator[Check]:
    """Ask for a page, where the environment says which: a web server that is down cannot say so itself."""
    if settings.WATCH_URL:
        answers = _answers(settings.WATCH_URL)
        yield Check("web door", answers, "answers" if answers else "does not answer", float(answers))


def _answers(address: str) -> bool:
    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status < SERVER_FAULT
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
