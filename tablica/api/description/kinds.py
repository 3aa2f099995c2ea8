"""The body of `POST /records`: one schema for each kind, told apart by `kind`."""

from __future__ import annotations

from typing import Any

from django import forms

from tablica.records.forms import choices_of
from tablica.records.kinds import Kind, all_kinds
from tablica.records.values import OWNERSHIP

Schema = dict[str, Any]

_AUDIENCE = {
    "anyOf": [
        {"enum": ["everyone", "team", "me"], "type": "string"},
        {"$ref": "#/components/schemas/Circle"},
    ],
    "description": "Who may read it: a word, or numbers of people and teams.",
}
_NUMBER = {"type": "integer", "minimum": 1}
_TYPES: dict[str, Schema] = {
    "email": {"type": "string", "format": "email"},
    "url": {"type": "string", "format": "uri"},
    "date": {"type": "string", "format": "date"},
    "decimal": {
        "type": ["string", "number"],
        "description": "Given out as text with two decimals, such as `1234.50`.",
    },
    "record": {"type": ["integer", "null"], "minimum": 1},
    "records": {"type": "array", "items": _NUMBER},
}


def name_of(kind: Kind) -> str:
    """What the schema of a new record of this kind is called."""
    return f"New{kind.name.capitalize()}"


def schemas() -> dict[str, Schema]:
    """The schema of a new record of each kind."""
    return {name_of(kind): _new(kind) for kind in all_kinds()}


def request_body() -> Schema:
    """One of them, told apart by `kind`."""
    refs = {k.name: f"#/components/schemas/{name_of(k)}" for k in all_kinds()}
    schema = {
        "oneOf": [{"$ref": ref} for ref in refs.values()],
        "discriminator": {"propertyName": "kind", "mapping": refs},
    }
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _new(kind: Kind) -> Schema:
    fields = {
        name: _field(field)
        for name, field in kind.form_class().base_fields.items()
        if name not in OWNERSHIP
    }
    required = [
        name
        for name, field in kind.form_class().base_fields.items()
        if field.required and name not in OWNERSHIP
    ]
    own: Schema = {"type": "object", "properties": fields, "additionalProperties": False}
    if required:
        own["required"] = required
    return {
        "type": "object",
        "title": name_of(kind),
        "required": ["kind", "title"],
        "additionalProperties": False,
        "properties": {
            "kind": {"const": kind.name, "type": "string"},
            "title": {"type": "string", "minLength": 1, "maxLength": 250},
            "fields": own,
            "owner": {"type": ["integer", "null"], "minimum": 1, "description": "Yourself."},
            "team": {"type": ["integer", "null"], "minimum": 1},
            "audience": _AUDIENCE,
            "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 100},
        },
    }


def _field(field: forms.Field) -> Schema:
    said: Schema = dict(_TYPES.get(str(getattr(field, "api_type", "text")), {"type": "string"}))
    said.setdefault("description", str(field.label or ""))
    if isinstance(field, forms.ModelChoiceField):
        said["description"] += " (one of the choices in `GET /kinds`)"
    elif isinstance(field, forms.ChoiceField):
        empty = [] if field.required else [""]
        said["enum"] = empty + [value for value, _label in choices_of(field)]
    limit = getattr(field, "limit", None)
    if limit:
        said["maxLength"] = limit
    return said
