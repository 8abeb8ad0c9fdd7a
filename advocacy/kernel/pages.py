"""A form as a page of its own: what a feature's view answers when it asks, and when input is bad."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from advocacy.kernel.errors import Refusal

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


def reject(form: BaseForm, refusal: Refusal, *, field: str | None = None) -> None:
    """Put a service's refusal beside the field it belongs to."""
    name = refusal.field or field
    form.add_error(name if name in form.fields else None, refusal.words)
