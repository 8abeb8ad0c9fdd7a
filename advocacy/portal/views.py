"""The client's pages. Each works without JavaScript, on an old phone."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy.accounts import services as accounts
from advocacy.accounts.language import remember
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import posted, reject
from advocacy.mail.queries import came_back_from
from advocacy.portal import queries
from advocacy.portal.doors import PortalRequest, leave, portal, threshold
from advocacy.portal.forms import PaperForm
from cases.casefile.models import Case
from cases.documents import services as documents
from cases.documents.models import Document
from cases.messages import services as messages
from cases.messages.forms import ClientMessageForm

form_methods = require_http_methods(["GET", "POST"])


@require_safe
@portal()
def home(request: PortalRequest) -> HttpResponse:
    """My case: where it stands, and what I do next."""
    came_back = came_back_from(request.reader.user.email, now=clock.now())
    page = {"matters": queries.home(request.reader), "came_back": came_back, "here": "home"}
    return render(request, "portal/home.html", page)


@form_methods
@portal(of=queries.case_for)
def talk(request: PortalRequest, case: Case) -> HttpResponse:
    """Write to the people who help, and read what they wrote."""
    form = ClientMessageForm(posted(request))
    if form.is_valid():
        messages.write_to_staff(
            case=case, text=form.cleaned_data["text"], by=request.reader.user, now=clock.now()
        )
        return redirect("portal:talk", request.organisation.slug, case.pk)
    if request.method == "GET":
        messages.mark_read_by_client(case=case, now=clock.now())
    context = {"case": case, "form": form} | queries.conversation(case)
    return render(request, "portal/talk.html", context, status=422 if form.errors else 200)


@form_methods
@portal(of=queries.case_for)
def send_paper(request: PortalRequest, case: Case) -> HttpResponse:
    """Send a photo or a file."""
    form = PaperForm(posted(request), request.FILES or None)
    if form.is_valid():
        try:
            _keep(request, case, form)
            return redirect("portal:talk", request.organisation.slug, case.pk)
        except Refusal as refusal:
            reject(form, refusal)
    return render(
        request, "portal/send_paper.html", {"case": case, "form": form}, status=422 if form.errors else 200
    )


def _keep(request: PortalRequest, case: Case, form: PaperForm) -> None:
    """Keep the paper, and say so in the talk: staff read it there."""
    now, reader = clock.now(), request.reader.user
    paper = documents.keep_document(
        case=case, upload=form.cleaned_data["file"], title=form.cleaned_data["title"], event=None, by=reader,
        now=now,
    )  # fmt: skip
    messages.write_to_staff(case=case, text=f"📎 {paper.title}", by=reader, now=now)


@require_safe
@portal(of=queries.document_for)
def paper(request: PortalRequest, document: Document) -> FileResponse:
    """Hand a paper over as a download."""
    response = FileResponse(
        documents.open_document(document),
        as_attachment=True,
        filename=document.original_name,
        content_type=document.content_type,
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_safe
@portal()
def readers(request: PortalRequest) -> HttpResponse:
    """Who can see my file, and who looked at it."""
    context = {
        "looks": queries.who_looked(request.reader),
        "people": queries.who_can_see(request.reader),
        "accesses": request.reader.accesses,
        "here": "readers",
    }
    return render(request, "portal/readers.html", context)


@require_POST
@threshold
def language(request: PortalRequest) -> HttpResponse:
    """Change the language, on this page and in mails from now on."""
    code = request.POST.get("language", "")
    person = (request.session.get("portal") or {}).get("person")
    if person:
        accounts.choose_language(user_id=person, language=code)
    response = redirect("portal:home", request.organisation.slug)
    remember(response, code)
    return response


@require_POST
@threshold
def sign_out(request: PortalRequest) -> HttpResponse:
    """End the session on this device."""
    leave(request)
    return redirect("portal:sign_in", request.organisation.slug)
