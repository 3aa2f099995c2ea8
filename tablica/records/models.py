"""The identity of everything that has a wall: who it is, whose it is, who may see it."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tablica.accounts.models import Team
from tablica.records.loans import Absence, Glimpse, Looked, LookIn, Share
from tablica.records.managers import GuardedQuerySet
from tablica.records.noting import Noted
from tablica.records.visibility import EVERYONE, ME, TEAM, visible_q

if TYPE_CHECKING:
    from tablica.accounts.models import User

__all__ = [
    "Absence",
    "Audience",
    "BodyQuerySet",
    "Change",
    "Glimpse",
    "LookIn",
    "Looked",
    "Record",
    "RecordModel",
    "RecordQuerySet",
    "RecordTag",
    "Share",
    "Tag",
    "TagAsked",
    "any_number",
]


class Audience(models.Model):
    """A circle of people who may read something, interned: one row per distinct circle.

    `team` means the team of the record, `me` the owner of the record or the author of the entry;
    `named` the people and teams listed. Made only by `records.commands.audience`.
    """

    class Type(models.TextChoices):
        EVERYONE = "everyone", _("Everyone")
        TEAM = "team", _("The team")
        NAMED = "named", _("Named people")
        ME = "me", _("Only me")

    EVERYONE: ClassVar[int] = EVERYONE
    TEAM: ClassVar[int] = TEAM
    ME: ClassVar[int] = ME

    type = models.CharField(max_length=8, choices=Type)
    key = models.CharField(max_length=64, unique=True)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    teams = models.ManyToManyField(Team, related_name="+", blank=True)

    def __str__(self) -> str:
        return self.key


class RecordQuerySet(GuardedQuerySet["Record"]):
    def visible_q(self, user: User) -> Q:
        return visible_q(user) & Q(trashed_at=None)

    def visible_in_trash_to(self, user: User) -> Self:
        """What `user` would see, had it not been thrown away."""
        return self._opened().filter(visible_q(user), trashed_at__isnull=False)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)


class Record(Noted):
    """One thing with a wall. Its title, owner, team and audience live here and only here."""

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=250)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    audience = models.ForeignKey(
        Audience, on_delete=models.PROTECT, default=Audience.EVERYONE, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    touched_at = models.DateTimeField()
    trashed_at = models.DateTimeField(null=True)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    tags: models.ManyToManyField[Tag, RecordTag] = models.ManyToManyField(
        "records.Tag", through="records.RecordTag", related_name="records"
    )

    objects = RecordQuerySet.as_manager()
    noted_as = "record"

    class Meta:
        indexes = [
            models.Index(fields=["kind", "-touched_at", "-id"], name="record_kind_touched"),
            models.Index(fields=["kind", "title", "id"], name="record_kind_title"),
            models.Index(fields=["owner", "kind"], name="record_owner"),
            models.Index(fields=["audience", "team"], name="record_audience"),
            models.Index(
                fields=["trashed_at"], name="record_trash", condition=Q(trashed_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(audience=Audience.TEAM) | Q(team__isnull=False),
                name="record_team_audience_has_team",
            ),
            models.CheckConstraint(
                condition=~Q(audience=Audience.ME) | Q(owner__isnull=False),
                name="record_me_audience_has_owner",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def of_person_q(cls, person: int) -> Q:
        return Q(owner=person)

    @classmethod
    def open_q(cls, user: User) -> Q:
        return visible_q(user)

    @property
    def is_trashed(self) -> bool:
        return self.trashed_at is not None


B_co = TypeVar("B_co", bound="RecordModel", covariant=True)


class BodyQuerySet(GuardedQuerySet[B_co]):
    """The bodies of records: seen exactly when their record is."""

    def visible_q(self, user: User) -> Q:
        return visible_q(user, "record__") & Q(record__trashed_at=None)


class RecordModel(models.Model):
    """What a kind knows beyond the record; shares the record's number."""

    record = models.OneToOneField(
        Record, on_delete=models.CASCADE, primary_key=True, related_name="%(class)s"
    )

    objects = BodyQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.record.title

    def settle(self, changed: set[str], at: datetime) -> set[str]:
        """Bring what follows from the `changed` fields in line; returns the fields set here."""
        return set()


def any_number() -> int:
    """A number that says nothing of what was made before, exact in JSON everywhere."""
    return secrets.randbelow(2**52) + 1


class Tag(models.Model):
    """A word that gathers records and entries. `key` is its folded form, so Łódź = lodz.

    Its number is drawn, not counted: whoever asks for a tag that is used only where they do not
    look must not learn from the number that it is old.
    """

    id = models.BigIntegerField(primary_key=True, default=any_number, editable=False)
    name = models.CharField(max_length=60)
    key = models.CharField(max_length=60, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["key"]

    def __str__(self) -> str:
        return self.name


class TagAsked(models.Model):
    """Somebody asked for a tag by name, as `name`. From then on they meet it.

    So that a tag that is used only where they do not look answers them like a new one.
    """

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "user"], name="tag_asked_once")]

    def __str__(self) -> str:
        return self.name


class RecordTag(models.Model):
    """A tag on a record."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="record_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="record_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "tag"], name="record_tag_once")]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.tag_id}"


class Change(models.Model):
    """What one save changed on a record: append-only, so that every value ever kept is readable.

    `fields` maps a field's name to `[before, after]` in the raw form that JSON can hold.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    fields = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "version"], name="change_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.record_id} v{self.version}"
