"""Refusals."""

from __future__ import annotations

from pydantic import JsonValue

from tablica.api.shapes.base import Shape


class FieldError(Shape):
    """What is wrong with one field."""

    field: str
    message: str


class ProblemShape(Shape):
    """Every refusal (RFC 9457). `current` is there when a change was stale: what is stored now."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError]
    current: JsonValue = None
