"""Who may come in: a person is an e-mail address, a membership is a person in an organisation."""

from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property

from advocacy.accounts.roles import ROLES, Role
from advocacy.kernel.ids import new_id
from advocacy.kernel.text import initials
from advocacy.organisations.models import Organisation


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person; the address is kept in lower case."""
        user = self.model(email=email.strip().lower(), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person with a sign-in. It stands outside the locks: one address may serve several organisations."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=60, default="America/Los_Angeles")
    theme = models.CharField(max_length=5, blank=True)
    # Chosen on a page; mails follow it. Empty: nothing chosen yet.
    language = models.CharField(max_length=2, blank=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        db_table = "person"
        constraints = [
            models.CheckConstraint(name="person_email_lower", condition=Q(email=Lower("email"))),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """True for platform operators: Django's admin asks this."""
        return self.is_operator

    def has_perm(self, _permission: str, _obj: object = None) -> bool:
        return self.is_active and self.is_operator

    def has_module_perms(self, _label: str) -> bool:
        return self.is_active and self.is_operator

    @property
    def initials(self) -> str:
        return initials(self.name or self.email)

    @cached_property
    def live_memberships(self) -> list["Membership"]:
        """The places this person holds now, each with its organisation."""
        return list(Membership.objects.live().filter(user=self).select_related("organisation", "user"))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live(self) -> Self:
        return self.filter(left_at=None, user__is_active=True, organisation__suspended_at=None)


class Membership(models.Model):
    """A person's place in an organisation, with one role."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.key, role.name) for role in ROLES.values()])
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    # The last request by this membership but for the last minute; another organisation does not see it.
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        db_table = "membership"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], condition=Q(left_at=None), name="membership_one_live"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.organisation}"

    @property
    def rights(self) -> Role:
        """The role's name, words and permissions."""
        return ROLES[self.role]


class AccessKeyKind(models.TextChoices):
    """Doors without a session, each opened by a key of its own kind."""

    INVITATION = "invitation", "Invitation to the portal"
    STAFF = "staff", "Invitation to work here"
    EMBED = "embed", "Stories on another site"
    API = "api", "Another program"
    FEED = "feed", "Calendar of a member"
    CLIENT_FEED = "client_feed", "Calendar of a client"


class AccessKeyScope(models.TextChoices):
    """How far a program's key goes, within what its member may do."""

    READ = "read", "Read"
    WRITE = "write", "Read and write"


class FeedReach(models.TextChoices):
    """Whose dates a member's calendar holds: never more than the member may see."""

    OWN = "own", "Of my cases"
    SIGHT = "sight", "Of every case I may see"
    TEAM = "team", "Of the whole team"


class AccessKey(models.Model):
    """A secret that opens one door of one organisation. Only its hash is kept; found before any scope."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=AccessKeyKind)
    secret_hash = models.CharField(max_length=64, unique=True)
    membership = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    # Whoever comes in by it, where that is no member: a client, or who speaks for one.
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=10, choices=[*AccessKeyScope.choices, *FeedReach.choices], blank=True)
    # A plain id (a portal access, a client): what it names lies behind the locks.
    subject_id = models.UUIDField(null=True)
    label = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_key"
        constraints = [
            models.CheckConstraint(
                # A program does what one member may do, and no longer than they may.
                name="access_key_of_a_program_has_its_member_and_scope",
                condition=~Q(kind="api") | (Q(membership__isnull=False) & ~Q(scope="")),
            ),
            models.CheckConstraint(
                name="access_key_of_a_feed_has_its_member_and_reach",
                condition=~Q(kind="feed")
                | (Q(membership__isnull=False) & Q(scope__in=["own", "sight", "team"])),
            ),
            models.CheckConstraint(
                # It lives as long as the portal access that it names.
                name="access_key_of_a_client_feed_has_its_person_and_access",
                condition=~Q(kind="client_feed") | Q(person__isnull=False, subject_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}".strip()


class SignInCode(models.Model):
    """A mailed code: eight characters, ten minutes, three tries, one use, only in the browser that asked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="+")
    # Also of addresses we do not know: both are counted, and answered, alike.
    address_hash = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64)
    browser_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sign_in_code"
        indexes = [models.Index(fields=["address_hash", "-created_at"], name="sign_in_code_of_address")]

    def __str__(self) -> str:
        return f"code of {self.created_at:%Y-%m-%d %H:%M}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> Self:
        """Neither accepted nor withdrawn; one whose link has run out waits to be sent again."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """An offer to work in an organisation, mailed to an address that may be known here or not.

    Its link is an AccessKey of kind `staff` whose subject it is.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=[(role.key, role.name) for role in ROLES.values()])
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    # When the link that works was mailed, and when it stops to work.
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        db_table = "invitation"
        constraints = [
            models.CheckConstraint(name="invitation_email_lower", condition=Q(email=Lower("email"))),
            models.CheckConstraint(
                name="invitation_accepted_at_and_by_together",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.organisation}"

    @property
    def rights(self) -> Role:
        """The role that is offered."""
        return ROLES[self.role]


class Session(AbstractBaseSession):
    """A browser that was let in, with what its person is shown of it (`accounts.sessions`).

    `id` names it on a page: the key itself opens the door. `began_at` is the sign-in, `seen_at` the last
    request but for the last minute. Without a person it belongs to a visitor, or to the portal.
    """

    id = models.UUIDField(unique=True, default=new_id, editable=False)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    device = models.CharField(max_length=60, blank=True)

    class Meta:
        db_table = "session"

    def __str__(self) -> str:
        return f"session of {self.user_id or 'a visitor'}"

    @classmethod
    def get_session_store_class(cls) -> Any:
        from advocacy.accounts.sessions import SessionStore

        return SessionStore
