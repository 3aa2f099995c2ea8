"""What a role allows, as one grid: a row for each kind, a column for each verb."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tablica.access.words import VERBS
from tablica.accounts.commands.roles import Said
from tablica.accounts.forms import PlainName
from tablica.accounts.models import Ability, Grant, Role
from tablica.records.kinds import Kind, Text, all_kinds
from tablica.records.values import OWNERSHIP

Verb, Scope, FieldRight = Grant.Verb, Grant.Scope, Role.FieldRight
AS_ALL = ("", pgettext_lazy("a scope", "as above"))


@dataclass(frozen=True)
class Row:
    """The scopes of one kind, and its fields; without a kind, the scopes of every other."""

    kind: Kind | None
    cells: list[forms.BoundField]
    fields: list[forms.BoundField]

    @property
    def less(self) -> int:
        """How many of the fields the role may not change."""
        return sum(field.value() not in ("", None, FieldRight.WRITE) for field in self.fields)

    @property
    def has_errors(self) -> bool:
        """Whether something is wrong among the fields, which are folded away."""
        return any(field.errors for field in self.fields)


class RoleForm(forms.Form):
    """A role: its name, how far its teams reach, its abilities, the grid of its scopes, and the
    fields of each kind."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    name = PlainName(label=_("Name"), max_length=80)
    reach = forms.ChoiceField(
        label=_("Teams in reach"), choices=Role.Reach, widget=forms.RadioSelect
    )
    abilities = forms.MultipleChoiceField(
        label=_("May also"),
        choices=Ability,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    administers = forms.BooleanField(label=_("Administers Tablica"), required=False)
    second_factor = forms.BooleanField(label=_("Needs a second factor"), required=False)

    def __init__(self, *args: Any, is_built_in: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_built_in:
            self.fields["name"].disabled = True
        for kind in ("", *(kind.name for kind in all_kinds())):
            for verb in Verb.values:
                choices = [*([AS_ALL] if kind else []), *Scope.choices]
                named = f"{_name_of(kind)}: {VERBS[verb]}"
                self.fields[_cell(kind, verb)] = forms.ChoiceField(
                    label=str(VERBS[verb]),
                    choices=choices,
                    required=not kind,
                    widget=forms.Select(attrs={"aria-label": named}),
                )

        for kind_, name, label in _all_fields():
            self.fields[_field(kind_.name, name)] = forms.ChoiceField(
                label=str(label),
                choices=FieldRight,
                required=False,
                widget=forms.Select(attrs={"aria-label": f"{kind_.label}: {label}"}),
            )

    @classmethod
    def of(cls, role: Role, *, name: str | None = None) -> RoleForm:
        """The form as a role stands; under another name, what begins as a copy of it."""
        scopes = {_cell(g.kind, g.verb): g.scope for g in role.grants.all()}
        general = {_cell("", verb): Scope.NONE for verb in Verb.values}
        rights = {
            _field(kind, name): right
            for kind, fields in role.fields.items()
            for name, right in fields.items()
        }
        said = {
            "name": str(role) if name is None else name,
            "reach": role.reach,
            "abilities": role.abilities,
            "administers": role.administers and name is None,
            "second_factor": role.second_factor,
        }
        return cls(
            initial=general | scopes | rights | said, is_built_in=role.built_in and name is None
        )

    def plain(self) -> list[forms.BoundField]:
        """What stands above the grid."""
        return [self["reach"]] if self.fields["name"].disabled else [self["name"], self["reach"]]

    def rows(self) -> Iterator[Row]:
        """The grid: first what holds for every kind, then each kind."""
        for kind in (None, *all_kinds()):
            name = kind.name if kind else ""
            fields = [self[_field(name, n)] for n in own_fields(kind)] if kind else []
            yield Row(kind, [self[_cell(name, verb)] for verb in Verb.values], fields)

    def verbs(self) -> list[Text]:
        """The heads of the columns."""
        return [VERBS[verb] for verb in Verb.values]

    @property
    def said(self) -> Said:
        """What was typed, for a command."""
        cells = {
            (kind, str(verb)): self.cleaned_data[_cell(kind, verb)]
            for kind in ("", *(kind.name for kind in all_kinds()))
            for verb in Verb.values
        }
        return Said(
            name=self.cleaned_data["name"],
            reach=self.cleaned_data["reach"],
            administers=self.cleaned_data["administers"],
            abilities=frozenset(self.cleaned_data["abilities"]),
            scopes={at: scope for at, scope in cells.items() if scope},
            fields={
                (kind.name, name): self.cleaned_data[_field(kind.name, name)] or FieldRight.WRITE
                for kind, name, _label in _all_fields()
            },
            second_factor=self.cleaned_data["second_factor"],
        )


def own_fields(kind: Kind) -> dict[str, Text]:
    """The fields of a kind to which roles may have less than all rights, with their labels.

    Not the title, and not what decides who reads a record: other rules say who may see and set it.
    """
    fields = kind.form_class().base_fields
    return {n: of.label or n for n, of in fields.items() if n not in OWNERSHIP}


def _all_fields() -> Iterator[tuple[Kind, str, Text]]:
    for kind in all_kinds():
        for name, label in own_fields(kind).items():
            yield kind, name, label


def _field(kind: str, name: str) -> str:
    return f"{kind}.{name}"


def _cell(kind: str, verb: str) -> str:
    return f"{kind or 'all'}-{verb}"


def _name_of(kind: str) -> Text:
    named = {one.name: one.plural for one in all_kinds()}
    return named.get(kind, _("Everything"))
