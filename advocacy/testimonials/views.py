"""The reviewers' pages: the queue, one story, the keys of other websites."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy.accounts.doors import StaffRequest, shows, staff
from advocacy.accounts.models import AccessKey
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import posted, reject
from advocacy.testimonials import queries, services
from advocacy.testimonials.forms import KeyForm, PrivacyForm, ReasonForm, WordingForm
from advocacy.testimonials.models import State, Testimonial

PER_PAGE = 50
form_methods = require_http_methods(["GET", "POST"])


@require_safe
@staff(Permission.STORIES)
def queue(request: StaffRequest) -> HttpResponse:
    """Show the stories in one state, and how many are in each."""
    asked = request.GET.get("state", State.SUBMITTED)
    state = State(asked) if asked in queries.QUEUES else State.SUBMITTED
    found, counts = queries.queue(request.actor, state=state)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    shows(request, [each.client_id for each in page])
    tabs = [
        {"words": State(each).label, "url": f"?state={each}", "current": each == state, "count": number}
        for each, number in counts.items()
    ]
    context = {
        "page": page,
        "tabs": tabs,
        "state": state,
        "waiting": counts[State.SUBMITTED],
        "section": "stories",
    }
    return render(request, "testimonials/queue.html", context)


@require_safe
@staff(Permission.STORIES, of=queries.story_for)
def story(request: StaffRequest, story: Testimonial) -> HttpResponse:
    """Show one story: what came, what stands now, what may be done."""
    page = queries.staff_page(story)
    return render(request, "testimonials/story.html", {"page": page, "story": story, "section": "stories"})


@form_methods
@staff(Permission.STORIES, of=queries.story_for)
def privacy(request: StaffRequest, story: Testimonial) -> HttpResponse:
    """Look at each personal detail of the newest wording."""
    page = queries.staff_page(story)
    form = PrivacyForm(posted(request), found=page.details, initial={"number": story.newest})
    if form.is_valid():
        try:
            services.clear_privacy(
                story=story,
                number=form.cleaned_data["number"],
                cleared=form.cleaned_data.get("cleared", []),
                by=request.actor.user,
                now=clock.now(),
            )
            return redirect("testimonials:story", request.actor.organisation.slug, story.pk)
        except Refusal as refusal:
            # Other words came in between: these ticks are about what is no longer there.
            messages.warning(request, refusal.words)
            return redirect("testimonials:privacy", request.actor.organisation.slug, story.pk)
    status = 422 if form.errors else 200
    context = {"page": page, "story": story, "form": form, "section": "stories"}
    return render(request, "testimonials/privacy.html", context, status=status)


@form_methods
@staff(Permission.STORIES, of=queries.story_for)
def words(request: StaffRequest, story: Testimonial) -> HttpResponse:
    """Write other words, which the author is asked about."""
    last = queries.wording(story, story.newest)
    kept = {"number": last.number, "text": last.text, "translation": last.translation, "tie": last.tie}
    form = WordingForm(posted(request), initial=kept)
    if form.is_valid():
        try:
            services.edit_wording(story=story, **form.cleaned_data, by=request.actor.user, now=clock.now())
            return redirect("testimonials:story", request.actor.organisation.slug, story.pk)
        except Refusal as refusal:
            reject(form, refusal)
    return _form_page(request, story, form, heading="Change the words", submit="Save these words")


@form_methods
@staff(Permission.STORIES, of=queries.story_for)
def reject_story(request: StaffRequest, story: Testimonial) -> HttpResponse:
    """Decide not to show a story, and say why."""
    form = ReasonForm(posted(request))
    if form.is_valid():
        try:
            services.reject(story=story, **form.cleaned_data, by=request.actor.user, now=clock.now())
            return redirect("testimonials:story", request.actor.organisation.slug, story.pk)
        except Refusal as refusal:
            reject(form, refusal)
    return _form_page(request, story, form, heading="Do not show this story", submit="Do not show it")


def _form_page(
    request: StaffRequest, story: Testimonial, form: BaseForm, *, heading: str, submit: str
) -> HttpResponse:
    context = {"form": form, "story": story, "heading": heading, "submit": submit, "section": "stories"}
    return render(request, "testimonials/form.html", context, status=422 if form.errors else 200)


def _pressed(
    request: StaffRequest, story: Testimonial, act: Callable[..., Testimonial], done: str
) -> HttpResponse:
    """Do what a single button does; a refusal stands on the story's page."""
    try:
        act(story=story, by=request.actor.user, now=clock.now())
        messages.success(request, done)
    except Refusal as refusal:
        messages.warning(request, refusal.words)
    return redirect("testimonials:story", request.actor.organisation.slug, story.pk)


@require_POST
@staff(Permission.STORIES, of=queries.story_for)
def read(request: StaffRequest, story: Testimonial) -> HttpResponse:
    """Begin to read a story."""
    return _pressed(request, story, services.start_review, "You are reading this story.")


@require_POST
@staff(Permission.STORIES, of=queries.story_for)
def ask(request: StaffRequest, story: Testimonial) -> HttpResponse:
    """Send the words to their author."""
    return _pressed(
        request, story, services.ask_author, "The author gets a mail, and reads the words in the portal."
    )


@require_POST
@staff(Permission.STORIES, of=queries.story_for)
def show(request: StaffRequest, story: Testimonial) -> HttpResponse:
    """Show the story where its author lets it be shown."""
    return _pressed(request, story, services.publish, "The story is shown. Its author gets a mail.")


@require_POST
@staff(Permission.STORIES, of=queries.story_for)
def take_down(request: StaffRequest, story: Testimonial) -> HttpResponse:
    """Take a story down."""
    return _pressed(request, story, services.withdraw, "The story is taken down. Its author gets a mail.")


@form_methods
@staff(Permission.STORIES)
def sites(request: StaffRequest) -> HttpResponse:
    """List the websites that may show our stories, and make a key for another; its secret shows once."""
    form, secret = KeyForm(posted(request)), ""
    if form.is_valid():
        _key, secret = services.issue_key(**form.cleaned_data, by=request.actor.user, now=clock.now())
        form = KeyForm()
    context = {
        "form": form,
        "keys": queries.embed_keys(request.actor),
        "secret": secret,
        "base_url": settings.BASE_URL,
        "static_prefix": settings.STATIC_URL,
        "section": "stories",
    }
    return render(request, "testimonials/sites.html", context, status=422 if form.errors else 200)


@require_POST
@staff(Permission.STORIES, of=queries.key_for)
def revoke(request: StaffRequest, key: AccessKey) -> HttpResponse:
    """End a key."""
    services.revoke_key(key=key, by=request.actor.user, now=clock.now())
    messages.success(request, f"{key.label} shows no stories from now on.")
    return redirect("testimonials:sites", request.actor.organisation.slug)
