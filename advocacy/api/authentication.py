"""Who asks: a key in the Authorization header, and nothing else."""

from typing import Any, Final

from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication

from advocacy.accounts import keys
from advocacy.accounts.models import AccessKey, AccessKeyKind
from advocacy.kernel import clock

SCHEME: Final = "Bearer"


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`. Wrong, expired, revoked and orphaned keys get the same 401."""

    def authenticate(self, request: Any) -> tuple[Any, AccessKey] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME.lower() or not secret:
            return None
        key = keys.find(secret.strip(), kind=AccessKeyKind.API, now=clock.now())
        if key is None or key.membership is None:
            raise exceptions.AuthenticationFailed("This key opens nothing")
        return key.membership.user, key

    def authenticate_header(self, _request: Any) -> str:
        return f'{SCHEME} realm="api"'
