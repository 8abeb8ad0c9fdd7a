"""The second step of a sign-in: who needs one, whether this session has taken it, and what a person has."""

from typing import Any, Final

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from advocacy.accounts.models import User
from advocacy.organisations.models import Organisation

METHOD: Final = "mfa"


def needed_by(door: Organisation | User) -> bool:
    """True for every organisation and every operator but those of the demo."""
    return not (settings.DEMO_ALLOWED and door.is_demo)


def taken(request: HttpRequest) -> bool:
    """True if a second factor is among the records of this session. A mailed code or a password is none."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == METHOD for record in records)


def lead_to(request: HttpRequest) -> HttpResponseRedirect:
    """Lead to the page that sets a second step up, or asks for the one there is; then back here."""
    wanted = urlencode({"next": request.get_full_path()}) if request.method in {"GET", "HEAD"} else ""
    return HttpResponseRedirect(f"{reverse('accounts:second_step')}?{wanted}".rstrip("?"))


def note_proof(request: HttpRequest, factor: Authenticator) -> None:
    """Record a factor that was set up just now: setting it up has shown that its holder is here."""
    record_authentication(request, request.user, METHOD, id=factor.pk, type=factor.type)


def forget_gone(request: HttpRequest) -> None:
    """Take factors that are gone out of the records of this session."""
    records: list[dict[str, Any]] = get_authentication_records(request, request.user)
    left = set(Authenticator.objects.filter(user_id=request.user.pk).values_list("pk", flat=True))
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        record for record in records if record.get("method") != METHOD or record.get("id") in left
    ]


def sign_in_counts(request: HttpRequest) -> None:
    """Let a sign-in of just now stand for the fresh proof that changes of a sign-in ask for."""
    records: list[dict[str, Any]] = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    if records:
        last = records[-1] | {"reauthenticated": True}
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [*records[:-1], last]
