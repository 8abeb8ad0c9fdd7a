"""A program that asks the API with a key, as programs do."""

import json
from datetime import datetime
from typing import Any

from django.test import Client

from advocacy.accounts import keys
from advocacy.accounts.models import AccessKey, AccessKeyKind, User
from advocacy.kernel import clock

BASE = "/api/v1/"


def issue(
    user: User, *, scope: str = "write", now: datetime | None = None, **more: Any
) -> tuple[AccessKey, str]:
    """Make a key of this person's one membership."""
    membership = user.memberships.get()
    return keys.issue(
        kind=AccessKeyKind.API, organisation=membership.organisation, membership=membership, scope=scope,
        label="Spreadsheet", now=now or clock.now(), **more,
    )  # fmt: skip


class Program:
    """Sends JSON under one key; keeps no cookie."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        client = Client(headers={"Authorization": f"Bearer {self.secret}"} if self.secret else {})
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return client.generic(method, BASE + path, headers=headers, **sent)

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any) -> Any:
        return self.send("PATCH", path, body)


def program_of(user: User, *, scope: str = "write") -> Program:
    return Program(issue(user, scope=scope)[1])
