"""Staff pages of the library: the pages, and the questions that wait for a person."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.roles import Permission
from advocacy.audit import services as audit
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import form_page, posted, reject
from advocacy.library import markup, privacy_check, queries, services
from advocacy.library.forms import AnswerForm, ArticleForm, DeclineForm, NewArticleForm
from advocacy.library.models import Article, Question, QuestionState

# What is public speaks for the organisation; a question may tell of somebody's health.
PUBLISH = Permission.CASE_OPEN
READ_QUESTIONS = Permission.CASE_READ_ALL

form_methods = require_http_methods(["GET", "POST"])


@require_safe
@staff(Permission.CASE_READ)
def articles(request: StaffRequest) -> HttpResponse:
    """Every page of the library."""
    context = {
        "articles": queries.articles(),
        "waiting": queries.waiting_questions(),
        "may_publish": request.actor.can(PUBLISH),
        "may_read_questions": request.actor.can(READ_QUESTIONS),
        "section": "library",
    }
    return render(request, "library/articles.html", context)


@form_methods
@staff(PUBLISH)
def write(request: StaffRequest) -> HttpResponse:
    """Write a new page."""
    form = NewArticleForm(posted(request))
    if form.is_valid():
        try:
            article = services.create_article(**form.cleaned_data, by=request.actor.user, now=clock.now())
            return redirect("library:article", request.actor.organisation.slug, article.pk)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(
        request, form, heading="Write a page", submit="Save as a draft", section="library",
        lead="Nobody outside sees a draft.",
    )  # fmt: skip


@require_safe
@staff(Permission.CASE_READ, of=queries.article_for)
def article(request: StaffRequest, article: Article) -> HttpResponse:
    """One page as its readers see it, with what can be done to it."""
    context = {
        "article": article,
        "blocks": markup.blocks(article.body),
        "questions": queries.shown_questions(article),
        "may_publish": request.actor.can(PUBLISH),
        "section": "library",
    }
    return render(request, "library/article.html", context)


@form_methods
@staff(PUBLISH, of=queries.article_for)
def change(request: StaffRequest, article: Article) -> HttpResponse:
    """Change the words of a page."""
    live = article.state == "published"
    form = ArticleForm(posted(request), instance=article)
    if form.is_valid():
        services.change_article(article=article, **form.cleaned_data, by=request.actor.user, now=clock.now())
        return redirect("library:article", request.actor.organisation.slug, article.pk)
    lead = "It shows at once, and says that you checked it today." if live else "Nobody outside sees a draft."
    return form_page(
        request, form, heading="Change this page", submit="Save changes", section="library", lead=lead
    )


@require_POST
@staff(PUBLISH, of=queries.article_for)
def publish(request: StaffRequest, article: Article) -> HttpResponse:
    """Show a page to everybody."""
    services.publish_article(article=article, by=request.actor.user, now=clock.now())
    messages.success(request, "Published. The page says that you checked it today.")
    return redirect("library:article", request.actor.organisation.slug, article.pk)


@require_POST
@staff(PUBLISH, of=queries.article_for)
def withdraw(request: StaffRequest, article: Article) -> HttpResponse:
    """Take a page out of sight."""
    services.withdraw_article(article=article, by=request.actor.user, now=clock.now())
    messages.success(request, "Taken down. It is a draft again.")
    return redirect("library:article", request.actor.organisation.slug, article.pk)


@require_safe
@staff(READ_QUESTIONS)
def questions(request: StaffRequest) -> HttpResponse:
    """The questions: those that wait, those that show, those that do not."""
    show = request.GET.get("show", "")
    state = show if show in QuestionState.values else QuestionState.WAITING.value
    found = queries.questions(state)
    rows = [{"question": each, "marks": len(privacy_check.find(each.text))} for each in found]
    tabs = [
        {"words": label, "url": f"?show={value}", "current": value == state, "count": None}
        for value, label in QuestionState.choices
    ]
    audit.record(act="listed library:questions", at=clock.now(), actor_id=request.actor.id)
    context = {"rows": rows, "tabs": tabs, "state": state, "section": "library"}
    return render(request, "library/questions.html", context)


@require_safe
@staff(READ_QUESTIONS, of=queries.question_for)
def question(request: StaffRequest, question: Question) -> HttpResponse:
    """One question, with what in it may tell who somebody is."""
    return _question_page(request, question)


@require_POST
@staff(PUBLISH, of=queries.question_for)
def answer(request: StaffRequest, question: Question) -> HttpResponse:
    """Show a question with its answer."""
    form = AnswerForm(request.POST, question=question, marked=True)
    if form.is_valid():
        try:
            services.answer_question(
                question=question, **form.cleaned_data, by=request.actor.user, now=clock.now()
            )
            messages.success(request, "The question shows now, with your answer.")
            return redirect("library:questions", request.actor.organisation.slug)
        except Refusal as refusal:
            reject(form, refusal)
    return _question_page(request, question, answer_form=form)


@require_POST
@staff(PUBLISH, of=queries.question_for)
def decline(request: StaffRequest, question: Question) -> HttpResponse:
    """Keep a question from the page, or take it down."""
    form = DeclineForm(request.POST)
    if form.is_valid():
        try:
            services.decline_question(
                question=question, **form.cleaned_data, by=request.actor.user, now=clock.now()
            )
            messages.success(request, "The question does not show.")
            return redirect("library:questions", request.actor.organisation.slug)
        except Refusal as refusal:
            reject(form, refusal)
    return _question_page(request, question, decline_form=form)


def _question_page(
    request: StaffRequest,
    question: Question,
    *,
    answer_form: AnswerForm | None = None,
    decline_form: DeclineForm | None = None,
) -> HttpResponse:
    marks = [piece for piece in privacy_check.pieces(question.text) if piece.kind]
    name_marks = privacy_check.find(question.shown_name)
    context = {
        "question": question,
        "pieces": privacy_check.pieces(question.text),
        "marks": marks,
        "answer_form": answer_form or AnswerForm(question=question, marked=bool(marks or name_marks)),
        "decline_form": decline_form or DeclineForm(),
        "may_publish": request.actor.can(PUBLISH),
        "section": "library",
    }
    status = 422 if answer_form or decline_form else 200
    return render(request, "library/question.html", context, status=status)
