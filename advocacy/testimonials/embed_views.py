"""Stories on another website: a page for a frame, and the same as data. No cookie, no session, no script.

The key in the address opens the organisation's door for keys, which shows nothing but published stories.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any, Final, cast

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from advocacy.accounts import keys
from advocacy.accounts.models import AccessKeyKind
from advocacy.kernel import clock
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from advocacy.testimonials import queries

View = Callable[..., HttpResponseBase]
# A story that is taken down is gone from every copy within the minute that its author was promised.
SHORT: Final = "public, max-age=30"
MOST: Final = 30
FRAMED: Final = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": ["*"],
    "script-src": None,
    "font-src": None,
    "connect-src": None,
}
# Inside <script> too, these cannot end what they stand in.
_HARMLESS: Final = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def by_key(view: View) -> View:
    """Open a view by the key in its address; wrong, revoked, expired and absent get the same 404."""

    @login_not_required
    @wraps(view)
    def door(request: HttpRequest, key: str) -> HttpResponseBase:
        # Without a session the middleware neither sets a cookie nor varies on one.
        del request.session
        language = "es" if request.GET.get("lang") == "es" else "en"
        now = clock.now()
        with translation.override(language):
            found = keys.find(key, kind=AccessKeyKind.EMBED, now=now)
            if found is None:
                return HttpResponse(_page("testimonials/embed_gone.html", {}), status=404)
            with scope(found.organisation_id, door=Door.KEY):
                rows = queries.shown_elsewhere(queries.day_of(now))[:MOST]
                response = view(request, found.organisation, queries.cards(rows))
        keys.used(found, now=now)
        response.headers["Cache-Control"] = SHORT
        return response

    door.door = Door.KEY  # type: ignore[attr-defined]
    return cast(View, door)


@require_safe
@xframe_options_exempt
@csp_replace(FRAMED)
@by_key
def page(_request: HttpRequest, organisation: Organisation, cards: list[queries.Card]) -> HttpResponse:
    """Show the stories as a page for a sandboxed frame."""
    context = {"organisation": organisation, "cards": cards, "more": _own_page(organisation)}
    return HttpResponse(_page("testimonials/embed.html", context))


@require_safe
@by_key
def data(_request: HttpRequest, organisation: Organisation, cards: list[queries.Card]) -> HttpResponse:
    """Return the stories as JSON, for any origin and without credentials."""
    said = {
        "heading": translation.gettext("Selected stories"),
        "organisation": organisation.name,
        "page": _own_page(organisation),
        "stories": [asdict(card) for card in cards],
    }
    text = json.dumps(said, ensure_ascii=False).translate(_HARMLESS)
    return HttpResponse(text, content_type="application/json", headers={"Access-Control-Allow-Origin": "*"})


def _page(template: str, context: dict[str, Any]) -> str:
    """Render without the request: what the shell asks of it would touch the session."""
    return render_to_string(template, context | {"language": translation.get_language()})


def _own_page(organisation: Organisation) -> str:
    return queries.page_address(settings.BASE_URL, organisation)
