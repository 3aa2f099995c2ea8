"""Exactly-once changes: the same key and the same content get the same answer again.

A key comes in the header `Idempotency-Key` or, from a form, in the hidden field `_once`. The view
runs in one transaction with the row that remembers its answer. An error (status 400 and above, or
an exception) rolls everything back and is not remembered, so a retry under the same key runs anew.
A form with mistakes must therefore answer with 422, not with 200.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from functools import partial, wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from tablica.shared.once import commands
from tablica.shared.once.models import Submission

P = ParamSpec("P")

FIELD = "_once"
HEADER = "Idempotency-Key"
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
KEPT_HEADERS = re.compile(r"content-type|location|etag|hx-.*", re.IGNORECASE)
KEY = re.compile(r"[\x21-\x7e]{1,200}")
LARGEST_BODY = 2**20


def key_of(request: HttpRequest) -> str | None:
    """The key of a change, or None when it has none. The header counts before the field."""
    if request.method not in CHANGING:
        return None
    return request.headers.get(HEADER) or request.POST.get(FIELD) or None


def run_once(
    request: HttpRequest,
    user: AbstractBaseUser,
    key: str,
    view: Callable[[], HttpResponseBase],
) -> HttpResponseBase:
    """Run the view, or give the stored answer when this user has already sent this.

    Call it after the user is known and may do this. The same key with other content is 422, a
    malformed key 400. Answers larger than 1 MB, and streamed ones, are remembered without their
    body: the retry gets the same status and a sentence. Exceptions of the view pass, rolled back.
    """
    if KEY.fullmatch(key) is None:
        return _refusal(request, 400, _("The key must be 1 to 200 visible ASCII characters."))
    digest = digest_of(request)
    with transaction.atomic():
        submission, is_ours = commands.claim(user.pk, key, digest)
        if is_ours:
            return _carry_out(request, submission, view)
    if submission.digest != digest:
        return _refusal(
            request,
            422,
            _("This was already sent with other content. Open the page again and send it anew."),
        )
    return _replay(submission)


def once(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A view whose changes happen once per key of a signed-in user; others pass unchanged."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        key = key_of(request) if request.user.is_authenticated else None
        if key is None or request.user.is_anonymous:
            return view(request, *args, **kwargs)
        return run_once(request, request.user, key, lambda: view(request, *args, **kwargs))

    return guarded


class OnceMiddleware:
    """Applies `once` to every page. The API, which knows its users by token, calls `run_once`.

    It must be the last one, so that sign-in and CSRF are checked before a stored answer is given.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Take the view over when there is a key; None lets Django call it as usual.

        It is carried out as a response that is drawn later: Django turns what a view raises into
        its page, and also what drawing a response raises, but nothing that is raised here.
        None as well for a view that `counts_refusals`: what it refuses would be taken back, and
        counted as never tried.
        """
        counts = getattr(view, "counts_refusals", False)
        if counts or _is_api(request) or key_of(request) is None:
            return None
        return _Later(partial(once(view), request, *args, **kwargs))


class _Later(HttpResponse):
    """An answer that is found when it is drawn."""

    def __init__(self, render: Callable[[], HttpResponseBase]) -> None:
        super().__init__()
        self.render = render


def digest_of(request: HttpRequest) -> str:
    """SHA-256 in hex of what was sent: method, address, fields and files, or the plain body.

    A form is taken apart first, since its boundary and its CSRF token differ each time.
    """
    sent: list[object] = [request.method, request.get_full_path()]
    if request.method == "POST" and request.content_type in FORMS:
        fields = sorted(request.POST.lists())
        sent += [[f for f in fields if f[0] not in {FIELD, "csrfmiddlewaretoken"}]]
        sent += [[name, *_seal(file)] for name, file in _files(request)]
    else:
        sent += [request.content_type, hashlib.sha256(request.body).hexdigest()]
    return hashlib.sha256(json.dumps(sent).encode()).hexdigest()


def _files(request: HttpRequest) -> list[tuple[str, UploadedFile[bytes]]]:
    return [(name, file) for name, files in sorted(request.FILES.lists()) for file in files]


def _seal(file: UploadedFile[bytes]) -> list[object]:
    """What tells files apart; the file can be read from its beginning afterwards."""
    sha256 = hashlib.sha256()
    for chunk in file.chunks():
        sha256.update(chunk)
    file.seek(0)
    return [file.name, file.content_type, sha256.hexdigest()]


def _carry_out(
    request: HttpRequest, submission: Submission, view: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    response = view()
    render = getattr(response, "render", None)
    if callable(render):
        response = render()
    if response.status_code >= 400:
        transaction.set_rollback(True)
        return response
    kept = response
    if not isinstance(response, HttpResponse) or len(response.content) > LARGEST_BODY:
        kept = _sentence(
            request,
            response.status_code,
            _("This was already done; its answer is too large to be given again."),
        )
    headers = {name: value for name, value in response.items() if KEPT_HEADERS.fullmatch(name)}
    headers["Content-Type"] = kept.get("Content-Type", "")
    body = kept.content if isinstance(kept, HttpResponse) else b""
    commands.keep_answer(submission, status=kept.status_code, headers=headers, body=body)
    return response


def _replay(submission: Submission) -> HttpResponse:
    response = HttpResponse(bytes(submission.body), status=submission.status)
    for name, value in submission.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response


def _refusal(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    return _sentence(request, status, sentence, errors=[{"field": HEADER, "message": sentence}])


def _sentence(
    request: HttpRequest, status: int, sentence: str, errors: list[dict[str, str]] | None = None
) -> HttpResponse:
    """One sentence: a problem (RFC 9457) for programs, plain text for people."""
    if not _is_api(request):
        return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    title = HTTPStatus(status).phrase
    problem = {"type": "about:blank", "title": title, "status": status, "detail": sentence}
    return HttpResponse(
        json.dumps(problem | {"errors": errors or []}),
        status=status,
        content_type="application/problem+json",
    )


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
