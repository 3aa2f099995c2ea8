"""What is chosen when somebody leaves: a successor, and the rule of the company."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tablica.accounts.models import User
from tablica.leaving.models import Then


class SuccessorForm(forms.Form):
    """Who gets something, among those who may."""

    to = forms.ModelChoiceField(label=_("Successor"), queryset=User.objects.none())

    def __init__(self, *args: Any, able: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=list(able)).order_by("name", "pk")
        self.fields["to"].queryset = people  # type: ignore[attr-defined]


def _choice(label: Any, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, help_text=help_text, choices=Then.choices, widget=forms.RadioSelect
    )


class RuleForm(forms.Form):
    """What becomes of what only who leaves could read."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    records = _choice(
        _("Records for them alone"),
        _("Opened, they belong to the successor, who alone reads them."),
    )
    entries = _choice(
        _("Entries for them alone"), _("Opened, they are read by the successor of the wall.")
    )
    drafts = _choice(
        _("Drafts"), _("Opened, they are among the drafts of who gets what hangs on no record.")
    )
