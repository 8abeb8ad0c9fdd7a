"""What holds for every answer."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase

from advocacy.accounts.models import Membership, Session
from advocacy.accounts.sessions import NOTE_EVERY, is_over, limits_of
from advocacy.audit import services as audit
from advocacy.kernel import clock

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class PrivateAnswers:
    """Keep every page out of caches: a shared computer must not show the last person's case."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class RecordRefusals:
    """Record refused pages in a transaction of their own: the view's has been rolled back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        user = getattr(request, "user", None)
        match = request.resolver_match
        if response.status_code in {403, 404} and match and user is not None and user.is_authenticated:
            audit.record_platform(
                act=f"refused {response.status_code}",
                at=clock.now(),
                actor_id=user.pk,
                subject=match.view_name or settings.BASE_URL,
            )
        return response


class EvenAnswers:
    """Hold answers back that could tell by their time whether an address is known.

    A known one may cost a mail more, an unknown one a hash less. The view's transaction is over by then.
    """

    asked_of_anybody = frozenset({"account_login", "account_reset_password", "portal:sign_in"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.monotonic()
        response = self.get_response(request)
        match = request.resolver_match
        if request.method == "POST" and match and match.view_name in self.asked_of_anybody:
            time.sleep(max(0.0, settings.EVEN_ANSWER_SECONDS - (time.monotonic() - began)))
        return response


class SessionLimits:
    """End a session that rested too long or is too old, and note now and then that it is in use.

    The note has a column of its own and is written outside of the view's transaction, at most once a minute.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        now, session = clock.now(), _session_of(request)
        if session is None or request.user.is_anonymous:
            return self.get_response(request)
        if is_over(session, limits_of(request.user), now):
            request.session.flush()
            request.user = AnonymousUser()
            return self.get_response(request)
        due = now - session.seen_at >= NOTE_EVERY
        if due:
            session.seen_at = now
            Session.objects.filter(pk=session.pk).update(seen_at=now)
        response = self.get_response(request)
        if actor := getattr(request, "actor", None):
            _note_member(actor.membership, now)
        return response


def _session_of(request: HttpRequest) -> Session | None:
    """Return the row of the session of a person who signed in; a visitor's and a portal's have none."""
    store: Any = request.session
    return store.row if store.session_key and store.get(SESSION_KEY) else None


def _note_member(membership: Membership, now: datetime) -> None:
    if membership.seen_at is None or now - membership.seen_at >= NOTE_EVERY:
        Membership.objects.filter(pk=membership.pk).update(seen_at=now)
