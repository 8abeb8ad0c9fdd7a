"""The traps of the scope: when it holds, when it ends, and what it leaves behind."""

import threading
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from advocacy.kernel.ids import new_id
from advocacy.organisations.models import Organisation, TenantModel
from advocacy.organisations.scope import Door, ScopeError, current_or_none, scope

HERE, THERE = new_id(), new_id()


def setting(name: str = "organisation_id") -> str:
    """What PostgreSQL holds at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [f"app.{name}"])
        return cursor.fetchone()[0] or ""


def staff(organisation_id: UUID) -> Any:
    return scope(organisation_id, door=Door.STAFF)


@pytest.mark.django_db
def test_a_scope_entered_within_a_transaction_holds_at_once_and_ends_on_leaving() -> None:
    person = new_id()
    assert setting() == ""

    with scope(HERE, door=Door.JOB, person_id=person):
        held = setting(), setting("door"), setting("person_id")

    assert held == (str(HERE), "job", str(person))
    assert (setting(), setting("door"), setting("person_id")) == ("", "", "")
    assert current_or_none() is None


@pytest.mark.django_db
def test_an_inner_scope_gives_the_outer_one_back() -> None:
    with staff(HERE):
        with scope(THERE, door=Door.JOB):
            inner = setting(), setting("door")
        outer = setting(), setting("door")

    assert inner == (str(THERE), "job")
    assert outer == (str(HERE), "staff")


@pytest.mark.django_db
def test_a_rolled_back_savepoint_leaves_the_scope_as_it_was_around_it() -> None:
    with staff(HERE):
        with transaction.atomic():
            with staff(THERE):
                assert setting() == str(THERE)
            transaction.set_rollback(True)
        after = setting()

    assert after == str(HERE)


@pytest.mark.django_db
def test_an_exception_that_leaves_a_scope_restores_the_outer_one() -> None:
    with staff(HERE):
        with pytest.raises(LookupError), staff(THERE):
            raise LookupError
        after = setting()

    assert after == str(HERE)


@pytest.mark.django_db
def test_a_database_error_within_a_scope_restores_the_outer_one() -> None:
    with staff(HERE):
        with pytest.raises(IntegrityError), transaction.atomic(), staff(THERE), connection.cursor() as cursor:
            cursor.execute("INSERT INTO organisation (id) VALUES (NULL)")
        after = setting()

    assert after == str(HERE)


@pytest.mark.django_db
def test_after_a_rollback_to_a_savepoint_the_scope_is_told_anew() -> None:
    """The rollback takes the setting back with it: what was told since is not what PostgreSQL holds."""
    with staff(HERE):
        savepoint = transaction.savepoint()
        with staff(THERE):
            assert setting() == str(THERE)
            transaction.savepoint_rollback(savepoint)
            assert setting() == str(THERE)


@pytest.mark.django_db(transaction=True)
def test_each_transaction_takes_the_scope_on_and_nothing_is_left_after_it() -> None:
    with staff(HERE):
        before = setting()
        with transaction.atomic():
            first = setting()
        between = setting()
        with transaction.atomic():
            second = setting()

    assert (first, second) == (str(HERE), str(HERE))
    assert (before, between, setting(), setting("door")) == ("", "", "", "")


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_after_a_rollback() -> None:
    with pytest.raises(LookupError), staff(HERE), transaction.atomic():
        raise LookupError

    assert setting() == ""
    assert current_or_none() is None


@pytest.mark.django_db(transaction=True)
def test_a_query_outside_a_transaction_is_refused() -> None:
    models = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    assert len(models) > 13

    for model in models:
        with staff(HERE):
            with pytest.raises(ScopeError, match="outside a transaction"):
                model.objects.count()
            with pytest.raises(ScopeError, match="outside a transaction"):
                model._base_manager.first()
            with pytest.raises(ScopeError, match="outside a transaction"):
                model._base_manager.update(id=new_id())


@pytest.mark.django_db
def test_another_thread_has_no_part_in_the_scope() -> None:
    seen: list[object] = []

    with staff(HERE):
        thread = threading.Thread(target=lambda: seen.append(current_or_none()))
        thread.start()
        thread.join()

    assert seen == [None]


@pytest.mark.django_db
def test_a_table_outside_the_locks_needs_no_scope() -> None:
    assert current_or_none() is None

    assert Organisation.objects.count() == 0
