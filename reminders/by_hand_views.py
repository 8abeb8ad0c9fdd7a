"""The page from which a person tells a client of a date: what to say in a call, or the letter to post."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from cases.casefile.models import Task
from reminders import queries, to_clients


@require_safe
@staff(Permission.CASE_READ, of=queries.handed_task_for)
def tell(request: StaffRequest, task: Task) -> HttpResponse:
    """Show what a client is told of a date, and how: a script of the call, or the letter itself."""
    rows, organisation = list(queries.handed_as(task)), request.actor.organisation
    advocate, now = request.actor.user.name, clock.now()
    with translation.override(to_clients.language_of(task.case.client)):
        letter = to_clients.told_of(rows, advocate=advocate, organisation=organisation)
        letter["today"] = to_clients.today_in(organisation, now)
    context = {
        "task": task,
        "case": task.case,
        "client": task.case.client,
        "days": to_clients.days_of(rows),
        "lines": to_clients.script(rows, caller=advocate, organisation=organisation),
        "letter": letter,
        "may_write": request.actor.can(Permission.CASE_WRITE),
        "section": "cases",
    }
    return render(request, "reminders/tell.html", context)
