"""The language of a page for clients and the public: chosen on the page, remembered, else the browser's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

COOKIE: Final = "language"
LANGUAGES: Final = {"en": "English", "es": "Español"}
_YEAR: Final = 365 * 24 * 60 * 60


def language_of(request: HttpRequest, *known: str) -> str:
    """Return the code to use: the cookie's, else the first known choice, else what the browser asks for."""
    wanted = [request.COOKIES.get(COOKIE, ""), *known]
    wanted += [code[:2] for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    return next((code for code in wanted if code in LANGUAGES), "en")


@contextmanager
def speaking(request: HttpRequest, *known: str) -> Iterator[str]:
    """Answer in the visitor's language; the template finds it, and the other one, on the request."""
    code = language_of(request, *known)
    request.language = code  # type: ignore[attr-defined]
    request.other_language = next(other for other in LANGUAGES if other != code)  # type: ignore[attr-defined]
    with translation.override(code):
        yield code


def in_their_language(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Run a view that has no door of its own in the visitor's language."""

    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with speaking(request):
            return view(request, *args, **kwargs)

    return spoken


def remember(response: HttpResponseBase, code: str) -> None:
    """Keep a choice in a cookie that tells nothing else."""
    if code in LANGUAGES:
        response.set_cookie(COOKIE, code, max_age=_YEAR, samesite="Lax", httponly=True)
