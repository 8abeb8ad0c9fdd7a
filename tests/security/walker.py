"""Walk the whole site as everybody, and keep of each answer what the tests ask about."""

import hashlib
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from advocacy.accounts.models import User
from advocacy.kernel import clock, logs
from advocacy.mail.tasks import deliver
from advocacy.portal.doors import SESSION as PORTAL_SESSION
from tests.factories import day_before
from tests.security.bodies import bodies
from tests.security.database import Dump, dump
from tests.security.targets import (
    MALFORMED,
    Pattern,
    Target,
    Viewer,
    closed_targets,
    is_walked_by,
    own_targets,
    patterns,
    viewers,
)
from tests.security.tenants import Tenant, marks_in
from tests.signing_in import enter

SAFE = ("GET", "HEAD", "OPTIONS")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
# What differs between two equal answers: tokens, the length of the ids, and when a cookie is sent again.
_PASSING = re.compile(rb"[0-9A-Za-z]{64}|'Content-Length', '\d+'")
_RENEWED = {"csrftoken", settings.SESSION_COOKIE_NAME}


@dataclass(frozen=True)
class Answer:
    """One answer, without its body: who asked for what, and what stood in it."""

    viewer: str
    slug: str
    pattern: str
    route: str
    kind: str
    method: str
    path: str
    status: int
    marks: frozenset[tuple[str, str]]
    headers: dict[str, str]
    print: str

    @property
    def line(self) -> str:
        return f"{self.viewer} {self.method} {self.path} ({self.pattern}, {self.kind}): {self.status}"


@dataclass
class Walk:
    """Everything the walk brought home."""

    harbor: Tenant
    sierra: Tenant
    patterns: list[Pattern] = field(default_factory=patterns)
    answers: list[Answer] = field(default_factory=list)
    pairs: list[tuple[Answer, Answer]] = field(default_factory=list)
    # What changed in a tenant's rows where nothing may have changed.
    changes: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    mail: list[bytes] = field(default_factory=list)
    # (actor, act, client) of every audit row, by tenant.
    audit: dict[str, Counter[tuple[Any, str, Any]]] = field(default_factory=dict)


class _Keep(logging.Handler):
    """Keep each line as production would write it, and as its caller said it."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.lines = lines
        self.setFormatter(logs.formatter())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {self.format(record)}")


class Browser(Client):
    """Django's client without what it keeps of every template for tests that ask; a failure is a 500."""

    def request(self, **request: Any) -> Any:
        response = self.handler(self._base_environ(**request))
        self.cookies.update(response.cookies)
        return response


class Walker:
    """Asks, and writes down."""

    def __init__(self, walk: Walk, *, admin_url: str, stranger: User, now: datetime) -> None:
        self.walk = walk
        self.admin_url = admin_url
        self.viewers = viewers(walk.harbor, walk.sierra, stranger)
        self.clients = {viewer.name: _client(viewer) for viewer in self.viewers}
        self.day = day_before(now, 0)
        self.refused: set[tuple[str, str]] = set()
        self.first_with: dict[tuple[str, Any], str] = {}
        self.twins: dict[tuple[str, str, str], Answer] = {}

    def everything(self) -> None:
        """Look everywhere; then write where one may not; then write badly, and well, where one may."""
        root = logging.getLogger()
        others, root.handlers = root.handlers, [_Keep(self.walk.log)]
        try:
            self._guard("looking", self._look, without=frozenset({"audit_event"}))
            self._guard("writing where nothing may be written", self._write_where_closed)
            for viewer in self.viewers:
                untouched = [each for each in self._tenants() if each is not viewer.own]
                self._guard(f"{viewer.name} writing at home", lambda: self._write_badly(viewer), of=untouched)  # noqa: B023
            deliver()
        finally:
            root.handlers = others

    def _look(self) -> None:
        for viewer, pattern in self._both():
            again = self._is_tried(viewer, pattern)
            for target in own_targets(pattern, viewer):
                self._ask(viewer, pattern, target, SAFE)
            for target in closed_targets(pattern, viewer, again=again):
                self._ask(viewer, pattern, target, ("GET",) if again or target.kind == MALFORMED else SAFE)

    def _is_tried(self, viewer: Viewer, pattern: Pattern) -> bool:
        """Tell whether this viewer tries another address with the same lock in every way."""
        first = self.first_with.setdefault((viewer.name, pattern.lock), pattern.name)
        return pattern.lock is not None and first != pattern.name

    def _write_where_closed(self) -> None:
        for viewer, pattern in self._both():
            form = self._bodies(viewer).get(pattern.name, {})
            for target in closed_targets(pattern, viewer, again=self._is_tried(viewer, pattern)):
                self._ask(viewer, pattern, target, UNSAFE if target.kind != MALFORMED else (), form)
            if pattern.in_organisation and not viewer.may(pattern):
                for target in own_targets(pattern, viewer):
                    self._ask(viewer, pattern, target, UNSAFE, form)

    def _write_badly(self, viewer: Viewer) -> None:
        """Post nothing at all: forms are shown again, with what they show of the client."""
        for pattern in self.walk.patterns:
            closed = pattern.in_organisation and not viewer.may(pattern)
            if closed or not is_walked_by(pattern, viewer):
                continue
            form = {} if pattern.in_organisation else self._bodies(viewer).get(pattern.name, {})
            methods = UNSAFE if pattern.in_organisation or viewer.person is None else ("POST",)
            for target in own_targets(pattern, viewer):
                self._ask(viewer, pattern, target, methods, form)

    def _bodies(self, viewer: Viewer) -> dict[str, dict[str, Any]]:
        return bodies(viewer.own or viewer.other, self.day)

    def _both(self) -> Iterable[tuple[Viewer, Pattern]]:
        return (
            (viewer, pattern)
            for viewer in self.viewers
            for pattern in self.walk.patterns
            if is_walked_by(pattern, viewer)
        )

    def _ask(
        self,
        viewer: Viewer,
        pattern: Pattern,
        target: Target,
        methods: Iterable[str],
        form: dict[str, Any] | None = None,
    ) -> None:
        for method in methods:
            # A method that an address does not take is refused before any door: once will do.
            if (pattern.name, method) in self.refused and viewer.person is not None:
                continue
            answer = self._send(viewer, pattern, target, method, form)
            if answer.status == 405:
                self.refused.add((pattern.name, method))
            if target.twin is not None:
                self.walk.pairs.append((answer, self._twin(viewer, pattern, target.twin, method, form)))

    def _twin(
        self, viewer: Viewer, pattern: Pattern, twin: Target, method: str, form: dict[str, Any] | None
    ) -> Answer:
        key = (viewer.name, method, twin.path)
        if key not in self.twins:
            self.twins[key] = self._send(viewer, pattern, twin, method, form)
        return self.twins[key]

    def _send(
        self, viewer: Viewer, pattern: Pattern, target: Target, method: str, form: dict[str, Any] | None
    ) -> Answer:
        for value in (form or {}).values():
            if hasattr(value, "seek"):
                value.seek(0)
        client = self.clients[viewer.name]
        arguments = {"data": form or {}} if method == "POST" else {}
        response = getattr(client, method.lower())(target.path, **arguments)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        cookies = response.cookies.output().encode()
        kept = "".join(each.OutputString() for name, each in response.cookies.items() if name not in _RENEWED)
        head = f"{response.status_code} {response.reason_phrase} {sorted(response.headers.items())}".encode()
        answer = Answer(
            viewer=viewer.name,
            slug=viewer.own.slug if viewer.own else "",
            pattern=pattern.name,
            route=pattern.route,
            kind=target.kind,
            method=method,
            path=target.path,
            status=response.status_code,
            marks=marks_in(head + cookies + body),
            headers=dict(response.headers),
            print=_print(head + kept.encode() + body, target),
        )
        self.walk.answers.append(answer)
        if pattern.name in {"account_logout", "portal:sign_out"}:
            come_in(client, viewer)
        return answer

    def _tenants(self) -> list[Tenant]:
        return [self.walk.harbor, self.walk.sierra]

    def _dumps(self, tenants: list[Tenant], without: frozenset[str]) -> dict[str, Dump]:
        return {each.slug: dump(self.admin_url, each.organisation.pk, without=without) for each in tenants}

    def _guard(
        self,
        doing: str,
        act: Callable[[], None],
        *,
        without: frozenset[str] = frozenset(),
        of: list[Tenant] | None = None,
    ) -> None:
        """Do it, and note each table of these tenants whose rows are not what they were."""
        tenants = self._tenants() if of is None else of
        before = self._dumps(tenants, without)
        act()
        after = self._dumps(tenants, without)
        self.walk.changes += [
            f"{doing} changed {table} of {slug}"
            for slug, tables in before.items()
            for table, rows in tables.items()
            if rows != after[slug][table]
        ]


def come_in(client: Client, viewer: Viewer) -> None:
    """Begin a session at the viewer's own door: of staff, or of clients, whose session is no sign-in."""
    if viewer.person is None:
        return
    if not viewer.is_client:
        enter(client, viewer.person)
        return
    session = client.session
    session[PORTAL_SESSION] = {
        "person": str(viewer.person.pk),
        "organisation": str(viewer.own.organisation.pk) if viewer.own else "",
        "seen": clock.now().isoformat(),
    }
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key


def _client(viewer: Viewer) -> Client:
    client = Browser()
    come_in(client, viewer)
    # The first page brings the token's cookie; afterwards equal pages answer equally.
    client.get("/sign-in/" if viewer.person is None or viewer.is_client else "/o/nowhere/")
    return client


def _print(raw: bytes, target: Target) -> str:
    """Return a fingerprint of the answer without what passes and without the ids asked for."""
    for name in target.names:
        raw = raw.replace(name.encode(), b"<id>")
    raw = _PASSING.sub(b"<passing>", raw)
    return hashlib.sha256(raw).hexdigest()


def read_mail(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob("*.eml"))]
