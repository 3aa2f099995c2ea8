"""Following a record or no longer, muting a discussion, and what is followed by itself."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tablica.wall.commands import follows
from tablica.wall.models import Follow
from tablica.wall.queries.follows import chosen_rows, following
from tablica.wall.views.answering import entry_answer, is_partial, reader, refusal, say

FOLLOWING = "/settings/following"


@require_POST
def follow(request: HttpRequest, record_id: int) -> HttpResponse:
    """Follow a record, in one of the modes."""
    try:
        follows.follow(
            record_id, by=reader(request), mode=request.POST.get("mode") or Follow.Mode.ALL
        )
    except ValidationError as error:
        return refusal(request, error, page="wall/refused_page.html", back=f"/r/{record_id}")
    return _answer(request, record_id)


@require_POST
def unfollow(request: HttpRequest, record_id: int) -> HttpResponse:
    """Follow a record no longer."""
    follows.unfollow(record_id, by=reader(request))
    return _answer(request, record_id)


@require_POST
def explained(request: HttpRequest, record_id: int) -> HttpResponse:
    """Say no more why one follows things for this reason."""
    follows.explain_follow(record_id, by=reader(request))
    return _answer(request, record_id)


def _answer(request: HttpRequest, record_id: int) -> HttpResponse:
    if not is_partial(request):
        return HttpResponseRedirect(f"/r/{record_id}")
    context = {"record_id": record_id, "following": following(reader(request), record_id)}
    return render(request, "wall/_follow.html", context)


@require_POST
def mute(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Hear no more of a discussion, but for where one is meant by name."""
    follows.mute_entry(entry_id, by=reader(request))
    toast = _("You hear no more of this discussion, unless you are meant by name.")
    return entry_answer(request, entry_id, toast=toast, undo=f"/e/{entry_id}/mute/undo")


@require_POST
def unmute(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Hear of a discussion again."""
    follows.unmute_entry(entry_id, by=reader(request))
    return entry_answer(request, entry_id, toast=_("You hear of this discussion again."))


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """What one follows by itself, and how."""
    user = reader(request)
    if request.method == "POST":
        modes = {w: request.POST[w] for w in Follow.Why.values if w in request.POST}
        try:
            follows.choose_follows(user, modes)
        except ValidationError as error:
            return refusal(request, error, page="wall/refused_page.html", back=FOLLOWING)
        say(request, _("Saved."))
        return HttpResponseRedirect(FOLLOWING)
    context = {"current": "settings", "setting": "following", "rows": chosen_rows(user)}
    return render(request, "wall/following_page.html", context)
