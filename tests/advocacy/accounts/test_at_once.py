"""Two at once: the last owner stays, and an invitation brings in one person once."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from advocacy.accounts import services
from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import ADVOCATE, OWNER, VOLUNTEER
from advocacy.kernel import clock
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from tests.cases.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_owners_who_demote_each_other_leave_one(harbor: Organisation, alice: User, dana: User) -> None:
    first, second = alice.memberships.get(), dana.memberships.get()
    Membership.objects.filter(pk=second.pk).update(role=OWNER.key)
    now = clock.now()

    answers = at_once(
        harbor.pk,
        partial(services.set_role, membership=second, role=ADVOCATE, by=first, now=now),
        partial(services.end_membership, membership=first, by=second, now=now),
    )

    owners = Membership.objects.filter(organisation=harbor, role=OWNER.key, left_at=None)
    assert owners.count() == 1
    assert [type(each) for each in answers].count(services.LastOwner) == 1


def test_an_invitation_accepted_twice_at_once_makes_one_membership(
    harbor: Organisation, alice: User, charlie: User
) -> None:
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        invitation = services.invite(
            email=charlie.email, role=VOLUNTEER, by=alice.memberships.get(), now=clock.now()
        )
    accept: Any = partial(
        services.accept, invitation=invitation, user=charlie, now=clock.now() + timedelta(seconds=1)
    )

    answers = at_once(harbor.pk, accept, accept)

    assert Membership.objects.filter(organisation=harbor, user=charlie).count() == 1
    assert [type(each) for each in answers].count(services.InvitationOver) == 1
