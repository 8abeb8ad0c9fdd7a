"""The people of an organisation: who works here, who is invited, who changes, who leaves. For owners."""

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from advocacy.accounts import services as accounts
from advocacy.accounts.doors import StaffRequest, freshly, staff
from advocacy.accounts.models import Invitation, Membership
from advocacy.accounts.roles import ROLES, Permission
from advocacy.dashboard import queries
from advocacy.dashboard.forms import HandOverForm, InviteForm, RoleForm
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import form_page, posted, reject
from advocacy.kernel.text import count_of
from cases.casefile import services
from cases.casefile.queries import open_work_of, workers
from cases.casefile.views import form_methods


def _back(request: StaffRequest) -> HttpResponse:
    return redirect("dashboard:people", request.actor.organisation.slug)


def _page(
    request: StaffRequest, form: BaseForm, *, heading: str, submit: str, lead: str = ""
) -> HttpResponse:
    return form_page(
        request, form, heading=heading, submit=submit, lead=lead, people_form=True, section="people"
    )


@require_safe
@staff(Permission.PEOPLE)
def people(request: StaffRequest) -> HttpResponse:
    """Who works here, with which role and second step, and who is invited."""
    page = queries.people_page(request.actor, clock.now())
    return render(request, "dashboard/people.html", {"page": page, "section": "people"})


@form_methods
@staff(Permission.PEOPLE)
@freshly
def invite(request: StaffRequest) -> HttpResponse:
    """Invite somebody by e-mail. What is said does not depend on whether we know the address."""
    form = InviteForm(posted(request))
    if form.is_valid():
        email, role = form.cleaned_data["email"], ROLES[form.cleaned_data["role"]]
        try:
            accounts.invite(email=email, role=role, by=request.actor.membership, now=clock.now())
            messages.success(request, f"The invitation is on its way to {email}.")
            return _back(request)
        except Refusal as refusal:
            reject(form, refusal)
    lead = "They get a mail with a link that works once, for seven days."
    return _page(request, form, heading="Invite somebody", submit="Send the invitation", lead=lead)


@require_POST
@staff(Permission.PEOPLE, of=queries.invitation_for)
@freshly
def send_again(request: StaffRequest, invitation: Invitation) -> HttpResponse:
    """Mail a new link; the old one ends."""
    try:
        accounts.send_again(invitation=invitation, by=request.actor.membership, now=clock.now())
        messages.success(request, f"A new link is on its way to {invitation.email}. The old one has ended.")
    except Refusal as refusal:
        messages.warning(request, refusal.words)
    return _back(request)


@require_POST
@staff(Permission.PEOPLE, of=queries.invitation_for)
@freshly
def withdraw(request: StaffRequest, invitation: Invitation) -> HttpResponse:
    """Take an invitation back."""
    try:
        accounts.withdraw(invitation=invitation, by=request.actor.membership, now=clock.now())
        messages.success(request, f"Taken back. The link mailed to {invitation.email} opens nothing now.")
    except Refusal as refusal:
        messages.warning(request, refusal.words)
    return _back(request)


@form_methods
@staff(Permission.PEOPLE, of=queries.member_for)
@freshly
def change_role(request: StaffRequest, member: Membership) -> HttpResponse:
    """Give a member another role; it holds from their next request."""
    form = RoleForm(posted(request), initial={"role": member.role})
    if form.is_valid():
        role, by = ROLES[form.cleaned_data["role"]], request.actor.membership
        try:
            services.change_role(membership=member, role=role, by=by, now=clock.now())
            messages.success(request, f"{member.user} is {role.name.lower()} now.")
            return _back(request)
        except Refusal as refusal:
            reject(form, refusal)
    return _page(request, form, heading=f"Role of {member.user}", submit="Save role")


def _hand_over_form(request: StaffRequest, member: Membership) -> HandOverForm:
    others = [person for person in workers(request.actor) if person != member.user]
    return HandOverForm(posted(request), work=open_work_of(member.user), people=others)


@form_methods
@staff(Permission.PEOPLE, of=queries.member_for)
@freshly
def hand_over(request: StaffRequest, member: Membership) -> HttpResponse:
    """Give a member's open cases and tasks to others; they stay."""
    form = _hand_over_form(request, member)
    if form.is_valid():
        try:
            given = services.hand_over(
                person=member.user, **form.chosen, by=request.actor.user, now=clock.now()
            )
            messages.success(request, _given_words(given))
            return _back(request)
        except Refusal as refusal:
            reject(form, refusal)
    lead = "Everything that is open with them goes at once, and reminders follow."
    if not form.fields:
        lead = "Nothing is open with them: there is nothing to give."
    heading = f"Give the work of {member.user} to others"
    return _page(request, form, heading=heading, submit="Give it", lead=lead)


@form_methods
@staff(Permission.PEOPLE, of=queries.member_for)
@freshly
def leave(request: StaffRequest, member: Membership) -> HttpResponse:
    """Let a member go: one act for their work, their keys, their sessions and their place."""
    form = _hand_over_form(request, member)
    if form.is_valid():
        by = request.actor.membership
        try:
            given = services.leave(membership=member, **form.chosen, by=by, now=clock.now())
            messages.success(request, f"{member.user} has left. {_given_words(given)}")
            return _back(request)
        except Refusal as refusal:
            reject(form, refusal)
    lead = "They are signed out at once; their keys and feeds end. What they wrote stays under their name."
    return _page(request, form, heading=f"{member.user} leaves", submit="Let them go", lead=lead)


def _given_words(given: tuple[int, int]) -> str:
    cases, tasks = given
    if not cases and not tasks:
        return "Nothing was open with them."
    return f"Given to others: {count_of(cases, 'case')} and {count_of(tasks, 'task')}."
