"""The last steps of coming in, whichever way somebody came.

After the password of who has a second factor comes a state in between: the session knows for five
minutes whose password was right. That is no sign-in and gives no right at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare

from tablica.accounts import devices, guesses
from tablica.accounts.factors.queries import has_factor
from tablica.accounts.models import User
from tablica.accounts.views import keeping

DEVICE_COOKIE = f"__Host-{devices.COOKIE}" if settings.HTTPS else devices.COOKIE
BETWEEN = "between"
LIFE = 300  # seconds between the password and what comes after it


@dataclass(frozen=True)
class Between:
    """Whose password was right in this session, and where they wanted to go."""

    user: User
    target: str


def spoken(request: HttpRequest, default: str = "") -> str:
    """The language chosen on the page, else `default`, else the browser's."""
    asked = request.POST.get("language") or request.GET.get("language", "")
    known = dict(settings.LANGUAGES)
    chosen = next((code for code in (asked, default) if code in known), None)
    return chosen or (translation.get_language() or "en").split("-")[0]


def source_of(request: HttpRequest, email: str) -> guesses.Source:
    """Where a try for this account comes from."""
    device = devices.read_device(request.COOKIES.get(DEVICE_COOKIE, ""))
    return guesses.source_of(email, request.META.get("REMOTE_ADDR", ""), device)


def too_late(answer: HttpResponse) -> HttpResponse:
    """The answer to one try too many: when to come again."""
    answer.headers["Retry-After"] = str(int(guesses.WINDOW.total_seconds()))
    return answer


def enter(
    request: HttpRequest, user: User, target: str, source: guesses.Source | None = None
) -> HttpResponse:
    """The password of `user` was right: in, or on to what they have to show besides.

    Tries are forgiven only to who is in: else the right password would buy new tries of a code.
    """
    if not has_factor(user):
        return come_in(request, user, target, source)
    if request.user.is_authenticated:  # as somebody else, or by a session that has just ended
        logout(request)
    request.session.cycle_key()
    request.session[BETWEEN] = {
        "user": user.pk,
        "proof": user.get_session_auth_hash(),
        "at": int(datetime.now(UTC).timestamp()),
        "target": target,
    }
    return HttpResponseRedirect(reverse("second"))


def between(request: HttpRequest) -> Between | None:
    """The state in between of this session; None when there is none, or not any more."""
    kept = request.session.get(BETWEEN)
    if kept is None:
        return None
    user = User.objects.select_related("role").filter(pk=kept["user"], deactivated_at=None).first()
    age = datetime.now(UTC).timestamp() - kept["at"]
    if user is None or not 0 <= age < LIFE:
        return None
    if not constant_time_compare(user.get_session_auth_hash(), kept["proof"]):
        return None
    return Between(user, kept["target"])


def come_in(
    request: HttpRequest, user: User, target: str, source: guesses.Source | None = None
) -> HttpResponse:
    """Sign `user` in, who has shown all that is asked for, and let the browser be known for it."""
    request.session.pop(BETWEEN, None)
    login(request, user)
    answer = HttpResponseRedirect(target)
    device = devices.read_device(request.COOKIES.get(DEVICE_COOKIE, ""))
    guesses.remember(user, request.META.get("REMOTE_ADDR", ""))
    guesses.tell_in(user, request.META.get("REMOTE_ADDR", ""))
    keeping.keep(request, user)
    answer.set_cookie(
        DEVICE_COOKIE,
        devices.write_device(device.with_account(user.pk)),
        max_age=devices.LIFE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    if source is not None:
        guesses.forgive(user.email, source)
    return answer
