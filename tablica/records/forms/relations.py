"""Other records, as far as the reader sees them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tablica.accounts.models import User
from tablica.records.forms.texts import LONGEST_TITLE
from tablica.records.models import Record, RecordModel
from tablica.records.widgets import TYPED, PickRecord, PickRecords

MANY = 200


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
