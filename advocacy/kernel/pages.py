"""A form as a page of its own: what a feature's view answers when it asks, and when input is bad."""

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.forms import MoveForm
from advocacy.kernel.lifecycle import Move

# A form that did not go through.
UNPROCESSABLE = 422


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, or None where nothing was: an empty form that was sent is wrong, not new."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest, form: BaseForm, *, heading: str, submit: str, **context: Any
) -> HttpResponse:
    """Render the form; with errors the status is 422 and what was typed stays."""
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    page = {"form": form, "heading": heading, "submit": submit} | context
    return render(request, "ui/form_page.html", page, status=status)


def move_page(
    request: HttpRequest, *, move: Move, case: Any, papers: Any, record: Callable[..., object]
) -> HttpResponse:
    """Ask what a declared move asks, and record it; the page of its case comes next.

    `record(on=, at=, outcome=, details=, by=, now=)` may raise a Refusal, shown by the day. `papers` are the
    papers of the move, with what is there of each.
    """
    actor = request.actor  # type: ignore[attr-defined]  # set by the staff door
    form = MoveForm(posted(request), move=move, asks_hour=case.asks_hour_of(move.fact))
    if form.is_valid():
        try:
            record(**form.said, by=actor.user, now=clock.now())
            return redirect("dashboard:case", actor.organisation.slug, case.pk)
        except Refusal as refusal:
            reject(form, refusal, field="on")
    return form_page(
        request, form, heading=move.heading, submit="Save", case=case, papers=papers, section="cases"
    )


def reject(form: BaseForm, refusal: Refusal, *, field: str | None = None) -> None:
    """Put a service's refusal beside the field it belongs to."""
    name = refusal.field or field
    form.add_error(name if name in form.fields else None, refusal.words)
