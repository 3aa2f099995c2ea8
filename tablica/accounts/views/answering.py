"""What the pages of accounts share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from tablica.accounts.models import Ability, User
from tablica.accounts.rules import can, may_administer
from tablica.shared.errors import Hidden
from tablica.shared.sealing import Unreadable, seal, unseal

P = ParamSpec("P")
View: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponse]


def reader(request: HttpRequest) -> User:
    """The signed-in user; sign-in is required everywhere by the middleware."""
    assert isinstance(request.user, User)
    return request.user


def is_partial(request: HttpRequest) -> bool:
    """Whether a piece of the page is asked for, not the whole."""
    return request.headers.get("HX-Request") == "true"


def for_administrators(view: View[P]) -> View[P]:
    """A page that is not there for anybody else."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not may_administer(reader(request)):
            raise Hidden
        return view(request, *args, **kwargs)

    return guarded


def for_those_who(ability: Ability) -> Callable[[View[P]], View[P]]:
    """A page that is not there for anybody whose role does not allow this."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not can(reader(request), ability):
                raise Hidden
            return view(request, *args, **kwargs)

        return guarded

    return guard


def before_a_factor(view: View[P]) -> View[P]:
    """A page also for those who have to set up a second factor before anything else."""
    view.before_a_factor = True  # type: ignore[attr-defined]
    return view


def say(request: HttpRequest, toast: str, undo: str = "") -> None:
    """Leave a toast for the next page; `undo` is the address that takes it back."""
    messages.success(request, toast, extra_tags=undo)


def refuse(form: forms.Form, error: ValidationError) -> None:
    """Say beside the fields what a command refused."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, sentences in error.message_dict.items():
        form.add_error(name if name in form.fields else None, sentences)


def form_answer(request: HttpRequest, form: forms.Form, **more: Any) -> HttpResponse:
    """A form in a dialog for a partial request, else on a page; 422 when it has mistakes.

    Needs `title`, `action`, `submit` and `back`; `ends` says that it puts an end to something.
    """
    template = "ui/form_page.html"
    if is_partial(request):
        # Behind the dialog there may be another form with fields of the same names.
        form.auto_id, template = "dialog_%s", "ui/_form_dialog.html"
    status = more.pop("status", 422 if form.is_bound and form.errors else 200)
    return render(request, template, {"form": form, "current": "settings", **more}, status=status)


def local_target(request: HttpRequest, default: str = "/") -> str:
    """Where somebody wanted to go, when that is a page of ours."""
    target = request.POST.get("next") or request.GET.get("next", "")
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return target
    return default


def link_to(request: HttpRequest, secret: str) -> str:
    """The whole address of a one-time link."""
    path = reverse("one_time_link", args=[secret])
    return settings.TABLICA_URL + path if settings.TABLICA_URL else request.build_absolute_uri(path)


def show_once(request: HttpRequest, name: str, secret: str) -> None:
    """Keep a secret for the next page, unreadable in the database until that shows it."""
    sealed = seal(secret.encode(), about=_shown_to(request, name)) if secret else ""
    request.session[f"once_{name}"] = sealed


def shown_once(request: HttpRequest, name: str) -> str:
    """The secret kept for this page, for the only time; nothing when there is none."""
    kept = str(request.session.pop(f"once_{name}", ""))
    try:
        return unseal(kept, about=_shown_to(request, name)).decode() if kept else ""
    except Unreadable:
        return ""


def _shown_to(request: HttpRequest, name: str) -> str:
    return f"{name} shown to user {reader(request).pk}"
