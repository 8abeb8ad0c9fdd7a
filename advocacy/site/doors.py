"""The public door of an organisation: anyone may come in, and sees what is published."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase

from advocacy.accounts.language import speaking
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope

View = Callable[..., HttpResponseBase]


class PublicRequest(HttpRequest):
    """A request that came in by the public door."""

    organisation: Organisation
    language: str


def public(view: View) -> View:
    """Open a view under `/s/<org_slug>/` to everybody, in their language."""

    @login_not_required
    @wraps(view)
    def door(request: PublicRequest, org_slug: str, **ids: Any) -> HttpResponseBase:
        organisation = Organisation.objects.active().filter(slug=org_slug).first()
        if organisation is None:
            raise Http404
        request.organisation = organisation
        with scope(organisation.pk, door=Door.PUBLIC), speaking(request):
            return view(request, **ids)

    door.door = Door.PUBLIC  # type: ignore[attr-defined]
    return cast(View, door)
