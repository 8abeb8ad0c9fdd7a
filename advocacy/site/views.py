"""The public front door: what an organisation shows everybody, and what everybody may send it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy.accounts import services as accounts
from advocacy.accounts.language import remember
from advocacy.kernel import clock
from advocacy.kernel.pages import UNPROCESSABLE
from advocacy.library import markup
from advocacy.library import queries as library
from advocacy.library import services as questions
from advocacy.library.forms import QuestionForm
from advocacy.library.models import Article
from advocacy.site import limits
from advocacy.site.doors import PublicRequest, public
from advocacy.site.forms import TOO_MANY, was_trapped
from cases.intake import services as intake
from cases.intake.forms import HelpForm

TOO_MANY_REQUESTS = 429


def show(request: PublicRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render one of the public pages."""
    return render(request, template, {"organisation": request.organisation} | context, status=status)


@require_safe
@public
def home(request: PublicRequest) -> HttpResponse:
    """What the organisation does, and the ways in."""
    return show(request, "site/home.html", articles=library.shelf(request.language)[:4])


@require_safe
@public
def privacy(request: PublicRequest) -> HttpResponse:
    """What we keep, who sees it, and how to take it back."""
    return show(request, "site/privacy.html")


@require_POST
@public
def language(request: PublicRequest) -> HttpResponse:
    """Keep the chosen language, and go back to the page."""
    code, target = request.POST.get("language", ""), request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    response = redirect(target) if safe else redirect("site:home", request.organisation.slug)
    remember(response, code)
    if request.user.is_authenticated:
        accounts.choose_language(user_id=request.user.pk, language=code)
    return response


@require_http_methods(["GET", "POST"])
@public
def ask(request: PublicRequest) -> HttpResponse:
    """Ask for help."""
    now, organisation = clock.now(), request.organisation
    form = HelpForm(
        request.POST if request.method == "POST" else None,
        today=clock.day(now, organisation.zone),
        initial={"language": request.language},
    )
    if not form.is_bound:
        return show(request, "site/ask.html", form=form)
    if not form.is_valid() or was_trapped(form, request.POST):
        return show(request, "site/ask.html", status=UNPROCESSABLE, form=form)
    if not limits.admit("request", organisation_id=organisation.pk, now=now):
        form.add_error(None, TOO_MANY)
        return show(request, "site/ask.html", status=TOO_MANY_REQUESTS, form=form)
    intake.request_help(organisation=organisation, **form.cleaned_data, now=now)
    return redirect("site:asked", organisation.slug)


@require_safe
@public
def asked(request: PublicRequest) -> HttpResponse:
    """Say what happens next. Nothing of what was sent shows here: the screen may be shared."""
    return show(request, "site/asked.html")


@require_safe
@public
def library_page(request: PublicRequest) -> HttpResponse:
    """The published pages."""
    return show(request, "site/library.html", articles=library.shelf(request.language))


@require_safe
@public
def article(request: PublicRequest, article_slug: str) -> HttpResponse:
    """One page of the library, with the questions that have been approved."""
    try:
        found = library.published_article(article_slug, request.language)
    except Article.DoesNotExist:
        return show(request, "site/not_found.html", status=404)
    return _article(request, found, QuestionForm())


@require_POST
@public
def ask_question(request: PublicRequest, article_slug: str) -> HttpResponse:
    """Take a question in. It shows only after a person has read and answered it."""
    now = clock.now()
    try:
        found = library.published_article(article_slug, request.language)
    except Article.DoesNotExist:
        return show(request, "site/not_found.html", status=404)
    form = QuestionForm(request.POST)
    if not form.is_valid() or was_trapped(form, request.POST):
        return _article(request, found, form, status=UNPROCESSABLE)
    if not limits.admit("question", organisation_id=request.organisation.pk, now=now):
        form.add_error(None, TOO_MANY)
        return _article(request, found, form, status=TOO_MANY_REQUESTS)
    questions.ask_question(article=found, **form.cleaned_data, now=now)
    return redirect("site:question_sent", request.organisation.slug, article_slug)


@require_safe
@public
def question_sent(request: PublicRequest, article_slug: str) -> HttpResponse:
    """Say that the question is held for a person to read."""
    return show(request, "site/question_sent.html", article_slug=article_slug)


def _article(request: PublicRequest, found: Article, form: QuestionForm, status: int = 200) -> HttpResponse:
    others = [each for each in library.shelf(request.language) if each.slug != found.slug]
    return show(
        request, "site/article.html", status=status,
        article=found, blocks=markup.blocks(found.body), minutes=markup.minutes_to_read(found.body),
        questions=library.shown_questions(found), others=others[:3], form=form,
    )  # fmt: skip
