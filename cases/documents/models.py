"""Papers of a case. The bytes lie in private storage under a random name; the typed name is only data."""

from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from advocacy.accounts.models import User
from advocacy.organisations.models import ScopedManager, TenantModel
from cases.casefile.models import Case, Event
from cases.clients.models import Client


class PaperKind(models.TextChoices):
    """What a paper is, as the checklist asks for it."""

    REFUSAL_LETTER = "refusal_letter", "The plan's letter that says no"
    CARD = "card", "Insurance card"
    COVERAGE_BOOKLET = "coverage_booklet", "Evidence of coverage (the plan's booklet)"
    DOCTOR_LETTER = "doctor_letter", "Doctor's letter"
    CRITERIA = "criteria", "The plan's criteria"
    PROOF_OF_FILING = "proof_of_filing", "Proof of filing"
    ACKNOWLEDGMENT = "acknowledgment", "The plan's letter that it has the grievance"
    ANSWER = "answer", "The plan's answer to the grievance"
    RECORDS = "records", "Medical records"
    AUTHORIZATION = "authorization", "Form that lets us act (assistant or agent)"
    RELEASE = "release", "Release of medical records"
    CERTIFICATION = "certification", "Physician certification (experimental)"
    EVIDENCE = "evidence", "Medical or scientific evidence"
    DEPARTMENT_LETTER = "department_letter", "The department's letter"
    APPLICATION = "application", "The application, as it was sent"
    DECISION = "decision", "The department's decision"
    PROOF_OF_CARE = "proof_of_care", "Proof that the plan approved or paid"
    OTHER = "other", "Something else"


class DocumentQuerySet(models.QuerySet["Document"]):
    def sorted_as(self) -> Self:
        """Annotate each paper with the kind that stands: the last one somebody gave it."""
        given = DocumentKind.objects.filter(document=OuterRef("pk")).order_by("-given_at", "-pk")
        return self.annotate(standing_kind=Coalesce(Subquery(given.values("kind")[:1]), F("kind")))


class Document(TenantModel):
    """One file, as it came in: written once. A kind given later stands in `DocumentKind`."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    # The fact that this paper proves, where it proves one.
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    kind = models.CharField(max_length=20, choices=PaperKind, default=PaperKind.OTHER)
    title = models.CharField(max_length=160)
    original_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=120)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    # Of a paper read by `sorted_as`.
    standing_kind: str

    objects = ScopedManager.from_queryset(DocumentQuerySet)()  # type: ignore[misc]  # a class variable there

    class Meta:
        db_table = "document"
        indexes = [models.Index(fields=["organisation", "case", "-uploaded_at"], name="document_of_case")]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_words(self) -> str:
        """The kind that stands, in words."""
        return str(PaperKind(getattr(self, "standing_kind", self.kind)).label)


class DocumentKind(TenantModel):
    """Somebody sorted a paper again: the paper's own row is written once, so the newest of these stands."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=PaperKind)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "document_kind"
        indexes = [
            models.Index(fields=["organisation", "document", "-given_at"], name="document_kind_newest")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
