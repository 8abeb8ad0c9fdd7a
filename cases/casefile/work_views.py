"""Calls and tasks of a case: their page, and the forms behind it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import form_page, posted, reject
from advocacy.kernel.text import legal_day
from cases.casefile import queries, services
from cases.casefile.forms import CallForm, DropTaskForm, GiveTaskForm, TaskForm
from cases.casefile.models import Case, Task
from cases.casefile.moves import move_of
from cases.casefile.services import CALIFORNIA
from cases.casefile.views import form_methods


@require_safe
@staff(Permission.CASE_READ, of=queries.case_for)
def work(request: StaffRequest, case: Case) -> HttpResponse:
    """Show what is to do, what was promised, and every call."""
    today, tasks = clock.day(clock.now(), CALIFORNIA.key), queries.tasks_of(case)
    rows = [
        (task, move_of(promised_by=task.call.with_whom if task.call else "", due_on=task.due_on, today=today))
        for task in tasks
        if task.is_open
    ]
    page = {
        "case": case,
        "rows": rows,
        "closed": [task for task in tasks if not task.is_open],
        "calls": queries.calls_of(case),
        "may_write": request.actor.can(Permission.CASE_WRITE),
        "section": "cases",
    }
    return render(request, "casefile/work.html", page)


def _back(request: StaffRequest, case_id: Any) -> HttpResponse:
    return redirect("casefile:work", request.actor.organisation.slug, case_id)


@form_methods
@staff(Permission.CASE_WRITE, of=queries.case_for)
def log_call(request: StaffRequest, case: Case) -> HttpResponse:
    """Log a call; a promise in it becomes a task."""
    now = clock.now()
    local = now.astimezone(CALIFORNIA)
    form = CallForm(posted(request), initial={"on": local.date(), "time": local.time()})
    if form.is_valid():
        try:
            call = services.log_call(case=case, **form.cleaned_data, by=request.actor.user, now=now)
            if call.promised_on:
                messages.success(request, f"Logged. The promise is a task for {legal_day(call.promised_on)}.")
            return _back(request, case.pk)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(
        request, form, heading="Log a call", submit="Log call", case=case, reach=case.client, section="cases"
    )


@form_methods
@staff(Permission.CASE_WRITE, of=queries.case_for)
def add_task(request: StaffRequest, case: Case) -> HttpResponse:
    """Add a task."""
    people = queries.colleagues(request.actor)
    form = TaskForm(posted(request), people=people, initial={"owner": request.actor.id})
    if form.is_valid():
        try:
            services.add_task(case=case, **form.cleaned_data, by=request.actor.user, now=clock.now())
            return _back(request, case.pk)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(request, form, heading="Add a task", submit="Add task", case=case, section="cases")


@require_POST
@staff(Permission.CASE_WRITE, of=queries.task_for)
def finish_task(request: StaffRequest, task: Task) -> HttpResponse:
    """Mark a task done; whoever comes second is told who was first."""
    now = clock.now()
    try:
        done = services.finish_task(task=task, by=request.actor.user, now=now)
        if done.done_by and done.done_at != now:
            messages.info(request, f"{done.done_by.name} did this already.")
    except Refusal as refusal:
        messages.warning(request, f"{refusal.words}.")
    return _back(request, task.case_id)


@form_methods
@staff(Permission.CASE_WRITE, of=queries.task_for)
def drop_task(request: StaffRequest, task: Task) -> HttpResponse:
    """Take a task off the list, with the reason."""
    form = DropTaskForm(posted(request), task=task)
    if form.is_valid():
        try:
            services.drop_task(task=task, **form.cleaned_data, by=request.actor.user, now=clock.now())
            return _back(request, task.case_id)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(
        request, form, heading="Drop this task", submit="Drop task", case=task.case, section="cases"
    )


@form_methods
@staff(Permission.CASE_WRITE, of=queries.task_for)
def give_task(request: StaffRequest, task: Task) -> HttpResponse:
    """Give a task to a colleague."""
    people = queries.colleagues(request.actor)
    form = GiveTaskForm(posted(request), people=people, task=task)
    if form.is_valid():
        try:
            services.give_task(task=task, **form.cleaned_data, by=request.actor.user, now=clock.now())
            return _back(request, task.case_id)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(
        request, form, heading="Give this task", submit="Give task", case=task.case, section="cases"
    )
