"""The directory in the console: lists, forms, badges, history."""

from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from advocacy.accounts.models import User
from advocacy.directory import queries, services
from advocacy.directory.admin.pages import console_form
from advocacy.directory.admin.site import console
from advocacy.directory.forms import ContactsField, EditionForm
from advocacy.directory.models import Confidence, Form, FormVersion, HealthPlan, Office, Record, Regulator
from advocacy.directory.services.editions import STATE_ZONE
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import posted, reject

HOW_KNOWN: Any = ("How we know", {"fields": ["source", "confidence", "checked_on", "is_shown", "notes"]})


@admin.action(description="Verified today", permissions=["change"])
def verified_today(model_admin: "RecordAdmin", request: HttpRequest, chosen: QuerySet[Record]) -> None:
    """Say that the chosen records were compared with their sources today."""
    count = services.verify_records(records=chosen, by=cast(User, request.user), now=clock.now())
    model_admin.message_user(request, f"Verified today: {count}")


class RecordAdmin(admin.ModelAdmin):
    """What all records have in common. Nothing is deleted: a record that should go is not shown."""

    actions = [verified_today]
    list_per_page = 50
    sortable_by = ()
    search_fields = ["name", "key", "source"]
    list_filter = ["confidence", "is_shown"]
    formfield_overrides = {
        models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
        models.URLField: {"assume_scheme": "https"},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 3})},
    }
    object_history_template = "admin/record_history.html"

    def get_actions(self, request: HttpRequest) -> Any:
        """Deleting many at once is not offered either."""
        return {
            name: each for name, each in super().get_actions(request).items() if name != "delete_selected"
        }

    def has_delete_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Record | None = None) -> list[str]:
        """A key that pages are known by does not change."""
        return ["key"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Record | None = None) -> dict[str, Any]:
        return {} if obj else {"key": ("name",)}

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        return super().get_changeform_initial_data(request) | {"checked_on": _today()}

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """A choice of another record is a plain list: no second window."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        title = {"title": capfirst(str(self.opts.verbose_name_plural))}
        return super().changelist_view(request, title | (extra_context or {}))

    def save_model(self, request: HttpRequest, obj: Record, form: Any, change: bool) -> None:
        services.save_record(record=obj, by=cast(User, request.user), now=clock.now())

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = self.get_object(request, object_id)
        if record is None:
            raise Http404
        context = self.admin_site.each_context(request) | {
            "title": f"History: {record}",
            "record": record,
            "opts": self.opts,
            "changes": queries.history(record),
        }
        return render(request, self.object_history_template, context)

    @admin.display(description="How sure", ordering="confidence")
    def badge(self, record: Record) -> SafeString:
        """The confidence in words: anything but high is unverified."""
        return badge(record)

    @admin.display(description="From")
    def origin(self, record: Record) -> str:
        return "Catalog" if record.is_from_catalogue else "Operator"


def badge(record: Record) -> SafeString:
    if not record.is_unverified:
        return format_html('<span class="badge badge-ok">{}</span>', "High")
    level = Confidence(record.confidence).label.partition(":")[0]
    return format_html('<span class="badge badge-soon">Unverified</span> {}', level.lower())


def _today() -> date:
    return clock.day(clock.now(), STATE_ZONE)


@admin.register(Regulator, site=console)
class RegulatorAdmin(RecordAdmin):
    list_display = ["name", "short_name", "level", "badge", "checked_on", "origin"]
    fieldsets = [
        (None, {"fields": ["name", "short_name", "key", "level", "website"]}),
        ("What it does", {"fields": ["regulates", "decides", "recognise_by", "law"]}),
        HOW_KNOWN,
    ]


@admin.register(Office, site=console)
class OfficeAdmin(RecordAdmin):
    list_display = ["name", "kind", "phone", "badge", "checked_on", "origin"]
    list_filter = ["kind", "confidence", "is_shown"]
    search_fields = ["name", "key", "handles", "phone"]
    fieldsets = [
        (None, {"fields": ["name", "key", "regulator", "kind", "handles"]}),
        ("Contacts", {"fields": [
            "phone", "tty", "other_phones", "hours", "fax", "email", "postal_address", "website", "doubtful",
        ]}),
        ("How to file", {"fields": ["files_online_at", "how_to_file", "languages"]}),
        HOW_KNOWN,
    ]  # fmt: skip

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "doubtful":
            return ContactsField()
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Form, site=console)
class FormAdmin(RecordAdmin):
    list_display = ["name", "number", "regulator", "badge", "checked_on", "origin"]
    list_select_related = ["regulator"]
    search_fields = ["name", "key", "number", "purpose"]
    fieldsets = [
        (None, {"fields": ["name", "number", "key", "regulator", "page"]}),
        ("What it is for", {"fields": ["purpose", "asks_for", "who_signs", "how_to_file"]}),
        HOW_KNOWN,
    ]


@admin.register(FormVersion, site=console)
class FormVersionAdmin(RecordAdmin):
    """Adding a version publishes it; a published one keeps its form, language and file."""

    list_display = ["form", "edition", "language", "is_current", "badge", "checked_on", "origin"]
    list_select_related = ["form"]
    list_filter = ["is_current", "language", "confidence", "is_shown"]
    search_fields = ["form__name", "form__number", "edition", "key"]
    fieldsets = [
        (None, {"fields": ["form", "edition", "language", "effective_from", "url"]}),
        ("Our copy", {"fields": ["file_words", "is_current", "ended_on"]}),
        HOW_KNOWN,
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Record | None = None) -> list[str]:
        return ["form", "language", "file_words", "is_current", "ended_on"]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Record | None = None) -> dict[str, Any]:
        return {}

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Publish an edition: it becomes the current one, and the one before it ends."""
        form = EditionForm(posted(request), request.FILES or None)
        if form.is_valid():
            try:
                typed = dict(form.cleaned_data)
                version = services.publish_version(
                    upload=typed.pop("file"), **typed, by=cast(User, request.user), now=clock.now()
                )
            except Refusal as refusal:
                reject(form, refusal)
            else:
                self.log_addition(cast(Any, request), version, "Published")
                messages.success(request, f"{version} is now the current edition.")
                return redirect("admin:advocacy_directory_formversion_changelist")
        return console_form(
            request, form, title="Publish an edition", submit="Publish edition", opts=self.opts,
            lead="It becomes the current edition of its form and language. The one before it ends.",
        )  # fmt: skip

    @admin.display(description="File")
    def file_words(self, version: FormVersion) -> str:
        if not version.stored_as:
            return "None: the address above, or only the knowledge that it exists"
        return f"{version.original_name}, {version.size} bytes, SHA-256 {version.sha256}"


@admin.register(HealthPlan, site=console)
class HealthPlanAdmin(RecordAdmin):
    list_display = ["name", "kind", "regulator", "badge", "checked_on", "origin"]
    list_select_related = ["regulator"]
    list_filter = ["kind", "regulator", "confidence", "is_shown"]
    search_fields = ["name", "legal_name", "also_called", "key"]
    fieldsets = [
        (None, {"fields": ["name", "legal_name", "also_called", "key", "kind", "product_lines"]}),
        ("Who regulates it", {"fields": ["regulator", "how_to_tell"]}),
        ("Contacts", {"fields": ["phone", "website"]}),
        HOW_KNOWN,
    ]
