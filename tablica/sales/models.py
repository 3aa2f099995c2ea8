"""Deals, and the stages they go through."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tablica.people.models import Company, Person
from tablica.records.models import RecordModel

DEFAULT_CURRENCY = "EUR"


class Stage(models.Model):
    """One step of the pipeline. `probability` in percent; a deal idle longer than `days` stalls."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    probability = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])
    days = models.PositiveSmallIntegerField(default=14)

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        """The name; that of a built-in stage in the reader's language."""
        return gettext(self.name)

    @property
    def raw_value(self) -> str:
        """How history, the API and the import name a stage."""
        return self.slug


class DealPerson(models.Model):
    """A person who has a say in a deal."""

    deal = models.ForeignKey("sales.Deal", on_delete=models.CASCADE, related_name="deal_people")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="deal_people")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "person"], name="deal_person_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.deal_id}"


class Deal(RecordModel):
    """A sale that may come: with whom, how much, how far, until when, and how it ended."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    company = models.ForeignKey(
        Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="deals"
    )
    people: models.ManyToManyField[Person, DealPerson] = models.ManyToManyField(
        Person, through=DealPerson, related_name="deals", blank=True
    )
    amount = models.DecimalField(
        max_digits=16, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(max_length=3, default=DEFAULT_CURRENCY)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="deals")
    stage_since = models.DateTimeField(default=timezone.now)
    expected_close = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=4, choices=Outcome, default=Outcome.OPEN)
    outcome_reason = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    about = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["outcome", "stage"], name="deal_board"),
            models.Index(fields=["expected_close"], name="deal_expected_close"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="open") ^ models.Q(closed_at__isnull=False),
                name="deal_closed_has_time",
            )
        ]

    def settle(self, changed: set[str], at: datetime) -> set[str]:
        """A deal begins in the first stage, unless another is named; a new stage begins to count
        its days; an ended deal knows since when."""
        settled: set[str] = set()
        if not self.stage_id:
            self.stage = Stage.objects.all()[0]
            settled.add("stage")
        if "stage" in changed:
            self.stage_since = at
            settled.add("stage_since")
        if "outcome" in changed:
            self.closed_at = None if self.is_open else at
            settled.add("closed_at")
        return settled

    @property
    def is_open(self) -> bool:
        return self.outcome == self.Outcome.OPEN
