"""What becomes of what somebody had who leaves: the company's rule, and each handover."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tablica.records.models import Audience, Record
from tablica.wall.models import Draft, Entry

if TYPE_CHECKING:
    from tablica.accounts.models import User

ONLY = 1


class Then(models.TextChoices):
    """What becomes of what nobody else could read."""

    SUCCESSOR = "successor", _("The successor may read it")
    KEEP = "keep", _("It stays closed")


class LeavingRule(models.Model):
    """The rule of the company, in one row. Until somebody says otherwise: as the defaults."""

    records = models.CharField(max_length=9, choices=Then, default=Then.SUCCESSOR)
    entries = models.CharField(max_length=9, choices=Then, default=Then.KEEP)
    drafts = models.CharField(max_length=9, choices=Then, default=Then.KEEP)

    def __str__(self) -> str:
        return f"{self.records} {self.entries} {self.drafts}"


class Handover(models.Model):
    """One handing over of what `user` has: planned, begun, perhaps stopped, ended, taken back.

    Each moment says when; before it there is none. `heir` gets what hangs on no record that goes to
    somebody. `records`, `entries` and `drafts` are the rule as it was when it began. `withdrawn` is
    what was lent to them and ended with it, so that it can be given back.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    heir = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    planned_at = models.DateTimeField()
    records = models.CharField(max_length=9, choices=Then)
    entries = models.CharField(max_length=9, choices=Then)
    drafts = models.CharField(max_length=9, choices=Then)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    begun_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    undo_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    withdrawn = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_at=None, undone_at=None),
                name="handover_open_once",
            ),
        ]
        indexes = [models.Index(fields=["user", "-id"], name="handover_user")]

    def __str__(self) -> str:
        return f"{self.pk} of {self.user_id}"

    @property
    def is_plan(self) -> bool:
        """Whether nothing has been done yet."""
        return self.begun_at is None

    @property
    def is_undo(self) -> bool:
        """Whether it is being taken back, or has been."""
        return self.undo_at is not None

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do, in the direction it goes."""
        return (self.undone_at if self.is_undo else self.ended_at) is not None

    @property
    def is_running(self) -> bool:
        """Whether the job has something to do."""
        return not (self.is_plan or self.is_over or self.stopped_at)

    @property
    def keeps_records(self) -> bool:
        """Whether records that nobody else may read stay as they are."""
        return self.records == Then.KEEP


class RowQuerySet(models.QuerySet["HandoverRow"]):
    def ahead(self, handover: Handover) -> RowQuerySet:
        """What is still to be done, in the direction the handover goes."""
        if handover.is_undo:
            return self.filter(done_at__isnull=False, undone_at=None, left="")
        return self.filter(done_at=None, left="")

    def there(self) -> RowQuerySet:
        """What has been passed on and was not taken back."""
        return self.filter(done_at__isnull=False, undone_at=None)


class HandoverRow(models.Model):
    """One thing of a handover: a record, an entry, or a draft; from whom, to whom, and why.

    `was` owned the record before; `readers` read the entry before. `words` is how many entries and
    comments the successor wrote on the wall of the record and those related. `left` says why it was
    left as it is; a row that waits for another successor is `left` as well.
    """

    class Why(models.TextChoices):
        WROTE = "wrote", _("wrote most here")
        FOLLOWS = "follows", _("follows this")
        TEAM = "team", _("is in the team")
        CHOSEN = "chosen", _("was chosen")

    class Left(models.TextChoices):
        CHANGED = "changed", _("changed meanwhile")
        SUCCESSOR = "nobody", _("waits for another successor")

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="rows")
    kind = models.CharField(max_length=40, blank=True)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, null=True, related_name="+")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, null=True, related_name="+")
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, null=True, related_name="+")
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    why = models.CharField(max_length=8, choices=Why, blank=True)
    words = models.PositiveIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    was = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    readers = models.ForeignKey(Audience, on_delete=models.PROTECT, null=True, related_name="+")
    opened = models.ForeignKey(Audience, on_delete=models.PROTECT, null=True, related_name="+")
    followed = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    left = models.CharField(max_length=8, choices=Left, blank=True)

    objects: ClassVar = RowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handover", "record"], name="handover_row_record_once"),
            models.UniqueConstraint(fields=["handover", "entry"], name="handover_row_entry_once"),
            models.UniqueConstraint(fields=["handover", "draft"], name="handover_row_draft_once"),
        ]
        indexes = [
            models.Index(fields=["handover", "kind", "to"], name="handover_row_group"),
            models.Index(
                fields=["handover", "id"], name="handover_row_ahead", condition=Q(done_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id or self.entry_id or self.draft_id} → {self.to_id}"


def the_rule() -> LeavingRule:
    """The rule as it stands; the defaults when nobody has said it yet."""
    return LeavingRule.objects.filter(pk=ONLY).first() or LeavingRule(pk=ONLY)


def latest_of(user: User) -> Handover | None:
    """The last handover of what `user` has, planned or done."""
    found = Handover.objects.filter(user=user).select_related("user", "heir", "by")
    return found.order_by("-pk").first()
