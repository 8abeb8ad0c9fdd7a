"""Triage: what waits, and the four answers a request may get."""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.roles import Permission
from advocacy.audit import services as audit
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import UNPROCESSABLE, reject
from cases.casefile.queries import colleagues
from cases.intake import queries, services
from cases.intake.forms import AcceptForm, DeclineForm, DuplicateForm, SnoozeForm
from cases.intake.models import UNANSWERED, HelpRequest

PAGE = 25
LISTS = {"waiting": "Waiting", "later": "Put off", "answered": "Answered"}


@require_safe
@staff(Permission.CASE_READ_ALL)
def requests(request: StaffRequest) -> HttpResponse:
    """The triage list: what waits, what is put off, what has been answered."""
    now = clock.now()
    today = clock.day(now, request.actor.organisation.zone)
    lists = {
        "waiting": queries.waiting(today),
        "later": queries.put_off(today),
        "answered": queries.answered(),
    }
    show = request.GET.get("show", "")
    show = show if show in LISTS else "waiting"
    page = Paginator(lists[show], PAGE).get_page(request.GET.get("page"))
    # Who asks for help tells of their health already: the list counts as read.
    audit.record(act="listed intake:requests", at=now, actor_id=request.actor.id)
    context = {
        "rows": [queries.row(each, now) for each in page],
        "page": page,
        "show": show,
        "tabs": _tabs(show, {key: found.count() for key, found in lists.items()}),
        "section": "requests",
    }
    return render(request, "intake/requests.html", context)


def _tabs(show: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"words": words, "url": f"?show={key}", "current": key == show, "count": counts[key]}
        for key, words in LISTS.items()
    ]


@require_safe
@staff(Permission.CASE_READ_ALL, of=queries.request_for)
def request_page(request: StaffRequest, help_request: HelpRequest) -> HttpResponse:
    """One request, and the four answers."""
    return _page(request, help_request, _forms(request, help_request))


@require_POST
@staff(Permission.CASE_OPEN, of=queries.request_for)
def accept(request: StaffRequest, help_request: HelpRequest) -> HttpResponse:
    """Open a case for whoever asked."""
    forms = _forms(request, help_request, posted="accept")
    form = forms["accept"]
    if form.is_valid():
        try:
            case = services.accept_request(
                help_request=help_request, **form.cleaned_data, by=request.actor.user, now=clock.now()
            )
            return redirect("casefile:record_denial", request.actor.organisation.slug, case.pk)
        except services.AlreadyAnswered as refusal:
            return _too_late(request, help_request, refusal)
        except Refusal as refusal:
            reject(form, refusal)
    return _page(request, help_request, forms, posted="accept")


@require_POST
@staff(Permission.CASE_OPEN, of=queries.request_for)
def duplicate(request: StaffRequest, help_request: HelpRequest) -> HttpResponse:
    """Say what it is the same as."""
    forms = _forms(request, help_request, posted="duplicate")
    form = cast(DuplicateForm, forms["duplicate"])
    if form.is_valid():
        same, number = form.cleaned_data.get("same", ""), form.cleaned_data["number"]
        case = queries.case_numbered(request.actor, number) if number else None
        if number and case is None:
            form.add_error("number", "There is no case of this number")
            return _page(request, help_request, forms, posted="duplicate")
        same_as = {"case": case, "client": form.clients.get(same), "same_as": form.requests.get(same)}
        return _done(request, help_request, forms, "duplicate", services.mark_duplicate, **same_as)
    return _page(request, help_request, forms, posted="duplicate")


@require_POST
@staff(Permission.CASE_OPEN, of=queries.request_for)
def decline(request: StaffRequest, help_request: HelpRequest) -> HttpResponse:
    """Say no, why, and where else there is help."""
    forms = _forms(request, help_request, posted="decline")
    if forms["decline"].is_valid():
        said = forms["decline"].cleaned_data
        return _done(request, help_request, forms, "decline", services.decline_request, **said)
    return _page(request, help_request, forms, posted="decline")


@require_POST
@staff(Permission.CASE_OPEN, of=queries.request_for)
def snooze(request: StaffRequest, help_request: HelpRequest) -> HttpResponse:
    """Put it off until a day."""
    forms = _forms(request, help_request, posted="snooze")
    if forms["snooze"].is_valid():
        said = forms["snooze"].cleaned_data
        return _done(request, help_request, forms, "snooze", services.snooze_request, **said)
    return _page(request, help_request, forms, posted="snooze")


DONE = {
    "duplicate": "Marked as the same.",
    "decline": "Declined. Tell the person, if you have not yet.",
    "snooze": "Put off. It comes back into this list on that day.",
}


def _done(
    request: StaffRequest, help_request: HelpRequest, forms: dict[str, Form], verb: str, act: Any, **said: Any
) -> HttpResponse:
    """Do one of the acts that end in the list again."""
    try:
        act(help_request=help_request, **said, by=request.actor.user, now=clock.now())
    except services.AlreadyAnswered as refusal:
        return _too_late(request, help_request, refusal)
    except Refusal as refusal:
        reject(forms[verb], refusal)
        return _page(request, help_request, forms, posted=verb)
    messages.success(request, DONE[verb])
    return redirect("intake:requests", request.actor.organisation.slug)


def _too_late(request: StaffRequest, help_request: HelpRequest, refusal: Refusal) -> HttpResponse:
    messages.warning(request, refusal.words)
    return redirect("intake:request", request.actor.organisation.slug, help_request.pk)


def _forms(request: StaffRequest, help_request: HelpRequest, *, posted: str = "") -> dict[str, Form]:
    def data(name: str) -> Any:
        return request.POST if name == posted else None

    known = queries.likely_clients(request.actor, help_request)
    return {
        "accept": AcceptForm(
            data("accept"),
            help_request=help_request,
            people=colleagues(request.actor),
            known=known,
            me=request.actor.user,
        ),
        "duplicate": DuplicateForm(
            data("duplicate"), known=known, others=queries.likely_requests(help_request)
        ),
        "decline": DeclineForm(data("decline")),
        "snooze": SnoozeForm(data("snooze")),
    }


def _page(
    request: StaffRequest, help_request: HelpRequest, forms: dict[str, Form], *, posted: str = ""
) -> HttpResponse:
    context = {
        "help_request": help_request,
        "forms": forms,
        "posted": posted,
        "bound": forms.get(posted),
        "may_answer": request.actor.can(Permission.CASE_OPEN) and help_request.state in UNANSWERED,
        "section": "requests",
    }
    return render(request, "intake/request.html", context, status=UNPROCESSABLE if posted else 200)
