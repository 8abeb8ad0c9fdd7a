"""Every "no" of the API as problem details (RFC 9457), in one shape."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import (
    BadRequest,
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import Http404, HttpResponse, JsonResponse, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from advocacy.api.services import InFlight
from advocacy.kernel import logs
from advocacy.kernel.errors import Refusal

PROBLEM: Final = "application/problem+json"
# Where an error belongs to no field of the body.
WHOLE: Final = "body"

log = logs.get(__name__)


class Invalid(exceptions.APIException):
    """What was sent cannot be taken: `errors` says by field why."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_detail = "What was sent cannot be taken. See errors"
    default_code = "invalid"

    def __init__(self, errors: Mapping[str, Any]) -> None:
        super().__init__()
        self.errors = {str(field): _said(words) for field, words in errors.items()}


def _said(words: Any) -> list[str]:
    """Return the sentences of an error, however deep they lie."""
    if isinstance(words, Mapping):
        return [f"{name}: {each}" for name, inner in words.items() for each in _said(inner)]
    if isinstance(words, (list, tuple)):
        return [each for inner in words for each in _said(inner)]
    return [str(words)]


class TooLarge(exceptions.APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is too large"
    default_code = "too_large"


def answer(error: Exception, context: Mapping[str, Any]) -> Response:
    """Return the answer to an error; what the request wrote is rolled back."""
    known = _known(error)
    headers = {}
    if known.status_code == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.exception("api.failed", path=context["request"].resolver_match.route)
    if getattr(known, "auth_header", None):
        headers["WWW-Authenticate"] = known.auth_header
    if isinstance(known, exceptions.Throttled):
        headers["Retry-After"] = str(known.wait)
    set_rollback()
    return Response(body_of(known), status=known.status_code, headers=headers, content_type=PROBLEM)


def body_of(error: exceptions.APIException) -> dict[str, Any]:
    """Return the members of the problem."""
    status = HTTPStatus(error.status_code)
    said: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": str(error.detail),
        "code": error.get_codes(),
    }
    return said | ({"errors": error.errors} if isinstance(error, Invalid) else {})


def _known(error: Exception) -> exceptions.APIException:
    """Return an error as one that has a status."""
    if isinstance(error, exceptions.ValidationError):
        detail = error.detail
        return Invalid(detail if isinstance(detail, Mapping) else {WHOLE: detail})
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Refusal):
        return _refused(error)
    if isinstance(error, (Http404, ObjectDoesNotExist)):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if isinstance(error, (SuspiciousOperation, BadRequest, UnreadablePostError)):
        return exceptions.ParseError()
    return exceptions.APIException()


def _refused(refusal: Refusal) -> exceptions.APIException:
    known = Invalid({refusal.field or WHOLE: refusal.words})
    known.detail = exceptions.ErrorDetail(refusal.words, code="refused")
    if isinstance(refusal, InFlight):
        known.status_code = HTTPStatus.CONFLICT
        known.detail = exceptions.ErrorDetail(refusal.words, code="in_flight")
    return known


def nothing_here() -> HttpResponse:
    """Return the answer for an address that is none."""
    return JsonResponse(body_of(exceptions.NotFound()), status=HTTPStatus.NOT_FOUND, content_type=PROBLEM)
