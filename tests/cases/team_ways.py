"""One way to each refusal about handing work over, as `test_refusals` walks them."""

from advocacy.accounts import services as accounts
from advocacy.accounts.models import User
from advocacy.accounts.roles import AUDITOR, VOLUNTEER
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import current_organisation_id
from cases.casefile import services as casefile
from tests.cases.ways import Act, leads_to
from tests.conftest import NOW
from tests.factories import make_case, make_person, make_task


def handing_over(bob: User, *, cases_to: User | None = None, tasks_to: User | None = None) -> Act:
    return lambda: casefile.hand_over(person=bob, cases_to=cases_to, tasks_to=tasks_to, by=bob, now=NOW)


def colleague(name: str) -> User:
    made = make_person(name=name, now=NOW)
    here = Organisation.objects.get(pk=current_organisation_id())
    accounts.join(user=made, organisation=here, role=VOLUNTEER, now=NOW)
    return made


@leads_to(casefile.NobodyForCases)
def cases_that_nobody_takes(bob, charlie):
    make_case(by=bob, now=NOW)
    return handing_over(bob)


@leads_to(casefile.NobodyForCases)
def cases_that_go_to_who_leaves(bob, charlie):
    make_case(by=bob, now=NOW)
    return handing_over(bob, cases_to=bob)


@leads_to(casefile.CannotTakeCases)
def cases_for_a_neighbour(bob, charlie):
    make_case(by=bob, now=NOW)
    return handing_over(bob, cases_to=charlie)


@leads_to(casefile.NobodyForTasks)
def tasks_that_nobody_takes(bob, charlie):
    make_task(case=make_case(by=bob, now=NOW), by=bob, now=NOW)
    return handing_over(bob, cases_to=colleague("Hal Young"))


@leads_to(casefile.CannotTakeTasks)
def tasks_for_who_cannot_open_the_case(bob, charlie):
    make_task(case=make_case(by=bob, now=NOW), by=bob, now=NOW)
    return handing_over(bob, cases_to=colleague("Hal Young"), tasks_to=colleague("Ida Yale"))


@leads_to(casefile.StillHasWork)
def a_reader_who_has_cases(bob, charlie):
    make_case(by=bob, now=NOW)
    [place] = bob.live_memberships
    return lambda: casefile.change_role(membership=place, role=AUDITOR, by=place, now=NOW)


@leads_to(casefile.StillHasWork)
def a_volunteer_with_a_task_of_a_case_out_of_sight(bob, charlie):
    make_task(case=make_case(by=colleague("Hal Young"), now=NOW), by=bob, now=NOW)
    [place] = bob.live_memberships
    return lambda: casefile.change_role(membership=place, role=VOLUNTEER, by=place, now=NOW)
