"""What a body says of a record, checked by the one validator that the pages use as well."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.api.problems import invalid
from tablica.api.shapes import Circle, RecordChange, RecordNew
from tablica.records.audiences import audience
from tablica.records.forms import AudienceField, RecordForm
from tablica.records.kinds import Kind, UnknownKind, kind_named
from tablica.records.models import Audience, RecordModel
from tablica.records.rules import hidden_fields
from tablica.records.values import OWNERSHIP

LARGEST_EXACT = 1e15
"""From here on a floating number has no decimals that mean anything."""


def kind_of(name: str) -> Kind:
    """The kind a new record is to be of."""
    try:
        return kind_named(name)
    except UnknownKind:
        raise invalid([("kind", _("There is no such kind."))]) from None


def values_of_new(kind: Kind, sent: RecordNew, user: User) -> dict[str, Any]:
    """The clean values of a new record; who adds it owns it, unless said otherwise."""
    given = _given(kind, sent, user)
    given.setdefault("owner", user.pk)
    form_class = kind.form_class()
    values = _changes(form_class(given, user=user))
    return {n: v for n, v in values.items() if n in given or v not in (None, "", [])}


def values_of_change(
    kind: Kind, sent: RecordChange, user: User, body: RecordModel
) -> dict[str, Any]:
    """The clean values that differ from what is stored."""
    given = _given(kind, sent, user)
    return _changes(kind.form_class()(given, user=user, body=body, only=given))


def circle_of(said: str | Circle | None) -> Audience | None:
    """The audience that a body names; `ValidationError` for people or teams that do not exist."""
    if said is None or isinstance(said, str):
        return None if said is None else audience(said)
    try:
        named: Audience = AudienceField().clean(said.model_dump())
    except ValidationError as error:
        raise ValidationError({"audience": error.messages}) from error
    return named


def _given(kind: Kind, sent: RecordNew | RecordChange, user: User) -> dict[str, Any]:
    """What was sent, by the name of the form's field, each in a type that its field can read."""
    hidden = hidden_fields(user, kind.name)
    all_shapes = kind.form_class().shapes()
    shapes = {shape.name: shape.type for shape in all_shapes if shape.name not in hidden}
    unknown = [(name, _("There is no such field.")) for name in sent.fields if name not in shapes]
    wrong = [
        (name, sentence)
        for name, value in sent.fields.items()
        if name in shapes and (sentence := _wrong_type(shapes[name], value))
    ]
    if unknown or wrong:
        raise invalid(unknown + wrong)
    given: dict[str, Any] = {n: _plain(shapes[n], v) for n, v in sent.fields.items()}
    for name in sent.model_fields_set & set(OWNERSHIP):
        value = getattr(sent, name)
        given[name] = value.model_dump() if isinstance(value, Circle) else value
    return given


def _wrong_type(type_: str, value: Any) -> str:
    """What is wrong with the type of a JSON value for such a field, or nothing."""
    if value is None:
        return ""
    if type_ == "record":
        return "" if _is_number(value) else _("Give the number of a record.")
    if type_ == "records":
        is_list = isinstance(value, list) and all(_is_number(one) for one in value)
        return "" if is_list else _("Give a list of numbers of records.")
    if type_ == "decimal":
        return _wrong_amount(value)
    return "" if isinstance(value, str) else _("This must be a text.")


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _wrong_amount(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return _("This must be an amount.")
    is_exact = not isinstance(value, float) or abs(value) >= LARGEST_EXACT
    if not is_exact and Decimal(repr(value)) != round(Decimal(repr(value)), 2):
        return _("An amount has at most two decimals.")
    return ""


def _plain(type_: str, value: Any) -> Any:
    """A number with a point as it is written without groups, so that no language reads it so."""
    return f"{value:.2f}" if type_ == "decimal" and isinstance(value, float) else value


def _changes(form: RecordForm) -> dict[str, Any]:
    if not form.is_valid():
        raise invalid(
            ("" if name == "__all__" else name, str(sentence))
            for name, sentences in form.errors.items()
            for sentence in sentences
        )
    return form.changes()
