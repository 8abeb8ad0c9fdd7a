"""Several querysets at once: the same rows as one by one, on one journey."""

from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count

from advocacy.accounts.models import Membership, User
from advocacy.kernel.paging import page_of
from advocacy.kernel.reads import together
from advocacy.organisations.scope import Door, ScopeError, scope
from cases.casefile.models import Case
from cases.clients.models import Client
from tests import wire
from tests.conftest import NOW
from tests.factories import make_client


@pytest.mark.django_db
def test_they_give_what_they_give_alone(harbor: Any, bob: Any, vera: Any) -> None:
    people = User.objects.order_by("name")
    members = Membership.objects.select_related("user", "organisation").order_by("pk")
    roles = Membership.objects.values("role").annotate(count=Count("pk")).order_by("role")
    names = User.objects.order_by("name").values_list("name", flat=True)

    nobody = User.objects.filter(pk__in=[])
    found = together(people, members, roles, nobody, names)

    assert found == (list(people.all()), list(members.all()), list(roles.all()), [], list(names.all()))
    with_users = found[1]
    assert {each.user.name for each in with_users} == {"Bob Ortega", "Vera Lindgren"}


@pytest.mark.django_db
def test_a_queryset_that_was_read_together_can_be_narrowed_and_read_again(harbor: Any, bob: Any) -> None:
    people = User.objects.order_by("name")
    together(people)

    assert [each.name for each in people.filter(name="Nobody")] == []
    assert [each.name for each in people.all()] == ["Bob Ortega"]


@pytest.mark.django_db
def test_a_tenant_table_is_refused_without_a_scope(harbor: Any) -> None:
    with pytest.raises(ScopeError):
        together(Case.objects.all())


@pytest.mark.django_db(transaction=True)
def test_one_that_fails_fails_as_ever_and_the_connection_goes_on(harbor: Any) -> None:
    broken = User.objects.extra(where=["1/0 = 1"])  # the failing statement is the point

    with pytest.raises(Exception, match="division by zero") as caught, transaction.atomic():
        together(User.objects.all(), broken, User.objects.all())

    assert caught.type.__module__ == "django.db.utils"
    assert list(User.objects.all()) == []


@pytest.mark.django_db(transaction=True)
def test_a_scope_its_transaction_and_its_reads_wait_thrice(harbor: Any, bob: Any) -> None:
    with wire.counted() as line:
        User.objects.count()  # opens the connection
        before = line.trips
        with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
            together(Case.objects.all(), Client.objects.all(), User.objects.all())

        # BEGIN; the scope with the three; COMMIT.
        assert line.trips - before == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "shown", "at"), [(None, "ab", 1), ("2", "c", 2), ("9", "c", 2), ("0", "ab", 1), ("x", "ab", 1)]
)
def test_a_page_of_a_list(
    harbor: Any, sierra: Any, bob: Any, number: str | None, shown: str, at: int
) -> None:
    with scope(sierra.pk, door=Door.STAFF):
        make_client(by=bob, now=NOW, family_name="other")
    with scope(harbor.pk, door=Door.STAFF):
        for name in "abc":
            make_client(by=bob, now=NOW, family_name=name)

        page = page_of(Client.objects.order_by("family_name"), number=number, size=2)

        assert "".join(each.family_name for each in page) == shown
        assert (page.number, page.paginator.count, page.paginator.num_pages) == (at, 3, 2)


@pytest.mark.django_db
def test_a_list_without_a_row_is_one_empty_page(harbor: Any) -> None:
    with scope(harbor.pk, door=Door.STAFF):
        page = page_of(Client.objects.order_by("family_name"), number="3", size=2)

    assert (list(page), page.number, page.paginator.num_pages) == ([], 1, 1)
