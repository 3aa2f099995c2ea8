"""What may be said of a deal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tablica.accounts.models import User
from tablica.people.models import Company, Person
from tablica.records.fields import AmountField, DayField
from tablica.records.forms import CleanText, RecordChoice, RecordForm, RecordsChoice
from tablica.records.models import RecordModel
from tablica.records.rules import sealed_fields
from tablica.sales.models import DEFAULT_CURRENCY, Deal, Stage
from tablica.sales.queries import usual_currency
from tablica.shared.money import CURRENCIES


class StageField(forms.ModelChoiceField[Stage]):
    """A stage of the pipeline, named by its slug."""

    api_type = "choice"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Stage.objects.all(), to_field_name="slug", empty_label=None, **kwargs
        )


class DealForm(RecordForm):
    """A deal: with whom, how much, how far, until when."""

    model = Deal
    company = RecordChoice("company", Company, label=_("Company"))
    people = RecordsChoice("person", Person, label=_("People"))
    amount = AmountField(label=_("Amount"), required=False)
    currency = forms.ChoiceField(
        label=_("Currency"), choices=[(c, c) for c in CURRENCIES], required=False
    )
    stage = StageField(label=_("Stage"), required=False)
    expected_close = DayField(label=_("Expected close"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Deal.Outcome, required=False)
    outcome_reason = CleanText(label=_("Why it was lost or won"), max_length=300, required=False)
    about = CleanText(label=_("About"), max_length=10_000, multiline=True, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        user: User,
        body: RecordModel | None = None,
        only: Iterable[str] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, user=user, body=body, only=only, initial=initial)
        if data is None and body is None:
            self.initial.setdefault("currency", usual_currency(user))

    @staticmethod
    def _initial(value: Any) -> Any:
        return value.slug if isinstance(value, Stage) else RecordForm._initial(value)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.body is None:
            cleaned["stage"] = cleaned.get("stage") or Stage.objects.first()
            cleaned["currency"] = cleaned.get("currency") or DEFAULT_CURRENCY
            cleaned["outcome"] = cleaned.get("outcome") or Deal.Outcome.OPEN
        for name in ("stage", "currency", "outcome"):
            if name in self.fields and name not in self.errors and not cleaned.get(name):
                self.add_error(name, _("Choose one."))
        reason = cleaned.get("outcome_reason", getattr(self.body, "outcome_reason", ""))
        may_say = "outcome_reason" not in sealed_fields(self.user, "deal")
        if cleaned.get("outcome") == Deal.Outcome.LOST and may_say and not reason:
            self.add_error(self._place("outcome_reason"), _("Say in a few words why it was lost."))
        return cleaned
