"""Whose rows may be touched now: the second of the four locks (docs/tenancy.md)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Door(StrEnum):
    """By which door the present work came in. Each tenant table names the doors it admits."""

    STAFF = "staff"
    PORTAL = "portal"
    PUBLIC = "public"
    KEY = "key"
    JOB = "job"


@dataclass(frozen=True)
class Scope:
    """One organisation, one door, and the person where there is one."""

    organisation_id: UUID
    door: Door
    person_id: UUID | None = None


class ScopeError(RuntimeError):
    """A tenant row was asked for with no scope, or outside a transaction."""


_current: ContextVar[Scope | None] = ContextVar("organisation_scope", default=None)


def current() -> Scope:
    """Return the scope in force.

    Raises:
        ScopeError: there is none.
    """
    scope = _current.get()
    if scope is None:
        raise ScopeError("No organisation is in scope. Enter one with `scope(...)`: see docs/tenancy.md.")
    return scope


def current_or_none() -> Scope | None:
    """Return the scope in force, or None."""
    return _current.get()


def current_organisation_id() -> UUID:
    """Return the organisation in scope; the default of every tenant row's column."""
    return current().organisation_id


# The settings that the policies read; they end with the transaction.
TELL = (
    "SELECT set_config('app.organisation_id', %s, true), set_config('app.door', %s, true), "
    "set_config('app.person_id', %s, true)"
)


def settings_of(scope: Scope | None) -> tuple[str, str, str]:
    """Return what PostgreSQL must hold while the scope is in force: organisation, door, person."""
    if scope is None:
        return "", "", ""
    return str(scope.organisation_id), str(scope.door), str(scope.person_id or "")


@contextmanager
def scope(organisation_id: UUID, *, door: Door, person_id: UUID | None = None) -> Iterator[Scope]:
    """Work for one organisation; nested scopes restore the outer one on leaving.

    PostgreSQL hears of it with the next statement of the transaction (`organisations.backend`).
    """
    entered = Scope(organisation_id, door, person_id)
    token = _current.set(entered)
    try:
        yield entered
    finally:
        _current.reset(token)
