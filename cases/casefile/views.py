"""Pages that take a client in, open a case and write its facts."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy.accounts.doors import StaffRequest, shows, staff
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import form_page, posted, reject
from cases.casefile import queries, services
from cases.casefile.forms import CaseForm, CorrectionForm, DenialForm, NoteForm
from cases.casefile.models import Case, Event
from cases.clients import services as clients
from cases.clients.forms import ClientForm, CoverageForm, InvitationForm
from cases.clients.models import Client, Coverage, PortalAccess
from cases.clients.queries import people_of

SHOWN_AT_ONCE = 50
form_methods = require_http_methods(["GET", "POST"])


@require_safe
@staff(Permission.CASE_OPEN)
def new_case(request: StaffRequest) -> HttpResponse:
    """Ask for whom the case is: a client we know, or a new one."""
    wanted = request.GET.get("name", "").strip()[:120]
    found: QuerySet[Client] = queries.clients_visible_to(request.actor).order_by("family_name", "given_name")
    if wanted:
        found = found.filter(family_name__istartswith=wanted)
    known = list(found[:SHOWN_AT_ONCE])
    shows(request, [client.pk for client in known])
    context = {"clients": known, "wanted": wanted, "section": "cases"}
    return render(request, "casefile/new_case.html", context)


@form_methods
@staff(Permission.CASE_OPEN)
def new_client(request: StaffRequest) -> HttpResponse:
    """Take a client in."""
    form = ClientForm(posted(request))
    if form.is_valid():
        client = clients.create_client(**form.cleaned_data, by=request.actor.id, now=clock.now())
        return redirect("casefile:add_coverage", request.actor.organisation.slug, client.pk)
    return form_page(request, form, heading="New client", submit="Save client", section="clients")


@require_safe
@staff(Permission.CASE_READ, of=queries.client_for)
def client(request: StaffRequest, client: Client) -> HttpResponse:
    """Show a client: particulars, plans, people, cases."""
    context = {
        "client": client,
        "coverages": list(Coverage.objects.filter(client=client).order_by("created_at")),
        "cases": list(queries.visible_to(request.actor).filter(client=client).select_related("owner")),
        "people": people_of(client, localdate(clock.now())),
        "providers": queries.providers_of(client),
        "readers": list(queries.readers_of(client)),
        "section": "clients",
    }
    return render(request, "casefile/client.html", context)


@form_methods
@staff(Permission.CASE_OPEN, of=queries.client_for)
def correct_client(request: StaffRequest, client: Client) -> HttpResponse:
    """Correct a client's particulars."""
    form = ClientForm(posted(request), instance=client)
    if form.is_valid():
        clients.correct_client(client=client, **form.cleaned_data, by=request.actor.id, now=clock.now())
        return redirect("casefile:client", request.actor.organisation.slug, client.pk)
    return form_page(
        request, form, heading="Correct this client", submit="Save changes", client=client, section="clients"
    )


@form_methods
@staff(Permission.CASE_OPEN, of=queries.client_for)
def add_coverage(request: StaffRequest, client: Client) -> HttpResponse:
    """Record which plan covers a client."""
    form = CoverageForm(posted(request))
    if form.is_valid():
        # The form asks for the same evidence as the service, which has no other refusal.
        clients.add_coverage(client=client, **form.cleaned_data, by=request.actor.id, now=clock.now())
        return redirect("casefile:open_case", request.actor.organisation.slug, client.pk)
    return form_page(
        request, form, heading="Health plan", submit="Save plan", client=client, section="clients"
    )


@form_methods
@staff(Permission.CASE_OPEN, of=queries.coverage_for)
def correct_coverage(request: StaffRequest, coverage: Coverage) -> HttpResponse:
    """Correct what we know of a plan."""
    form = CoverageForm(posted(request), instance=coverage)
    if form.is_valid():
        try:
            clients.correct_coverage(
                coverage=coverage, **form.cleaned_data, by=request.actor.id, now=clock.now()
            )
            return redirect("casefile:client", request.actor.organisation.slug, coverage.client_id)
        except Refusal as refusal:
            reject(form, refusal, field="regulator")
    return form_page(
        request, form, heading="Correct this plan", submit="Save changes", client=coverage.client,
        section="clients",
    )  # fmt: skip


@form_methods
@staff(Permission.CASE_OPEN, of=queries.client_for)
def invite(request: StaffRequest, client: Client) -> HttpResponse:
    """Let somebody read this client's file in the portal; the words to hand over are shown once."""
    form = InvitationForm(posted(request), initial={"language": client.language, "email": client.email})
    if form.is_valid():
        try:
            access, words = clients.invite_to_portal(
                client=client, **form.cleaned_data, by=request.actor.user, now=clock.now()
            )
            context = {"client": client, "access": access, "words": words, "section": "clients"}
            return render(request, "casefile/invited.html", context)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(
        request, form, heading="Invite to the portal", submit="Make the invitation", client=client,
        section="clients",
    )  # fmt: skip


@require_POST
@staff(Permission.CASE_OPEN, of=queries.access_for)
def end_access(request: StaffRequest, access: PortalAccess) -> HttpResponse:
    """Close the portal to somebody."""
    clients.end_portal_access(access=access, by=request.actor.id, now=clock.now())
    messages.success(request, "They can no longer read this file.")
    return redirect("casefile:client", request.actor.organisation.slug, access.client_id)


@form_methods
@staff(Permission.CASE_OPEN, of=queries.client_for)
def open_case(request: StaffRequest, client: Client) -> HttpResponse:
    """Open a case for a client."""
    newest = Coverage.objects.filter(client=client).order_by("-created_at").first()
    form = CaseForm(
        posted(request),
        client=client,
        people=queries.colleagues(request.actor),
        initial={"owner": request.actor.id, "coverage": newest},
    )
    if form.is_valid():
        try:
            case = services.open_case(
                client=client, **form.cleaned_data, by=request.actor.id, now=clock.now()
            )
            return redirect("casefile:record_denial", request.actor.organisation.slug, case.pk)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(request, form, heading="Open a case", submit="Open case", client=client, section="cases")


@form_methods
@staff(Permission.CASE_ASSIGN, of=queries.case_for)
def correct_case(request: StaffRequest, case: Case) -> HttpResponse:
    """Correct what a case says of itself, or give it to somebody else."""
    people = queries.colleagues(request.actor)
    said = {"service": case.service, "coverage": case.coverage, "urgency": case.urgency, "owner": case.owner}
    form = CaseForm(posted(request), client=case.client, people=people, initial=said)
    if form.is_valid():
        try:
            services.correct_case(case=case, **form.cleaned_data, by=request.actor.id, now=clock.now())
            return redirect("dashboard:case", request.actor.organisation.slug, case.pk)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(
        request, form, heading="Correct this case", submit="Save changes", case=case, section="cases"
    )


@form_methods
@staff(Permission.CASE_WRITE, of=queries.case_for)
def record_denial(request: StaffRequest, case: Case) -> HttpResponse:
    """Record the plan's refusal and its days."""
    form = DenialForm(posted(request))
    if form.is_valid():
        try:
            services.record_denial(case=case, **form.cleaned_data, by=request.actor.user, now=clock.now())
            return redirect("dashboard:case", request.actor.organisation.slug, case.pk)
        except Refusal as refusal:
            reject(form, refusal, field="dated_on")
    return form_page(
        request, form, heading="The plan's refusal", submit="Save refusal", case=case, section="cases"
    )


@form_methods
@staff(Permission.CASE_WRITE, of=queries.event_for)
def correct_event(request: StaffRequest, event: Event) -> HttpResponse:
    """Correct the day, or the outcome, of a fact."""
    form = CorrectionForm(posted(request), event=event)
    if form.is_valid():
        try:
            services.correct_event(event=event, **form.cleaned_data, by=request.actor.user, now=clock.now())
            messages.success(request, "Corrected. The dates that hang on it are worked out again.")
            return redirect("dashboard:case", request.actor.organisation.slug, event.case_id)
        except Refusal as refusal:
            reject(form, refusal, field="occurred_on")
    heading = f"Correct this: {event.get_kind_display().lower()}"
    return form_page(
        request, form, heading=heading, submit="Save the correction", case=event.case, section="cases"
    )


@require_POST
@staff(Permission.CASE_WRITE, of=queries.case_for)
def write_note(request: StaffRequest, case: Case) -> HttpResponse:
    """Write a private note."""
    form = NoteForm(request.POST)
    if form.is_valid():
        services.write_note(case=case, text=form.cleaned_data["text"], by=request.actor.user, now=clock.now())
        return redirect("dashboard:case", request.actor.organisation.slug, case.pk)
    return form_page(request, form, heading="Private note", submit="Save note", case=case, section="cases")
