"""What can be said of a field without its form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms

from tablica.records.kinds import Text


@dataclass(frozen=True)
class FieldShape:
    """A field as `GET /kinds` tells it."""

    name: str
    label: Text
    type: str
    required: bool
    choices: tuple[tuple[str, Text], ...] = ()


def api_type_of(field: forms.Field) -> str:
    """The type of a field as the API names it; `text` for one that says none."""
    named = getattr(field, "api_type", None)
    if named:
        return str(named)
    for type_, name in (
        (forms.EmailField, "email"),
        (forms.DateField, "date"),
        (forms.DecimalField, "decimal"),
        (forms.ChoiceField, "choice"),
        (forms.ModelChoiceField, "choice"),
    ):
        if isinstance(field, type_):
            return name
    return "text"


def choices_of(field: forms.Field) -> tuple[tuple[str, Text], ...]:
    """The values a choice may have, with their labels; empty for a field that is no choice."""
    if isinstance(field, forms.ModelChoiceField):
        # Not `if field.queryset`: that would keep today's rows in the form's class.
        if api_type_of(field) != "choice" or field.queryset is None:
            return ()
        return tuple(
            (str(field.prepare_value(option)), str(option)) for option in field.queryset.all()
        )
    if isinstance(field, forms.ChoiceField):
        pairs: Iterable[Any] = field.widget.choices
        return tuple((str(value), label) for value, label in pairs if value)
    return ()
