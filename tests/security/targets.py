"""What there is to ask for: every URL pattern, and for each role which ids to try it with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.urls import URLPattern, URLResolver, get_resolver

from advocacy.accounts.models import User
from advocacy.accounts.roles import Permission
from advocacy.kernel.ids import new_id
from advocacy.organisations.scope import Door
from tests.security.tenants import HARBOR, HERS, PORTAL_PERSON, REST, STAFF, Tenant

# A pattern that the walk may leave out, each with its reason; at most ten.
EXEMPT: dict[str, str] = {}

CONSOLE = "admin/"
# For parameters that name no row of a tenant by its id.
NOTHING = {
    **dict.fromkeys(("object_id", "content_type_id"), "1"),
    "app_label": "advocacy_directory",
    # A form's edition in the directory, the same for every organisation.
    "version_id": "01900000-0000-7000-8000-000000000000",
    "language": "en",
    # A family of rules, the same for every organisation.
    "family": "grievance",
    # A device of nobody, a passkey of nobody.
    "session_id": "01900000-0000-7000-8000-000000000000",
    "pk": "1",
}
NOBODY, STRANGER = "nobody", "olga"
ROLES = (NOBODY, STRANGER, "charlie", "clara", "vera", "adam", "bob", "dana", "alice")
# What they may see is what Bob may see: for them only foreign ids at their own address are tried.
ALIKE = {"adam", "dana", "alice"}
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
ABSENT_SLUG = "nowhere"
# Kinds of id. What is `foreign` or `hidden` must be answered exactly as what is `absent`.
OWN, FOREIGN, HIDDEN, ABSENT, MALFORMED = "own", "foreign", "hidden", "absent", "malformed"


@dataclass(frozen=True)
class Pattern:
    """One address: its name, its route with parameters, and the view behind it."""

    name: str
    route: str
    view: Any

    @property
    def parameters(self) -> list[str]:
        return PARAMETER.findall(self.route)

    @property
    def row_ids(self) -> list[str]:
        """The parameters that name a row of a tenant."""
        return [name for name in self.parameters if name.endswith("_id") and name not in NOTHING]

    @property
    def in_organisation(self) -> bool:
        """True behind the door of staff or of clients; what stands before a door is open."""
        return self.door in {Door.STAFF, Door.PORTAL}

    @property
    def door(self) -> Any:
        return getattr(self.view, "door", None)

    @property
    def lock(self) -> tuple[Any, ...] | None:
        """What decides who comes in: addresses with one lock are opened and closed by the same code."""
        loader = getattr(self.view, "loader", None)
        if loader is None or not self.row_ids:
            return None
        return loader, self.view.required_permission, tuple(self.row_ids)

    def path(self, values: dict[str, Any]) -> str:
        return "/" + PARAMETER.sub(lambda match: str(values[match[1]]), self.route)


def patterns(
    resolver: URLResolver | None = None, route: str = "", spaces: tuple[str, ...] = ()
) -> list[Pattern]:
    """Return every URL pattern of the project."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        here = route + _as_route(str(entry.pattern))
        if isinstance(entry, URLResolver):
            deeper = (*spaces, entry.namespace) if entry.namespace else spaces
            found += patterns(entry, here, deeper)
        elif isinstance(entry, URLPattern):
            name = ":".join((*spaces, entry.name or here))
            found.append(Pattern(name, here, entry.callback))
    return found


def _as_route(pattern: str) -> str:
    """Return an address that is written as a regular expression the way the others are written."""
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", pattern).replace("\\Z", "").strip("^$")


@dataclass(frozen=True)
class Target:
    """One address to ask for. `twin` is the same with absent ids in place of those out of sight."""

    kind: str
    path: str
    # What is put out of the answer before it is compared with the twin's.
    names: tuple[str, ...]
    twin: "Target | None" = None


@dataclass(frozen=True)
class Viewer:
    """One role, its own organisation, and the part of it that it may see."""

    name: str
    person: User | None
    own: Tenant | None
    other: Tenant
    parts: tuple[str, ...]
    hidden: tuple[str, ...] = ()

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role may do by the staff door; a client may do nothing there."""
        role = STAFF[self.own.slug].get(self.name) if self.own else None
        return role.permissions if role else frozenset()

    def belongs(self, pattern: "Pattern") -> bool:
        """True if the pattern's door is one that the viewer's own organisation opens to them."""
        return self.own is not None and pattern.door is (Door.PORTAL if self.is_client else Door.STAFF)

    @property
    def is_client(self) -> bool:
        return self.name in PORTAL_PERSON.values()

    def may(self, pattern: "Pattern") -> bool:
        """True if the viewer may do at home what the pattern is for."""
        if self.is_client:
            return self.belongs(pattern)
        return getattr(pattern.view, "required_permission", None) in self.permissions


def viewers(harbor: Tenant, sierra: Tenant, stranger: User) -> list[Viewer]:
    """Return every role; Harbor is the foreign tenant of who belongs to none."""
    found = []
    for name in ROLES:
        if name == NOBODY:
            viewer = Viewer(name, None, None, harbor, ())
        elif name == STRANGER:
            viewer = Viewer(name, stranger, None, harbor, ())
        elif name == PORTAL_PERSON[HARBOR]:
            viewer = Viewer(name, harbor.client_person, harbor, sierra, (HERS,), (REST,))
        elif name in sierra.people:
            viewer = Viewer(name, sierra.people[name], sierra, harbor, (REST, HERS))
        elif name == "vera":
            viewer = Viewer(name, harbor.people[name], harbor, sierra, (HERS,), (REST,))
        else:
            viewer = Viewer(name, harbor.people[name], harbor, sierra, (REST, HERS))
        found.append(viewer)
    return found


def is_walked_by(pattern: Pattern, viewer: Viewer) -> bool:
    """True for every page behind a door; an open page is the same for all, and some of each kind ask."""
    if pattern.in_organisation:
        return True
    return viewer.name in {NOBODY, STRANGER, "alice"} or (
        not pattern.route.startswith(CONSOLE) and viewer.name in {"charlie", "clara"}
    )


def own_targets(pattern: Pattern, viewer: Viewer) -> Iterator[Target]:
    """Yield the addresses whose rows the viewer's role may see."""
    if not pattern.in_organisation:
        yield from _open_targets(pattern, viewer)
    elif viewer.own is not None and viewer.belongs(pattern):
        for part in viewer.parts if pattern.row_ids else ("",):
            yield _target(pattern, OWN, viewer.own.slug, viewer.own.ids.get(part, {}))


def closed_targets(pattern: Pattern, viewer: Viewer, *, again: bool = False) -> Iterator[Target]:
    """Yield the addresses that must be answered as if nothing were there.

    `again`: another address with the same lock was tried with every mixture; here all ids at once will do.
    """
    if not pattern.in_organisation:
        return
    absent = {name: new_id() for name in pattern.row_ids}
    foreign = viewer.other.ids[REST]

    def elsewhere(slug: str, ids: dict[str, Any]) -> Target:
        # An organisation's portal is known to exist, and leads to its sign-in; its staff door is not known.
        gone = slug if pattern.door is Door.PORTAL else ABSENT_SLUG
        return _with_twin(_target(pattern, FOREIGN, slug, ids), _target(pattern, ABSENT, gone, absent))

    brief = viewer.name in ALIKE
    if not brief or not pattern.row_ids:
        yield elsewhere(viewer.other.slug, foreign)
    if viewer.own is not None and not viewer.belongs(pattern):
        if not brief:
            yield elsewhere(viewer.own.slug, viewer.own.ids[HERS])
        return
    if viewer.own is None or not pattern.row_ids:
        return
    own, slug = viewer.own.ids[viewer.parts[0]], viewer.own.slug
    if not brief:
        yield elsewhere(viewer.other.slug, own)
        yield _target(pattern, MALFORMED, slug, dict.fromkeys(pattern.row_ids, "not-an-id"))
    sights = [(FOREIGN, foreign)] + [(HIDDEN, viewer.own.ids[part]) for part in viewer.hidden]
    for kind, ids in sights:
        for swapped in [pattern.row_ids] if brief or again else _mixtures(pattern.row_ids):
            if all(ids[name] == own[name] for name in swapped):
                # A row of the desk is of no client, and hidden from nobody who works here.
                continue
            there = own | {name: ids[name] for name in swapped}
            gone = own | {name: absent[name] for name in swapped}
            yield _with_twin(_target(pattern, kind, slug, there), _target(pattern, ABSENT, slug, gone))


def _mixtures(names: list[str]) -> list[list[str]]:
    """All of the ids, and where there are several each one alone beside the own others."""
    return [names] if len(names) == 1 else [names, *([name] for name in names)]


def _open_targets(pattern: Pattern, viewer: Viewer) -> Iterator[Target]:
    """Addresses outside of the two doors: with nothing to fill in, or with a person's or a mail's value."""
    person = viewer.other.people[next(iter(viewer.other.people))]
    there = viewer.other.ids[REST] | {"uidb36": user_pk_to_url_str(person)}
    gone = there | {"uidb36": user_pk_to_url_str(User(pk=new_id()))}
    target = _target(pattern, OWN, viewer.other.slug, there)
    yield (
        _with_twin(target, _target(pattern, ABSENT, viewer.other.slug, gone))
        if "uidb36" in pattern.parameters
        else target
    )


def _target(pattern: Pattern, kind: str, slug: str, values: dict[str, Any]) -> Target:
    unnamed = {name: "no-such-thing" for name in pattern.parameters if not name.endswith("_id")}
    values = unnamed | NOTHING | values | {"org_slug": slug}
    missing = set(pattern.parameters) - set(values)
    assert not missing, f"{pattern.name}: build {missing} in tests/security, for both parts"
    names = sorted({str(values[name]) for name in pattern.parameters if values[name]}, key=len, reverse=True)
    return Target(kind, pattern.path(values), tuple(names))


def _with_twin(target: Target, twin: Target) -> Target:
    return Target(target.kind, target.path, target.names, twin)
