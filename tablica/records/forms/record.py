"""The one validator of a record, asked by the page, the API and the import alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from tablica.accounts.models import Team, User
from tablica.accounts.queries import colleagues
from tablica.accounts.rules import access_of
from tablica.records.forms.readers import AudienceField
from tablica.records.forms.relations import RecordChoice
from tablica.records.forms.shapes import FieldShape, api_type_of, choices_of
from tablica.records.forms.texts import LONGEST_TITLE, CleanText
from tablica.records.kinds import kind_of_model
from tablica.records.models import Audience, RecordModel
from tablica.records.rules import hidden_fields, sealed_fields, withheld
from tablica.records.values import OWNERSHIP, raw, read_value


class RecordForm(forms.Form):
    """Title, ownership and the fields of one kind.

    Built with the reader (`user`) and, when something exists already, its `body`. `data` may hold
    only some fields: the others keep their present value. What is not for the reader to say is not
    offered; sent all the same, the command refuses it. A field that is hidden from them is as if
    the form had none of this name. `changes()` gives what differs.
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
        kind = kind_of_model(self.model).name
        sealed = sealed_fields(user, kind)
        self._withheld = withheld(user, body.record) if body is not None else sealed
        hidden = hidden_fields(user, kind)
        for name in self._withheld:
            if data is None or name not in data or name in hidden:
                self.fields.pop(name, None)
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
                name, field.label or name, api_type_of(field), field.required, choices_of(field)
            )
            for name, field in cls.base_fields.items()
            if name not in OWNERSHIP
        ]
