"""The OpenAPI document in the form in which a page can show it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A parameter or a property: its name, its type in words, what it means."""

    name: str
    type: str
    about: str
    required: bool
    link: str = ""


@dataclass(frozen=True)
class Call:
    """One call."""

    id: str
    method: str
    path: str
    about: str
    parameters: list[Line]
    body: list[str]
    example: str
    answers: list[Line]


@dataclass
class Group:
    """Calls about one thing."""

    name: str
    calls: list[Call] = field(default_factory=list)


@dataclass(frozen=True)
class Model:
    """A schema with its properties."""

    name: str
    about: str
    lines: list[Line]


def groups_of(document: Schema) -> list[Group]:
    """All calls, by what they are about."""
    groups: dict[str, Group] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            group = groups.setdefault(operation["tags"][0], Group(operation["tags"][0]))
            group.calls.append(_call(path, method, operation))
    return list(groups.values())


def schemas_of(document: Schema) -> list[Model]:
    """All schemas, by name."""
    return [
        Model(name, schema.get("description", ""), _properties(schema))
        for name, schema in sorted(document["components"]["schemas"].items())
    ]


def _call(path: str, method: str, operation: Schema) -> Call:
    body = operation.get("requestBody", {}).get("content", {})
    schema: Schema = next((content["schema"] for content in body.values()), {})
    example = next((content.get("example") for content in body.values()), None)
    return Call(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        about=operation.get("description", ""),
        parameters=[
            Line(p["name"], type_of(p["schema"]), p.get("description", ""), p["required"])
            for p in operation["parameters"]
        ],
        body=_names(schema),
        example=json.dumps(example, ensure_ascii=False, indent=2) if example else "",
        answers=[_answer(status, said) for status, said in operation["responses"].items()],
    )


def _answer(status: str, said: Schema) -> Line:
    if "$ref" in said:
        return Line(status, "Problem", "", required=False, link="Problem")
    schema: Schema = next((c["schema"] for c in said.get("content", {}).values()), {})
    names = _names(schema)
    link = names[0] if names else ""
    return Line(status, link or type_of(schema), said["description"], required=False, link=link)


def _names(schema: Schema) -> list[str]:
    """The schemas that a body may have."""
    options = schema.get("oneOf") or schema.get("anyOf") or [schema]
    return [_last(option["$ref"]) for option in options if "$ref" in option]


def _properties(schema: Schema) -> list[Line]:
    required = schema.get("required", [])
    lines = []
    for name, said in schema.get("properties", {}).items():
        lines.append(Line(name, type_of(said), said.get("description", ""), name in required))
        for inner in _properties(said) if said.get("type") == "object" else ():
            lines.append(Line(f"{name}.{inner.name}", inner.type, inner.about, inner.required))
    return lines


def type_of(schema: Schema) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return _last(schema["$ref"])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(type_of(option) for option in schema[several])
    if "const" in schema:
        return f"“{schema['const']}”"
    if "enum" in schema:
        values = schema["enum"]
        return ", ".join(f"“{v}”" for v in values[:6]) + (" …" if len(values) > 6 else "")
    if schema.get("type") == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    types = schema.get("type", "anything")
    said = " or ".join(types) if isinstance(types, list) else str(types)
    return f"{said} ({schema['format']})" if "format" in schema else said


def _last(ref: str) -> str:
    return ref.rpartition("/")[2]
