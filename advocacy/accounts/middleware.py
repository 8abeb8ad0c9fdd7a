"""What holds for every answer."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

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
