"""Pages about the people around a client: who speaks for them, with whom, and who treats them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import form_page, posted, reject
from cases.casefile import queries
from cases.casefile.models import Case
from cases.clients import services as clients
from cases.clients.forms import AuthorisationForm, ProviderForm, RepresentativeForm
from cases.clients.models import Authorisation, Client, Provider, Representative
from cases.clients.queries import people_of, voices_of

form_methods = require_http_methods(["GET", "POST"])


@require_safe
@staff(Permission.CASE_READ, of=queries.case_for)
def people(request: StaffRequest, case: Case) -> HttpResponse:
    """Show who is around a case, and with whom each body speaks."""
    around = people_of(case.client, localdate(clock.now()))
    context = {
        "case": case,
        "client": case.client,
        "coverage": case.coverage,
        "voices": voices_of(around, case.coverage),
        "people": around,
        "providers": queries.providers_of(case.client),
        "section": "cases",
    }
    return render(request, "casefile/people.html", context)


@form_methods
@staff(Permission.CASE_OPEN, of=queries.client_for)
def add_representative(request: StaffRequest, client: Client) -> HttpResponse:
    """Record who helps or speaks for a client."""
    form = RepresentativeForm(posted(request))
    if form.is_valid():
        added = clients.add_representative(
            client=client, **form.cleaned_data, by=request.actor.id, now=clock.now()
        )
        return redirect("casefile:authorise", request.actor.organisation.slug, added.pk)
    return form_page(
        request, form, heading="Somebody who helps", submit="Save person", client=client, section="clients"
    )


@form_methods
@staff(Permission.CASE_OPEN, of=queries.representative_for)
def correct_representative(request: StaffRequest, representative: Representative) -> HttpResponse:
    """Correct a representative's particulars."""
    form = RepresentativeForm(posted(request), instance=representative)
    if form.is_valid():
        clients.correct_representative(
            representative=representative, **form.cleaned_data, by=request.actor.id, now=clock.now()
        )
        return redirect("casefile:client", request.actor.organisation.slug, representative.client_id)
    return form_page(
        request, form, heading="Correct this person", submit="Save changes", client=representative.client,
        section="clients",
    )  # fmt: skip


@form_methods
@staff(Permission.CASE_OPEN, of=queries.representative_for)
def authorise(request: StaffRequest, representative: Representative) -> HttpResponse:
    """Record a form by which a representative may speak with a body."""
    form = AuthorisationForm(posted(request), who=representative.name)
    if form.is_valid():
        try:
            clients.authorise(
                representative=representative, terms=form.terms, by=request.actor.id, now=clock.now()
            )
            return redirect("casefile:client", request.actor.organisation.slug, representative.client_id)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(
        request, form, heading="Authorization", submit="Save authorization",
        client=representative.client, section="clients",
    )  # fmt: skip


@form_methods
@staff(Permission.CASE_OPEN, of=queries.authorisation_for)
def correct_authorisation(request: StaffRequest, authorisation: Authorisation) -> HttpResponse:
    """Add a signature that has come, or correct a day."""
    who = authorisation.representative.name
    form = AuthorisationForm(posted(request), who=who, authorisation=authorisation)
    if form.is_valid():
        try:
            clients.correct_authorisation(
                authorisation=authorisation, terms=form.terms, by=request.actor.id, now=clock.now()
            )
            return redirect("casefile:client", request.actor.organisation.slug, authorisation.client_id)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(
        request, form, heading="Correct this authorization", submit="Save changes",
        client=authorisation.client, section="clients",
    )  # fmt: skip


@require_POST
@staff(Permission.CASE_OPEN, of=queries.authorisation_for)
def end_authorisation(request: StaffRequest, authorisation: Authorisation) -> HttpResponse:
    """End an authorization today."""
    clients.end_authorisation(authorisation=authorisation, by=request.actor.user, now=clock.now())
    messages.success(request, "Ended. It counts from today: tell the body it was made out to.")
    return redirect("casefile:client", request.actor.organisation.slug, authorisation.client_id)


@form_methods
@staff(Permission.CASE_OPEN, of=queries.client_for)
def add_provider(request: StaffRequest, client: Client) -> HttpResponse:
    """Record who treats a client."""
    form = ProviderForm(posted(request))
    if form.is_valid():
        clients.add_provider(client=client, **form.cleaned_data, by=request.actor.id, now=clock.now())
        return redirect("casefile:client", request.actor.organisation.slug, client.pk)
    return form_page(
        request, form, heading="Doctor or other provider", submit="Save provider", client=client,
        section="clients",
    )  # fmt: skip


@form_methods
@staff(Permission.CASE_OPEN, of=queries.provider_for)
def correct_provider(request: StaffRequest, provider: Provider) -> HttpResponse:
    """Correct what we know of who treats a client."""
    form = ProviderForm(posted(request), instance=provider)
    if form.is_valid():
        clients.correct_provider(provider=provider, **form.cleaned_data, by=request.actor.id, now=clock.now())
        return redirect("casefile:client", request.actor.organisation.slug, provider.client_id)
    return form_page(
        request, form, heading="Correct this provider", submit="Save changes", client=provider.client,
        section="clients",
    )  # fmt: skip
