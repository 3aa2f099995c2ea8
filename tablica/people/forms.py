"""What may be said of companies and persons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tablica.people.countries import countries
from tablica.people.models import Company, Person
from tablica.records.fields import CheckedText, DayField
from tablica.records.forms import CleanText, RecordForm, RecordsChoice
from tablica.shared.validators import clean_email, clean_phone, clean_tax_id, clean_url


def _phone(typed: str) -> str:
    """A number with its country code, or as it was typed."""
    return clean_phone(typed, region=None)


class CompanyForm(RecordForm):
    """A company: what it is to us, and how to reach it."""

    model = Company
    relationship = forms.ChoiceField(
        label=_("Relationship"), choices=Company.Relationship, required=False
    )
    industry = CleanText(label=_("Industry"), max_length=80, required=False)
    tax_id = CheckedText(clean_tax_id, label=_("Tax id"), max_length=30, required=False)
    website = CheckedText(
        clean_url, label=_("Website"), max_length=200, required=False, api_type="url"
    )
    email = CheckedText(
        clean_email, label=_("E-mail"), max_length=254, required=False, api_type="email"
    )
    phone = CheckedText(_phone, label=_("Phone"), max_length=40, required=False, api_type="phone")
    address = CleanText(label=_("Address"), max_length=200, required=False)
    city = CleanText(label=_("City"), max_length=80, required=False)
    country = forms.ChoiceField(label=_("Country"), choices=countries, required=False)
    about = CleanText(label=_("About"), max_length=10_000, multiline=True, required=False)


class PersonForm(RecordForm):
    """A person: where they work, and how to reach them."""

    model = Person
    companies = RecordsChoice("company", Company, label=_("Companies"))
    position = CleanText(label=_("Position"), max_length=120, required=False)
    email = CheckedText(
        clean_email, label=_("E-mail"), max_length=254, required=False, api_type="email"
    )
    phone = CheckedText(_phone, label=_("Phone"), max_length=40, required=False, api_type="phone")
    mobile = CheckedText(_phone, label=_("Mobile"), max_length=40, required=False, api_type="phone")
    city = CleanText(label=_("City"), max_length=80, required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", "—"), *settings.LANGUAGES], required=False
    )
    birthday = DayField(label=_("Birthday"), required=False)
    about = CleanText(label=_("About"), max_length=10_000, multiline=True, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "title" in self.fields:
            self.fields["title"].label = _("Full name")
