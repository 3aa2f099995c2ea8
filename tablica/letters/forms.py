"""How often one wants letters, and when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from tablica.letters.events import event_of
from tablica.letters.models import Choice, Rhythm
from tablica.notices.models import Notice
from tablica.shared.writing import in_digits


def _hours() -> list[tuple[int, str]]:
    return [(hour, in_digits(f"{hour:02}:00")) for hour in range(24)]


class ChoicesForm(forms.Form):
    """A choice for each reason there is, and the hour and day of digests."""

    hour = forms.TypedChoiceField(
        label=_("Hour of daily and weekly letters"), coerce=int, choices=lazy(_hours, list)
    )
    weekday = forms.TypedChoiceField(
        label=_("Day of the weekly digest"), coerce=int, choices=list(WEEKDAYS.items())
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for reason in Notice.Reason.values:
            self.fields[f"often_{reason}"] = forms.ChoiceField(
                label=event_of(reason), choices=Choice.Often, widget=forms.RadioSelect
            )

    @classmethod
    def of(cls, often: dict[str, str], rhythm: Rhythm) -> ChoicesForm:
        """The form as it stands for somebody."""
        chosen = {f"often_{reason}": when for reason, when in often.items()}
        return cls(initial={**chosen, "hour": rhythm.hour, "weekday": rhythm.weekday})

    def reasons(self) -> list[forms.BoundField]:
        """The choices by reason, in their order."""
        return [self[f"often_{reason}"] for reason in Notice.Reason.values]

    @property
    def often(self) -> dict[str, str]:
        """What was chosen, by reason."""
        return {reason: self.cleaned_data[f"often_{reason}"] for reason in Notice.Reason.values}
