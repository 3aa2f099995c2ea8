"""To whom something is lent, and until when."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tablica.accounts.forms import PlainName
from tablica.accounts.models import User
from tablica.accounts.queries import colleagues
from tablica.records.kinds import all_kinds


def begin_of(day: date, zone: str) -> datetime:
    """The first moment of a day where somebody is, in UTC."""
    return datetime.combine(day, time.min, zoneinfo.ZoneInfo(zone)).astimezone(UTC)


def end_of(day: date, zone: str) -> datetime:
    """The first moment after a day where somebody is, in UTC."""
    return begin_of(day + timedelta(days=1), zone)


class Day(forms.DateField):
    """A day as browsers send it; those too early or late for a clock are none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not 2000 <= day.year <= 2200:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class ColleagueChoice(forms.ModelChoiceField[User]):
    """One of those who work here."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), empty_label="", **kwargs)

    def leave_out(self, *people: int | None) -> None:
        """Offer everybody but these."""
        self.queryset = colleagues().exclude(pk__in=[pk for pk in people if pk])


class ShareForm(forms.Form):
    """One person more for a record."""

    to = ColleagueChoice(label=_("Person"))
    edits = forms.BooleanField(label=_("may also change it"), required=False)
    until = Day(label=_("Until"), required=False, help_text=_("Empty: until somebody ends it."))

    def __init__(self, *args: Any, owner: int | None, me: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = me.timezone
        choice = self.fields["to"]
        assert isinstance(choice, ColleagueChoice)
        choice.leave_out(owner, me.pk)

    def clean_until(self) -> datetime | None:
        """The first moment at which it is closed again."""
        day = self.cleaned_data["until"]
        return end_of(day, self.zone) if day else None


class AbsenceForm(forms.Form):
    """When somebody is away, and who stands in."""

    since = Day(label=_("First day away"))
    until = Day(label=_("Last day away"))
    deputy = ColleagueChoice(label=_("Deputy"))
    kinds = forms.MultipleChoiceField(
        label=_("Which records"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: for everything."),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = person.timezone
        deputy, kinds = self.fields["deputy"], self.fields["kinds"]
        assert isinstance(deputy, ColleagueChoice)
        assert isinstance(kinds, forms.MultipleChoiceField)
        deputy.leave_out(person.pk)
        kinds.choices = [(kind.name, kind.plural) for kind in all_kinds()]

    @property
    def times(self) -> tuple[datetime, datetime]:
        """From the first moment of the first day to the last of the last, where the person is.

        What begins today begins at once.
        """
        begins = begin_of(self.cleaned_data["since"], self.zone)
        ends = end_of(self.cleaned_data["until"], self.zone)
        now = timezone.now()
        return (now if begins < now < begins + timedelta(days=1, hours=1) else begins), ends


class LookInForm(forms.Form):
    """Why an administrator looks in, and for how long."""

    reason = PlainName(label=_("Reason"), max_length=500, help_text=_("The colleague reads it."))
    minutes = forms.TypedChoiceField(
        label=_("How long"),
        coerce=int,
        choices=[(15, _("15 minutes")), (30, _("30 minutes")), (60, _("an hour"))],
        widget=forms.RadioSelect,
        initial=15,
    )
