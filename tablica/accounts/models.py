"""Who works here: users, their teams and roles, and the secrets that let them in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tablica.accounts.factors.models import CodeApp as CodeApp
from tablica.accounts.factors.models import Passkey as Passkey
from tablica.accounts.factors.models import RecoveryCode as RecoveryCode


class Ability(models.TextChoices):
    """What a role may allow beside the records themselves. Whoever administers may all of it."""

    INVITE = "invite", _("invite people")
    IMPORT = "import", _("run imports")
    TAGS = "tags", _("look after tags")
    RUNNING = "running", _("see jobs and the mail server")


class Role(models.Model):
    """What a user may do. The three built-in roles are rows like any other.

    `abilities` is a list of `Ability`, kept here so that reading rights asks one table less. So are
    `fields`: by kind and name of a field, what the role may do with it where that is less than
    writing.
    `second_factor` says that the password alone lets nobody in who has this role.
    """

    class FieldRight(models.TextChoices):
        WRITE = "write", _("change")
        READ = "read", _("only read")
        HIDDEN = "hidden", _("hidden")

    class Reach(models.TextChoices):
        TEAMS = "teams", _("their own teams")
        BELOW = "below", _("their teams and those below")
        ALL = "all", _("every team")

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    built_in = models.BooleanField(default=False)
    reach = models.CharField(max_length=8, choices=Reach, default=Reach.TEAMS)
    administers = models.BooleanField(default=False)
    abilities = models.JSONField(default=list, blank=True)
    fields = models.JSONField(default=dict, blank=True)
    second_factor = models.BooleanField(default=False)

    def __str__(self) -> str:
        """The name; that of a built-in role in the reader's language."""
        return gettext(self.name) if self.built_in else self.name


class Grant(models.Model):
    """One right of a role: a verb on a kind of record, for own, the team's or all.

    An empty `kind` stands for every kind that has no grant of its own. No row means: none.
    """

    class Verb(models.TextChoices):
        VIEW = "view", _("view")
        EDIT = "edit", _("edit")
        DELETE = "delete", _("delete")
        EXPORT = "export", _("export")

    class Scope(models.TextChoices):
        NONE = "none", _("none")
        OWN = "own", _("own")
        TEAM = "team", _("the team's")
        ALL = "all", _("all")

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="grants")
    kind = models.CharField(max_length=40, blank=True)
    verb = models.CharField(max_length=8, choices=Verb)
    scope = models.CharField(max_length=8, choices=Scope)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "kind", "verb"], name="grant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.verb} {self.kind or '*'} = {self.scope}"


class Team(models.Model):
    """A group of colleagues; teams form a tree."""

    name = models.CharField(max_length=120, unique=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="below"
    )

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=(username or "").strip())


class User(AbstractBaseUser):
    """A colleague who signs in. Never deleted, only deactivated: names stay in history.

    `lent` says whether anything was ever shared with them, or they had a deputy or were one: only
    then their rights take one more look.
    """

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="users")
    teams: models.ManyToManyField[Team, models.Model] = models.ManyToManyField(
        Team, related_name="members", blank=True
    )
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    timezone = models.CharField(max_length=64, default="UTC")
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    created_at = models.DateTimeField(auto_now_add=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    lent = models.BooleanField(default=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether this colleague may come in; asked by Django at each request."""
        return self.deactivated_at is None

    @property
    def initials(self) -> str:
        """One or two letters for the face of someone without a picture."""
        words = self.name.split()
        return "".join(w[0] for w in (words[:1] + words[1:][-1:])).upper()

    @property
    def hue(self) -> int:
        """The colour of the face, 1 to 12, always the same for one person."""
        return (self.pk or 0) % 12 + 1


class ApiToken(models.Model):
    """A key for programs, kept as a SHA-256 digest. It can never do more than its owner."""

    class Scope(models.TextChoices):
        READ = "read", _("read")
        WRITE = "write", _("read and write")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=5, choices=Scope, default=Scope.READ)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.user})"


class OneTimeLink(models.Model):
    """A link that opens one door once: the first administrator, an invitation, a new password.

    A rescue is a new password for an administrator where else only single sign-on lets people in.
    """

    class Purpose(models.TextChoices):
        FIRST = "first", _("first administrator")
        INVITATION = "invitation", _("invitation")
        PASSWORD = "password", _("new password")
        RESCUE = "rescue", _("rescue")

    purpose = models.CharField(max_length=10, choices=Purpose)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.created_at:%Y-%m-%d}"


class Identity(models.Model):
    """Who somebody is at a provider of single sign-on: by its own name for them, not by e-mail."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once"),
            models.UniqueConstraint(fields=["user", "issuer"], name="identity_one_each"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.issuer}"


class ToldEnd(models.Model):
    """That the provider of single sign-on told the end of somebody's session: each counts once.

    `digest` is the SHA-256 of who told it and the number it gave.
    """

    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.digest[:8]} {self.at}"


class SignInFailure(models.Model):
    """A wrong password, kept for as long as it slows the next guess.

    `address` is a network; `device` the name of a browser that the account knows, else empty.
    """

    class Where(models.TextChoices):
        STRANGE = "strange"
        NET = "net"
        DEVICE = "device"

    email = models.CharField(max_length=254, db_index=True)
    address = models.CharField(max_length=64, db_index=True)
    where = models.CharField(max_length=8, choices=Where, default=Where.STRANGE)
    device = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.email} {self.at}"


class SignIn(models.Model):
    """A browser in which somebody is signed in: its session, and what tells it from others.

    `agent` is its name and system, such as “Firefox, Linux”; `net` the network it was last seen in.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    session = models.CharField(max_length=40, unique=True)
    agent = models.CharField(max_length=80, blank=True)
    net = models.CharField(max_length=64)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.agent}"


class KnownNet(models.Model):
    """A network from which somebody was signed in, and when last."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="known_nets")
    net = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "net"], name="known_net_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.net}"
