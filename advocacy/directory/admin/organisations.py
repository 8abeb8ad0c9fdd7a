"""Organisations in the console: made with an owner, suspended, resumed. None of their data."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from advocacy.accounts import services as accounts
from advocacy.accounts.models import User
from advocacy.audit import services as audit
from advocacy.directory.admin.pages import console_form
from advocacy.directory.admin.site import console
from advocacy.directory.forms import FoundingForm
from advocacy.directory.models import ListedOrganisation
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import posted, reject
from advocacy.kernel.text import count_of


@admin.action(description="Suspend: nobody can come in", permissions=["change"])
def suspend(
    model_admin: "OrganisationAdmin", request: HttpRequest, chosen: QuerySet[ListedOrganisation]
) -> None:
    """Shut the doors of the chosen organisations."""
    by, now = cast(User, request.user), clock.now()
    count = sum(accounts.suspend_organisation(organisation=each, by=by, now=now) for each in chosen)
    model_admin.message_user(request, f"Suspended: {count_of(count, 'organization')}")


@admin.action(description="Resume", permissions=["change"])
def resume(
    model_admin: "OrganisationAdmin", request: HttpRequest, chosen: QuerySet[ListedOrganisation]
) -> None:
    """Open the doors of the chosen organisations again."""
    by, now = cast(User, request.user), clock.now()
    count = sum(accounts.resume_organisation(organisation=each, by=by, now=now) for each in chosen)
    model_admin.message_user(request, f"Open again: {count_of(count, 'organization')}")


@admin.register(ListedOrganisation, site=console)
class OrganisationAdmin(admin.ModelAdmin):
    actions = [suspend, resume]
    list_display = ["name", "slug", "state", "created_at", "is_demo"]
    search_fields = ["name", "slug"]
    sortable_by = ()
    fields = ["name", "slug", "phone", "postal_address", "zone", "created_at", "suspended_at", "is_demo"]
    readonly_fields = ["slug", "created_at", "suspended_at", "is_demo"]

    def get_actions(self, request: HttpRequest) -> Any:
        return {
            name: each for name, each in super().get_actions(request).items() if name != "delete_selected"
        }

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What clients trusted to an organisation is not deleted from here."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().changelist_view(request, {"title": "Organizations"} | (extra_context or {}))

    @admin.display(description="State")
    def state(self, organisation: ListedOrganisation) -> str:
        return "Suspended" if organisation.suspended_at else "Open"

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Make an organisation with its owner."""
        form = FoundingForm(posted(request))
        if form.is_valid():
            try:
                made = accounts.found_organisation(
                    **form.cleaned_data, by=cast(User, request.user), now=clock.now()
                )
            except Refusal as refusal:
                reject(form, refusal)
            else:
                self.log_addition(cast(Any, request), made, "Made with its owner")
                messages.success(request, f"{made.name} is open, and its owner has been written to.")
                return redirect(reverse("admin:advocacy_directory_listedorganisation_changelist"))
        return console_form(
            request, form, title="New organization", submit="Make organization", opts=self.opts,
            lead="The owner gets a mail with the way in.",
        )  # fmt: skip

    def save_model(self, request: HttpRequest, obj: ListedOrganisation, form: Any, change: bool) -> None:
        obj.save()
        audit.record_platform(
            act="organisation changed", at=clock.now(), actor_id=cast(User, request.user).pk,
            organisation_id=obj.pk, subject=obj.slug,
        )  # fmt: skip
