"""Pages and API calls whose only effect is a job."""

from __future__ import annotations

import json
import threading
import time

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template import engines
from django.template.response import TemplateResponse
from django.views.decorators.csrf import csrf_exempt

from tablica.shared.jobs.jobs import purge_old_jobs
from tablica.shared.once.middleware import key_of, run_once

trouble = threading.Event()
"""Set by a test: the next call does its work and then fails."""


def _write() -> str:
    number = purge_old_jobs.enqueue().id
    if trouble.is_set():
        trouble.clear()
        raise Http404("gone meanwhile")
    return number


def note(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse(f"note {_write()}", status=201)
    answer["HX-Trigger"] = "noted"
    answer["ETag"] = '"1"'
    answer["X-Private"] = "not for later"
    return answer


def slow(request: HttpRequest) -> HttpResponse:
    number = _write()
    time.sleep(0.02)
    return HttpResponse(f"note {number}", status=201)


def mistaken(request: HttpRequest) -> HttpResponse:
    _write()
    return HttpResponse("Give it a name.", status=422)


def crash(request: HttpRequest) -> HttpResponse:
    _write()
    raise RuntimeError


def away(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(f"/done/{_write()}")


def large(request: HttpRequest) -> HttpResponse:
    _write()
    return HttpResponse("x" * (2**20 + 1), status=201, content_type="application/json")


def streamed(request: HttpRequest) -> StreamingHttpResponse:
    _write()
    return StreamingHttpResponse(iter([b"a", b"b"]))


def late(request: HttpRequest) -> TemplateResponse:
    return TemplateResponse(request, engines["django"].from_string("late"), {"n": _write()})


def upload(request: HttpRequest) -> HttpResponse:
    _write()
    return HttpResponse(b"|".join(f.read() for f in request.FILES.getlist("file")))


@csrf_exempt
def api_note(request: HttpRequest) -> HttpResponseBase:
    """As the API does it: the user is found first, then `run_once` is asked."""
    key = key_of(request)
    if key is None or request.user.is_anonymous:
        return note(request)
    return run_once(
        request,
        request.user,
        key,
        lambda: HttpResponse(json.dumps({"id": _write()}), content_type="application/json"),
    )


@csrf_exempt
def api_large(request: HttpRequest) -> HttpResponseBase:
    assert not request.user.is_anonymous
    return run_once(request, request.user, "k", lambda: large(request))
