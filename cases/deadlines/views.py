"""Acts on a deadline."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from cases.deadlines import queries, services
from cases.deadlines.models import Deadline


@require_POST
@staff(Permission.CASE_WRITE, of=queries.deadline_for)
def seen(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """Say "I have seen it"."""
    services.mark_seen(deadline=deadline, by=request.actor.user, now=clock.now())
    return redirect("dashboard:deadline", request.actor.organisation.slug, deadline.case_id, deadline.pk)
