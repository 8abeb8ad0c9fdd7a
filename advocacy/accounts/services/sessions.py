"""Acts on the browsers that a person is signed in on."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from advocacy.accounts.models import Session, User
from advocacy.accounts.sessions import STAFF
from advocacy.audit import services as audit


def end_sessions(*, user: User, keep: str | None = None) -> int:
    """End every session of a person but the one whose key is kept. Return how many ended."""
    ended, _ = Session.objects.filter(user=user).exclude(session_key=keep or "").delete()
    return ended


def end_session(*, user: User, session_id: UUID, now: datetime) -> bool:
    """End one session of a person. False if there is none of theirs with that id."""
    ended, _ = Session.objects.filter(user=user, id=session_id).delete()
    if ended:
        audit.record_platform(act="session ended", at=now, actor_id=user.pk)
    return bool(ended)


def forget_sessions(*, now: datetime) -> int:
    """Take away sessions that are over by the longest limits, and visitors' whose cookie has ended."""
    old = Q(user__isnull=False) & (Q(began_at__lt=now - STAFF.whole) | Q(seen_at__lt=now - STAFF.idle))
    gone, _ = Session.objects.filter(old | Q(expire_date__lt=now)).delete()
    return gone


def close_sign_in(*, user: User, now: datetime) -> None:
    """Shut a person out: nothing they hold opens a door any more, until `open_sign_in`."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    end_sessions(user=user)
    audit.record_platform(act="sign-in closed", at=now, subject=str(user.pk))


def open_sign_in(*, user: User, now: datetime) -> None:
    """Let a person sign in again."""
    User.objects.filter(pk=user.pk).update(is_active=True)
    audit.record_platform(act="sign-in opened", at=now, subject=str(user.pk))
