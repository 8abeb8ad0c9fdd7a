"""Sessions that know whose they are, since when, and on what device: listed, limited, ended.

Named in SESSION_ENGINE; Django finds `SessionStore` here.
"""

import re
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from advocacy.accounts.models import Session, User
from advocacy.kernel import clock

# The time of the last request is written at most so often.
NOTE_EVERY: Final = timedelta(minutes=1)


class Limits(NamedTuple):
    """How long a session may rest, and how long it may last at all."""

    idle: timedelta
    whole: timedelta


STAFF: Final = Limits(timedelta(minutes=30), timedelta(hours=12))
OPERATOR: Final = Limits(timedelta(minutes=15), timedelta(hours=8))


def limits_of(user: User) -> Limits:
    """Return what holds for a person: an operator's session is short on every page."""
    return OPERATOR if user.is_operator else STAFF


def is_over(session: Session, limits: Limits, now: datetime) -> bool:
    """True for a session that rested too long or is too old."""
    return now - session.seen_at > limits.idle or now - session.began_at > limits.whole


class SessionStore(DatabaseStore):
    """Django's sessions in the database, in a table that has the person, the times and the device beside."""

    row: Session | None = None
    # In words; set at sign-in, kept by the row.
    device: str = ""

    @classmethod
    def get_model_class(cls) -> Any:
        return Session

    def _get_session_from_db(self) -> Session | None:
        self.row = super()._get_session_from_db()  # type: ignore[misc]  # the stubs leave it out
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to be written: a sign-in begins anew, a new key of the same sign-in does not."""
        made = cast(Session, super().create_model_instance(data))
        made.user_id = data.get(SESSION_KEY)
        made.began_at = made.seen_at = clock.now()
        before = self.row
        # A visitor's rows have nothing to keep: a new key is a new row.
        if before is not None and made.user_id and str(before.user_id) == str(made.user_id):
            made.device, made.began_at, made.seen_at = before.device, before.began_at, before.seen_at
            # The row of the old key goes a moment after the one of the new key has come.
            made.id = before.id if before.session_key == made.session_key else made.id
        made.device = self.device or made.device
        if made.user_id:
            self.row = made
        return made


BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS|Chromium", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS: Final = (
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("CrOS", "a Chromebook"),
    ("Windows", "Windows"), ("Mac OS X|Macintosh", "a Mac"), ("Linux|X11", "Linux"),
)  # fmt: skip


def device_of(user_agent: str) -> str:
    """Return browser and system in words, as far as the browser says them: "Firefox on Windows"."""
    browser = next((words for mark, words in BROWSERS if re.search(mark, user_agent)), "A browser")
    system = next((words for mark, words in SYSTEMS if re.search(mark, user_agent)), "")
    return f"{browser} on {system}" if system else browser
