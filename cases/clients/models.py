"""The client, the health plan that covers them, and the people around them."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate

from advocacy.accounts.models import User
from advocacy.kernel.encrypted import EncryptedTextField
from advocacy.organisations.models import ScopedManager, TenantModel
from cases.clients.authority import Standing, Terms, standing_on
from cases.clients.reach import REACH_WORDS, Reach, Way, in_words, may_be_mailed, way_of


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    SPANISH = "es", "Spanish"
    OTHER = "other", "Another language"


class Regulator(models.TextChoices):
    """Who supervises the plan, as far as we know."""

    DMHC = "dmhc", "DMHC (Department of Managed Health Care)"
    CDI = "cdi", "CDI (Department of Insurance)"
    UNKNOWN = "unknown", "Not known yet"


class EvidenceKind(models.TextChoices):
    """By what we know who regulates a plan."""

    EOC = "eoc", "A paragraph in the plan’s booklet (Evidence of Coverage)"
    NOTICE_PHONE = "notice_phone", "The telephone number in the notice"
    CARD = "card", "The card"
    PLAN_ANSWER = "plan_answer", "The plan’s answer"
    OTHER = "other", "Something else"
    NONE = "none", "Nothing yet"


class Certainty(models.TextChoices):
    """How sure we are of the regulator."""

    SURE = "sure", "Sure"
    LIKELY = "likely", "Likely"
    GUESS = "guess", "Our guess"
    UNKNOWN = "unknown", "Not known yet"


class Relation(models.TextChoices):
    """Who a representative is to the client."""

    PARENT = "parent", "Parent or guardian"
    SPOUSE = "spouse", "Spouse or partner"
    CHILD = "child", "Son or daughter"
    FRIEND = "friend", "Friend or relative"
    ADVOCATE = "advocate", "Advocate"
    ATTORNEY = "attorney", "Attorney"
    OTHER = "other", "Someone else"


class Body(models.TextChoices):
    """To whom an authorization is made out: each body has a form of its own."""

    PLAN = "plan", "The health plan"
    DMHC = "dmhc", "DMHC (Department of Managed Health Care)"
    CDI = "cdi", "CDI (Department of Insurance)"
    RECORDS = "records", "Who holds the medical records"
    ORGANISATION = "organisation", "This organization"


class ProviderKind(models.TextChoices):
    DOCTOR = "doctor", "Doctor"
    GROUP = "group", "Medical group"
    HOSPITAL = "hospital", "Hospital"
    THERAPIST = "therapist", "Therapist"
    OTHER = "other", "Someone else"


class InNetwork(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not known yet"


class Capacity(models.TextChoices):
    """As whom somebody reads a client's file."""

    SELF = "self", "The client"
    PARENT = "parent", "Parent or guardian"
    REPRESENTATIVE = "representative", "Authorized representative"


class Client(TenantModel):
    """A person whose health plan refused care."""

    given_name = models.CharField(max_length=120, blank=True)
    family_name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=8, choices=Language, default=Language.ENGLISH)
    address = models.CharField(max_length=300, blank=True)
    # What is safe, as they said it: somebody else may answer the phone or open the post.
    reach = models.CharField(
        max_length=10, choices=[(each.value, words) for each, words in REACH_WORDS.items()], blank=True,
        default=Reach.UNSAID.value,
    )  # fmt: skip
    may_leave_voicemail = models.BooleanField(default=False)
    is_shared = models.BooleanField(default=False)
    safe_words = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "client"
        indexes = [
            models.Index(fields=["organisation", "family_name", "given_name"], name="client_by_name"),
        ]

    def __str__(self) -> str:
        return self.listed_name

    @property
    def listed_name(self) -> str:
        """Family name first, as staff lists read."""
        return f"{self.family_name}, {self.given_name}" if self.given_name else self.family_name

    @property
    def called(self) -> str:
        """As people say it: given name first."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def way(self) -> Way:
        """How we tell them of a date."""
        have = {"email": bool(self.email), "phone": bool(self.phone), "address": bool(self.address)}
        return way_of(self.reach, **have)

    @property
    def way_words(self) -> list[str]:
        """How they may be reached, sentence by sentence."""
        return in_words(
            self.reach, self.way, voicemail=self.may_leave_voicemail, shared=self.is_shared,
            safe_words=self.safe_words,
        )  # fmt: skip


class Coverage(TenantModel):
    """One client's cover by one plan."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    plan_name = models.CharField(max_length=160)
    member_id = EncryptedTextField(blank=True)
    regulator = models.CharField(max_length=10, choices=Regulator, default=Regulator.UNKNOWN)
    evidence_kind = models.CharField(max_length=20, choices=EvidenceKind, default=EvidenceKind.NONE)
    evidence = models.CharField(max_length=300, blank=True)
    # Not known for a known regulator: the row is older than the question.
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.UNKNOWN)
    # Who decided in the plan's place: a medical group, a manager of behavioral health.
    delegate = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "coverage"
        indexes = [models.Index(fields=["organisation", "client"], name="coverage_of_client")]

    def __str__(self) -> str:
        return self.plan_name

    @property
    def regulator_words(self) -> str:
        """The regulator, with how sure we are: every page that names it says both."""
        if self.regulator == Regulator.UNKNOWN:
            return str(Regulator.UNKNOWN.label)
        doubt: dict[str, str] = {
            Certainty.SURE: "",
            Certainty.LIKELY: " (likely)",
            Certainty.GUESS: " (our guess)",
            Certainty.UNKNOWN: " (nobody said how sure)",
        }
        return self.regulator.upper() + doubt[self.certainty]


class Representative(TenantModel):
    """Somebody who helps or speaks for a client. What they may do, each authorization says."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    relation = models.CharField(max_length=20, choices=Relation)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "representative"
        indexes = [models.Index(fields=["organisation", "client"], name="representative_of_client")]

    def __str__(self) -> str:
        return self.name


class Authorisation(TenantModel):
    """One form by which a client lets a representative speak with one body. On pages: authorization."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    representative = models.ForeignKey(Representative, on_delete=models.PROTECT, related_name="+")
    body = models.CharField(max_length=20, choices=Body)
    form = models.CharField(max_length=160)
    both_sign = models.BooleanField()
    client_signed_on = models.DateField(null=True, blank=True)
    representative_signed_on = models.DateField(null=True, blank=True)
    # The paper that stands for the signature of a client who cannot sign, such as a power of attorney.
    stands_instead = models.CharField(max_length=160, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        db_table = "authorisation"
        constraints = [
            models.CheckConstraint(
                name="authorisation_ended_at_and_by_together",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(
                # The department's Authorized Assistant Form: it speaks with nobody while one is missing.
                name="authorisation_dmhc_takes_both_signatures",
                condition=~Q(body="dmhc") | Q(both_sign=True),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "client"], name="authorisation_of_client"),
            models.Index(
                fields=["organisation", "expires_on"],
                condition=Q(ended_at=None),
                name="authorisation_soonest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form}: {self.get_body_display()}"

    @property
    def terms(self) -> Terms:
        """What the form says."""
        return Terms(
            body=self.body,
            form=self.form,
            both_sign=self.both_sign,
            client_signed_on=self.client_signed_on,
            representative_signed_on=self.representative_signed_on,
            stands_instead=self.stands_instead,
            expires_on=self.expires_on,
        )

    def standing_on(self, day: date) -> Standing:
        """Where it stands on a day in California."""
        ended_on = localdate(self.ended_at) if self.ended_at else None
        return standing_on(self.terms, day, ended_on=ended_on)


class Provider(TenantModel):
    """A doctor or another who treats the client, and can write for them."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=ProviderKind)
    phone = models.CharField(max_length=40, blank=True)
    fax = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=300, blank=True)
    in_network = models.CharField(max_length=10, choices=InNetwork, default=InNetwork.UNKNOWN)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "provider"
        indexes = [models.Index(fields=["organisation", "client"], name="provider_of_client")]

    def __str__(self) -> str:
        return self.name


class PortalAccessQuerySet(models.QuerySet["PortalAccess"]):
    def live(self, now: datetime) -> Self:
        """Those that open the portal at this moment."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), ended_at=None)


class PortalAccess(TenantModel):
    """One person may read one client's file in the portal. The database's portal policies rest on it."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=20, choices=Capacity, default=Capacity.SELF)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(PortalAccessQuerySet)()  # type: ignore[misc]  # a class variable there

    class Meta:
        db_table = "portal_access"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "client", "user"],
                condition=Q(ended_at=None),
                name="portal_access_once",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "user"], name="portal_access_of_person")]

    def __str__(self) -> str:
        return f"{self.user} as {self.get_capacity_display().lower()}"

    @property
    def may_be_mailed(self) -> bool:
        """True of anybody but the client, whose choice holds for each address of theirs."""
        is_theirs = self.capacity == Capacity.SELF or self.user.email == self.client.email.lower()
        return not is_theirs or may_be_mailed(self.client.reach)
