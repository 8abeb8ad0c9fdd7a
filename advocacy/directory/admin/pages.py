"""A form of ours as a page of the console."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from advocacy.directory.admin.site import console


def console_form(request: HttpRequest, form: BaseForm, *, title: str, **words: Any) -> HttpResponse:
    """Render the form; with errors the status is 422 and what was typed stays.

    `words`: `submit` (on the button), `lead` (what it does), `opts` (of the list to go back to).
    """
    page = console.each_context(request) | {"form": form, "title": title} | words
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "admin/console_form.html", page, status=status)
