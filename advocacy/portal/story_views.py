"""The client's own story: write it, permit it, say yes to its words, take it down."""

from contextlib import suppress
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import posted, reject
from advocacy.portal import queries
from advocacy.portal.doors import PortalRequest, portal
from advocacy.testimonials import consents, services
from advocacy.testimonials import queries as stories
from advocacy.testimonials.forms import ApproveForm, ConsentForm, PlacesForm, StoryForm
from advocacy.testimonials.models import Testimonial
from cases.casefile.models import Case

form_methods = require_http_methods(["GET", "POST"])


@form_methods
@portal(of=queries.case_for)
def write(request: PortalRequest, case: Case) -> HttpResponse:
    """Write a story, or other words for it. Never a condition of help."""
    form = StoryForm(posted(request))
    if form.is_valid():
        try:
            story = services.write(case=case, **form.cleaned_data, by=request.reader.user, now=clock.now())
            return redirect("portal:story", request.organisation.slug, story.pk)
        except Refusal as refusal:
            reject(form, refusal)
    return _form(request, form, gettext("Write your story"), gettext("Keep my words"))


@require_safe
@portal(of=stories.authored)
def story(request: PortalRequest, story: Testimonial) -> HttpResponse:
    """Where my story is, and what I can do with it."""
    return render(request, "portal/story.html", {"author": stories.author_page(story), "here": "story"})


@form_methods
@portal(of=stories.authored)
def permit(request: PortalRequest, story: Testimonial) -> HttpResponse:
    """Sign where, how and how long it may be shown, and send it."""
    text = _text(request)
    form = ConsentForm(posted(request), text=text)
    if form.is_valid():
        try:
            services.submit(
                story=story,
                **form.cleaned_data,
                capacity=_capacity(request, story),
                by=request.reader.user,
                now=clock.now(),
            )
            return redirect("portal:story", request.organisation.slug, story.pk)
        except Refusal as refusal:
            reject(form, refusal)
    return _permission(request, form, text, gettext("Sign and send my story"))


@form_methods
@portal(of=stories.authored)
def places(request: PortalRequest, story: Testimonial) -> HttpResponse:
    """Change where it is shown."""
    text = _text(request)
    form = PlacesForm(posted(request), text=text)
    if form.is_valid():
        try:
            services.change_surfaces(
                story=story,
                **form.cleaned_data,
                capacity=_capacity(request, story),
                by=request.reader.user,
                now=clock.now(),
            )
            return redirect("portal:story", request.organisation.slug, story.pk)
        except Refusal as refusal:
            reject(form, refusal)
    return _permission(request, form, text, gettext("Sign the change"))


@require_POST
@portal(of=stories.authored)
def approve(request: PortalRequest, story: Testimonial) -> HttpResponse:
    """Say yes to the words that staff propose."""
    form = ApproveForm(request.POST)
    if form.is_valid():
        try:
            services.approve_wording(
                story=story, **form.cleaned_data, by=request.reader.user, now=clock.now()
            )
        except Refusal as refusal:
            # The words have changed since the page was opened: it shows the new ones.
            reject(form, refusal)
    return redirect("portal:story", request.organisation.slug, story.pk)


@require_POST
@portal(of=stories.authored)
def withdraw(request: PortalRequest, story: Testimonial) -> HttpResponse:
    """Take it down, at once and without asking anybody."""
    # A second press finds it down already.
    with suppress(Refusal):
        services.withdraw(story=story, by=request.reader.user, now=clock.now())
    return redirect("portal:story", request.organisation.slug, story.pk)


def _text(request: PortalRequest) -> consents.ConsentText:
    return consents.text(
        version=consents.newest(), language=request.language, organisation=request.organisation.name
    )


def _capacity(request: PortalRequest, story: Testimonial) -> str:
    return next(each.capacity for each in request.reader.accesses if each.client_id == story.client_id)


def _form(request: PortalRequest, form: Any, heading: str, submit: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "submit": submit, "here": "story"}
    return render(request, "portal/write_story.html", context, status=422 if form.errors else 200)


def _permission(request: PortalRequest, form: Any, text: consents.ConsentText, submit: str) -> HttpResponse:
    context = {"form": form, "text": text, "submit": submit, "here": "story"}
    return render(request, "portal/permit_story.html", context, status=422 if form.errors else 200)
