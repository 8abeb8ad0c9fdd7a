"""The second lock alone: the manager filters, and no query runs without scope and transaction."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models import Count

from advocacy.accounts.models import User
from advocacy.kernel.ids import new_id
from advocacy.organisations.doors import DOORS
from advocacy.organisations.models import TenantModel
from advocacy.organisations.scope import Door, ScopeError, scope
from tests.security.tenants import Tenant

TENANT_MODELS = sorted(
    (model for model in apps.get_models() if issubclass(model, TenantModel)),
    key=lambda model: model._meta.label,
)
QUERIES: dict[str, Callable[[models.Manager[Any]], Any]] = {
    "all": lambda rows: list(rows.all()),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "aggregate": lambda rows: rows.aggregate(n=Count("pk")),
    "get": lambda rows: rows.get(pk=new_id()),
    "values": lambda rows: list(rows.values_list("pk")),
    "iterator": lambda rows: list(rows.iterator()),
    "update": lambda rows: rows.update(id=new_id()),
    "delete": lambda rows: rows.all().delete(),
    "inside another query": lambda rows: list(User.objects.filter(pk__in=rows.values("pk"))),
}


def every_model() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model._meta.db_table)


def test_the_scan_finds_every_tenant_model() -> None:
    assert {model._meta.db_table for model in TENANT_MODELS} == set(DOORS)
    assert len(TENANT_MODELS) > 13


@every_model()
def test_the_manager_alone_keeps_the_other_tenant_out(
    model: Any, two_tenants: tuple[Tenant, Tenant], as_administrator: None
) -> None:
    own, other = (tenant.organisation.pk for tenant in two_tenants)

    with scope(own, door=Door.STAFF), transaction.atomic():
        seen = set(model.objects.values_list("organisation_id", flat=True))
        there = set(model._base_manager.values_list("organisation_id", flat=True))

    assert there == {own, other}, "the administrator must see both, or this proves nothing"
    assert seen == {own}


@pytest.mark.django_db
@every_model()
def test_no_scope_no_query(model: Any) -> None:
    for manager in (model.objects, model._base_manager):
        for name, query in QUERIES.items():
            with pytest.raises(ScopeError), transaction.atomic():
                query(manager)
                pytest.fail(f"{name} ran without a scope")


@pytest.mark.django_db
@every_model()
def test_no_scope_no_new_row(model: Any) -> None:
    def row() -> Any:
        return model(organisation_id=new_id())

    with pytest.raises(ScopeError), transaction.atomic():
        model.objects.create()
    with pytest.raises(ScopeError), transaction.atomic():
        model._base_manager.bulk_create([row()])
    with pytest.raises(ScopeError), transaction.atomic():
        row().save(force_insert=True)


def related_managers() -> Iterator[tuple[type[models.Model], str]]:
    for model in apps.get_models():
        for relation in model._meta.related_objects:
            if relation.related_model in TENANT_MODELS and relation.get_accessor_name():
                yield model, str(relation.get_accessor_name())


@pytest.mark.django_db
def test_no_scope_no_related_rows() -> None:
    for model, name in related_managers():
        fields = {"organisation_id": new_id()} if issubclass(model, TenantModel) else {}
        with pytest.raises(ScopeError):
            list(getattr(model(pk=new_id(), **fields), name).all())
