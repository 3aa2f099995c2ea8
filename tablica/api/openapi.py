"""The API's own description: the OpenAPI document, and the same for people to read."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from tablica.api.calls import api
from tablica.api.description import examples, kinds, parameters
from tablica.api.description.pages import groups_of, schemas_of
from tablica.api.shapes import ProblemShape

Document = dict[str, Any]

REF = "#/components/schemas/{model}"
PROBLEM = {"$ref": "#/components/responses/Problem"}
ABOUT = """\
Everything that the pages of Tablica can do, under the same rights. Send a token with every call:
`Authorization: Bearer TOKEN`. What does not exist and what you may not see is the same 404.
Every writing call takes an `Idempotency-Key`: the same key and body give the same answer again.
`PATCH` and `DELETE` of what has a version take it in `If-Match`. Lists take `limit` (at most 200)
and `cursor`, and answer `next`. Times are RFC 3339 with an offset."""

_SHAPE = re.compile(r"(?<=[a-z])Shape(?=\")")
"""What our classes are called more than the things they describe."""


@login_not_required
@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1. Open to all: it tells what can be asked, and nothing of what is kept."""
    return JsonResponse(whole(), json_dumps_params={"ensure_ascii": False})


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The same document to read, in English, as programs are written."""
    with translation.override("en"):
        said = whole()
        context = {"about": ABOUT, "groups": groups_of(said), "schemas": schemas_of(said)}
        return render(request, "api/docs_page.html", context)


@lru_cache(maxsize=1)
def whole() -> Document:
    """The whole document; made once for each process."""
    with translation.override("en"):
        made = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
        said: Document = json.loads(_SHAPE.sub("", json.dumps(made)))
        said["info"] = {"title": "Tablica", "version": "1", "description": ABOUT}
        said["servers"] = [{"url": "/"}]
        _complete_components(said["components"])
        for path, methods in said["paths"].items():
            for method, operation in methods.items():
                _complete(path, method, operation)
        return said


def _complete_components(components: Document) -> None:
    problem = ProblemShape.model_json_schema(ref_template=REF) | {"title": "Problem"}
    components["schemas"] |= problem.pop("$defs", {}) | {"Problem": problem}
    components["schemas"].pop("RecordNew", None)
    components["schemas"] |= kinds.schemas()
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    content = {"application/problem+json": {"schema": {"$ref": REF.format(model="Problem")}}}
    components["responses"] = {
        "Problem": {"description": "Refused (RFC 9457); see `detail`.", "content": content}
    }


def _complete(path: str, method: str, operation: Document) -> None:
    """Add what every call has in common, and what only some have."""
    name = operation["operationId"]
    operation["security"] = [{"token": []}]
    operation["summary"] = name.replace("_", " ").capitalize()
    operation["parameters"] = [
        *map(parameters.of_path, operation["parameters"]),
        *parameters.of_address(name),
        *parameters.of_headers(name, method),
    ]
    if name == "create_record":
        operation["requestBody"] = kinds.request_body()
    if name == "upload_file":
        operation["requestBody"] = parameters.FILE_BODY
    if name == "get_file":
        operation["responses"] = {"200": parameters.FILE_ANSWER}
    _complete_answers(path, method, operation)
    examples.add(name, operation)


def _complete_answers(path: str, method: str, operation: Document) -> None:
    name = operation["operationId"]
    answers = {str(status): said for status, said in operation["responses"].items()}
    for status, said in answers.items():
        if status in ("200", "201") and name in parameters.WITH_VERSION:
            said["headers"] = {
                "ETag": {"description": 'The version, such as `"3"`.', "schema": {"type": "string"}}
            }
    codes = {"401", "429", "500"}
    codes |= {"404"} if "{" in path else set()
    codes |= {"400"} if operation["parameters"] or "requestBody" in operation else set()
    codes |= {"403", "422"} if method != "get" else set()
    codes |= {"413", "415"} if "requestBody" in operation else set()
    codes |= {"412", "428"} if name in parameters.CHANGING_A_VERSION else set()
    operation["responses"] = answers | dict.fromkeys(sorted(codes), PROBLEM)
