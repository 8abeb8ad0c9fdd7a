import pytest

from advocacy.accounts.models import User
from advocacy.organisations.scope import Door, ScopeError, scope
from cases.casefile.models import Case


@pytest.mark.django_db(transaction=True)
def test_a_tenant_table_inside_another_query_needs_a_transaction_too(harbor):
    with scope(harbor.pk, door=Door.STAFF):
        owners = User.objects.filter(pk__in=Case.objects.values("owner_id"))

        with pytest.raises(ScopeError):
            list(owners)
