"""All calls of the API, gathered."""

from __future__ import annotations

from typing import NoReturn

from django.http import HttpRequest
from django.urls import register_converter
from ninja import NinjaAPI

from tablica.api.reading import BodyParser
from tablica.api.views import (
    comments,
    deals,
    entries,
    files,
    finding,
    house,
    notices,
    records,
    tags,
    topics,
    walls,
)


class NumberConverter:
    """The number of a thing in an address; what can be none is no address."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(NumberConverter, "id")


def _raise(request: HttpRequest, error: Exception) -> NoReturn:
    raise error


def _gather() -> NinjaAPI:
    """Errors pass through to the door, which tells them all in one way."""
    made = NinjaAPI(
        title="Tablica", version="1", openapi_url=None, docs_url=None, parser=BodyParser()
    )
    for error in list(made._exception_handlers):
        made.add_exception_handler(error, _raise)  # type: ignore[arg-type]
    for room in (
        house,
        records,
        deals,
        walls,
        entries,
        comments,
        finding,
        files,
        tags,
        notices,
        topics,
    ):
        made.add_router("", room.router)
    return made


api = _gather()
