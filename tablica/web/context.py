"""What the shell around every page needs."""

from __future__ import annotations

from functools import cache, partial

from django.http import HttpRequest  # noqa: TID251  a context processor is given one
from django.utils.functional import SimpleLazyObject

from tablica.accounts.factors.queries import has_to_set_up
from tablica.accounts.models import Ability, Grant, User
from tablica.accounts.rules import access_of, can, may_administer
from tablica.live.marks import mark_of_now
from tablica.notices.queries import unread_count
from tablica.records.absences import came_back, without_deputy
from tablica.records.kinds import Kind, all_kinds
from tablica.records.lent import lent_to
from tablica.records.looking import look_in_of
from tablica.records.rules import may_create
from tablica.sales.rules import sees_way
from tablica.web.queries.profile import followed_by


def shell(request: HttpRequest) -> dict[str, object]:
    """The kinds of the navigation, what the reader follows, and what else they look after.

    Of all that nothing for who has to set up a second factor first.
    """
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated and not has_to_set_up(user))
    return {
        "kinds": _kinds(user) if signed_in and user else [],
        "kinds_to_add": [k for k in all_kinds() if may_create(user, k.name)]
        if signed_in and user
        else [],
        "followed_records": SimpleLazyObject(partial(followed_by, user))
        if signed_in and user
        else [],
        "unread_notices": cache(partial(unread_count, user)) if signed_in and user else 0,
        "read_at": mark_of_now,
        "look_in": look_in_of(user) if signed_in and user else None,
        "came_back": cache(partial(came_back, user)) if signed_in and user else None,
        "without_deputy": cache(partial(without_deputy, user)) if signed_in and user else None,
        "standing": [place.person for place in lent_to(user).standing]
        if signed_in and user
        else [],
        "has_board": bool(signed_in and user and sees_way(user)),
        "administers": bool(signed_in and user and may_administer(user)),
        "abilities": [a for a in Ability.values if can(user, Ability(a))]
        if signed_in and user
        else [],
    }


def _kinds(user: User) -> list[Kind]:
    """The kinds of which the role shows anything at all."""
    access = access_of(user)
    nothing = Grant.Scope.NONE
    return [kind for kind in all_kinds() if access.scope(kind.name, "view") != nothing]
