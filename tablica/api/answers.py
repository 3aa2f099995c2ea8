"""Giving answers out."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.http import HttpResponse
from pydantic import BaseModel

JSON = "application/json; charset=utf-8"


def answer(
    shape: BaseModel, *, status: int = 200, version: int | None = None, location: str = ""
) -> HttpResponse:
    """One thing; with its version as `ETag`, to be sent back in `If-Match`."""
    response = HttpResponse(shape.model_dump_json(by_alias=True), status=status, content_type=JSON)
    if version is not None:
        response["ETag"] = f'"{version}"'
    if location:
        response["Location"] = f"/api/v1{location}"
    return response


def nothing() -> HttpResponse:
    """Done, and there is nothing to say."""
    return HttpResponse(status=204)


def listing(items: Sequence[BaseModel], next_: str | None = None) -> HttpResponse:
    """A page of a list; `next_` is the cursor of the following one."""
    inner = ",".join(item.model_dump_json(by_alias=True) for item in items)
    after = json.dumps(next_)
    return HttpResponse(f'{{"items":[{inner}],"next":{after}}}', content_type=JSON)
