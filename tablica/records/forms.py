"""The one validator of a record, asked by the page, the API and the import alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tablica.accounts.models import Team, User
from tablica.accounts.queries import colleagues
from tablica.accounts.rules import access_of
from tablica.records.audiences import audience
from tablica.records.kinds import Text
from tablica.records.models import Audience, Record, RecordModel
from tablica.records.rules import withheld
from tablica.records.values import OWNERSHIP, raw, read_value
from tablica.records.widgets import TYPED, PickAudience, PickRecord, PickRecords
from tablica.shared.text import BadText, clean

MANY = 200
LONGEST_TITLE = 250


class CleanText(forms.CharField):
    """A text without anything that cannot be stored or shown truthfully."""

    api_type = "text"

    def __init__(self, *, multiline: bool = False, max_length: int = 250, **kwargs: Any) -> None:
        self.multiline = multiline
        self.limit = max_length
        if multiline:
            self.api_type = "longtext"
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4, "data-autogrow": ""}))
        super().__init__(strip=False, **kwargs)
        self.widget.attrs.setdefault("maxlength", max_length)
        self.widget.attrs.setdefault("dir", "auto")

    def to_python(self, value: Any) -> str:
        if value is not None and not isinstance(value, str):
            raise ValidationError(_("This must be a text."))
        try:
            return clean(value or "", max_length=self.limit, multiline=self.multiline).strip()
        except BadText as error:
            raise ValidationError(str(error)) from error


class RecordChoice(forms.Field):
    """A record of one kind, among those the reader may see. A hidden one is not a choice.

    Takes a number, or a name after an equals sign. The clean value is the record's body.
    """

    api_type = "record"
    many = False

    def __init__(self, kind: str, model: type[RecordModel], **kwargs: Any) -> None:
        self.kind = kind
        self.body_model = model
        self.queryset: QuerySet[Record] = Record.objects.none()
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", PickRecords if self.many else PickRecord)
        super().__init__(**kwargs)
        self.widget.kind = kind

    def for_user(self, user: User) -> None:
        """Offer only what `user` may see."""
        self.queryset = Record.objects.visible_to(user).of_kind(self.kind).order_by("title")
        self.widget.queryset = self.queryset

    def to_python(self, value: Any) -> Any:
        return None if value in self.empty_values else self._body(self._find(value))

    def _find(self, value: Any) -> Record:
        if isinstance(value, str) and value.startswith(TYPED):
            found = self.named(value[1:])
            if len(found) == 1:
                return found[0]
            raise ValidationError(
                _("Several have this name: choose one from the suggestions.")
                if found
                else _("Choose one that exists.")
            )
        number = str(value) if isinstance(value, (str, int)) else ""
        if isinstance(value, bool) or not number.isdecimal() or len(number) > 18:
            raise ValidationError(_("Choose one that exists."))
        record = self.queryset.filter(pk=int(number)).first()
        if record is None:
            raise ValidationError(_("Choose one that exists."))
        return record

    def named(self, typed: str) -> list[Record]:
        """The first two records of this name; none for what can be no name."""
        name = typed.strip()
        if not name or len(name) > LONGEST_TITLE or "\0" in name:
            return []
        return list(self.queryset.filter(title__iexact=name)[:2])

    def _body(self, record: Record) -> RecordModel:
        return self.body_model(record=record)

    def seen_of(self, before: Any) -> Any:
        """Of what is stored, what the reader may see: nothing else may reach the page."""
        return before if before is not None and self._sees(before) else None

    def with_hidden(self, value: Any, before: Any) -> Any:
        """`value`, or what was there `before` when the reader may not see it and chose nothing."""
        if value is None and before is not None and not self._sees(before):
            return before
        return value

    def _sees(self, body: RecordModel) -> bool:
        return self.queryset.filter(pk=body.pk).exists()


class RecordsChoice(RecordChoice):
    """Several records of one kind, among those the reader may see."""

    api_type = "records"
    many = True

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return []
        if not isinstance(value, (list, tuple)) or len(value) > MANY:
            raise ValidationError(_("Choose ones that exist."))
        records = {r.pk: r for r in (self._find(v) for v in value if v not in ("", None))}
        return [self._body(record) for record in records.values()]

    def seen_of(self, before: Any) -> Any:
        seen = set(self.queryset.filter(pk__in=[b.pk for b in before]).values_list("pk", flat=True))
        return [b for b in before if b.pk in seen]

    def with_hidden(self, value: Any, before: Any) -> Any:
        """`value` and those of `before` that the reader may not see."""
        seen = set(self.queryset.filter(pk__in=[b.pk for b in before]).values_list("pk", flat=True))
        return [*value, *(b for b in before if b.pk not in seen)]


class AudienceField(forms.Field):
    """Who may read: `everyone`, `team`, `me`, or `{"people": [...], "teams": [...]}`."""

    api_type = "audience"
    widget = PickAudience

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Audience):
            return value
        said = raw(value)
        return json.dumps(said) if isinstance(said, dict) else said

    def to_python(self, value: Any) -> Audience | None:
        if isinstance(value, Audience):
            return value
        if isinstance(value, str) and value.startswith("{"):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError) as error:
                raise ValidationError(_("Say who may read it.")) from error
        if value in (None, ""):
            return None
        if isinstance(value, str) and value in ("everyone", "team", "me"):
            return audience(value)
        if isinstance(value, Mapping):
            return self._named(value)
        raise ValidationError(_("Say who may read it: everyone, the team, only me, or names."))

    def _named(self, value: Mapping[str, Any]) -> Audience:
        people, teams = value.get("people") or [], value.get("teams") or []
        if not _are_numbers(people) or not _are_numbers(teams) or set(value) - {"people", "teams"}:
            raise ValidationError(_("Name people and teams by their numbers."))
        found = list(colleagues().filter(pk__in=people))
        groups = list(Team.objects.filter(pk__in=teams))
        if len(found) != len(set(people)) or len(groups) != len(set(teams)):
            raise ValidationError(_("Name people and teams that exist."))
        if not found and not groups:
            raise ValidationError(_("Name at least one person or team."))
        return audience(Audience.Type.NAMED, people=found, teams=groups)


def _are_numbers(values: Any) -> bool:
    return isinstance(values, list) and all(
        isinstance(v, int) and not isinstance(v, bool) and 0 < v < 2**63 for v in values
    )


@dataclass(frozen=True)
class FieldShape:
    """A field as `GET /kinds` tells it."""

    name: str
    label: Text
    type: str
    required: bool
    choices: tuple[tuple[str, Text], ...] = ()


class RecordForm(forms.Form):
    """Title, ownership and the fields of one kind.

    Built with the reader (`user`) and, when something exists already, its `body`. `data` may hold
    only some fields: the others keep their present value. What is not for the reader to say is not
    offered; sent all the same, the command refuses it. `changes()` gives what differs.
    """

    model: type[RecordModel]
    title = CleanText(label=_("Name"), max_length=LONGEST_TITLE)
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=User.objects.none(),
        required=False,
        blank=True,
        empty_label="—",
    )
    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.none(),
        required=False,
        blank=True,
        empty_label="—",
    )
    audience = AudienceField(label=_("Who may read"))

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        user: User,
        body: RecordModel | None = None,
        only: Iterable[str] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.user = user
        self.body = body
        super().__init__(data, initial=dict(initial or {}))
        self._withheld = withheld(user, body.record) if body is not None else frozenset()
        for name in self._withheld:
            if data is None or name not in data:
                del self.fields[name]
        self._offer_choices()
        if only is not None:
            wanted = set(only)
            for name in list(self.fields):
                if name not in wanted:
                    del self.fields[name]
        if body is not None:
            for name, field in self.fields.items():
                stored = read_value(body, name)
                shown = field.seen_of(stored) if isinstance(field, RecordChoice) else stored
                self.initial.setdefault(name, self._initial(shown))

    def _offer_choices(self) -> None:
        people = colleagues()
        if self.body is not None and self.body.record.owner_id:
            people = User.objects.filter(pk=self.body.record.owner_id) | people
        offered = {"owner": people.distinct(), "team": Team.objects.all()}
        for name, field in self.fields.items():
            if name in offered:
                field.queryset = offered[name]  # type: ignore[attr-defined]
            if isinstance(field, RecordChoice):
                field.for_user(self.user)

    @staticmethod
    def _initial(value: Any) -> Any:
        if isinstance(value, Audience):
            return value
        if isinstance(value, list):
            return [v.pk for v in value]
        return getattr(value, "pk", value)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._check_audience(cleaned)
        return cleaned

    def _check_audience(self, cleaned: dict[str, Any]) -> None:
        """A team's audience needs a team, mine needs an owner; nobody locks themselves out."""

        def after(name: str) -> Any:
            if name in cleaned and name in self.fields:
                return cleaned[name]
            return getattr(self.body.record, name) if self.body is not None else None

        circle, team, owner = after("audience"), after("team"), after("owner")
        if circle is None:
            return
        if circle.type == Audience.Type.TEAM and team is None:
            self.add_error(self._place("team"), _("Choose the team that may read it."))
        if circle.type == Audience.Type.ME and owner is None:
            self.add_error(self._place("owner"), _("“Only me” needs an owner."))
        asked = {"audience", "team", "owner"} & set(self.changed_data)
        if asked and not asked & self._withheld:
            self._keep_a_reader(circle, team, owner)

    def _keep_a_reader(self, circle: Audience, team: Team | None, owner: User | None) -> None:
        me = self.user
        if owner == me or circle.type == Audience.Type.EVERYONE:
            return
        if circle.type == Audience.Type.TEAM and team and team.pk in access_of(me).team_ids:
            return
        if circle.type == Audience.Type.NAMED and (
            circle.people.filter(pk=me.pk).exists()
            or circle.teams.filter(pk__in=access_of(me).team_ids).exists()
        ):
            return
        self.add_error(
            self._place("audience"), _("Then you could not see it yourself. Include yourself.")
        )

    def _place(self, name: str) -> str | None:
        return name if name in self.fields else None

    def changes(self) -> dict[str, Any]:
        """The fields whose clean value differs from what is stored (all given ones when new).

        A related record that this reader may not see stays as it is: they cannot mean to remove
        what is not shown to them.
        """
        given = {n: v for n, v in self.cleaned_data.items() if n in self.fields}
        if self.body is None:
            return {n: v for n, v in given.items() if v not in self._none or self._was_sent(n)}
        changed = {}
        for name, value in given.items():
            before = read_value(self.body, name)
            field = self.fields[name]
            if isinstance(field, RecordChoice):
                value = field.with_hidden(value, before)
            if raw(value) != raw(before):
                changed[name] = value
        return changed

    _none: ClassVar[tuple[Any, ...]] = (None, "", [])

    def _was_sent(self, name: str) -> bool:
        """Whether a field was sent at all; one that was not gets its default."""
        widget = self.fields[name].widget
        return not widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name))

    @classmethod
    def shapes(cls) -> list[FieldShape]:
        """The kind's own fields, in order, without title and ownership."""
        return [
            FieldShape(
                name, field.label or name, _api_type(field), field.required, choices_of(field)
            )
            for name, field in cls.base_fields.items()
            if name not in OWNERSHIP
        ]


def _api_type(field: forms.Field) -> str:
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
        if _api_type(field) != "choice" or field.queryset is None:
            return ()
        return tuple(
            (str(field.prepare_value(option)), str(option)) for option in field.queryset.all()
        )
    if isinstance(field, forms.ChoiceField):
        pairs: Iterable[Any] = field.widget.choices
        return tuple((str(value), label) for value, label in pairs if value)
    return ()
