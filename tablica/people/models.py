"""Companies and the persons who work there."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tablica.records.models import RecordModel


class Company(RecordModel):
    """A client, supplier or partner."""

    class Relationship(models.TextChoices):
        LEAD = "lead", _("Prospect")
        CLIENT = "client", _("Client")
        FORMER = "former", _("Former client")
        PARTNER = "partner", _("Partner")
        SUPPLIER = "supplier", _("Supplier")

    relationship = models.CharField(
        max_length=10, choices=Relationship, default=Relationship.LEAD, blank=True
    )
    industry = models.CharField(max_length=80, blank=True)
    tax_id = models.CharField(max_length=30, blank=True)
    website = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True)
    about = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "companies"
        indexes = [
            models.Index(fields=["tax_id"], name="company_tax_id"),
            models.Index(fields=["city"], name="company_city"),
        ]


class Person(RecordModel):
    """Somebody we talk to; works at none, one or several companies."""

    companies: models.ManyToManyField[Company, Employment] = models.ManyToManyField(
        Company, through="people.Employment", related_name="people", blank=True
    )
    position = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    mobile = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=5, blank=True)
    birthday = models.DateField(null=True, blank=True)
    about = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["email"], name="person_email")]


class Employment(models.Model):
    """A person works at a company."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="employments")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="employments")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "company"], name="employment_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.company_id}"
