"""Who may see and change a record: one rule, asked by every door.

Rights are computed when something is read, never copied: when a client gets a new owner, its whole
past opens to them at once and closes for whom it must.
"""

from __future__ import annotations

from django.db.models import Q

from tablica.accounts.models import Grant, User
from tablica.accounts.rules import Access, access_of
from tablica.records.models import Audience, Record

Scope = Grant.Scope
MANY_CIRCLES = 500
NOBODY = Q(pk__in=())


def circles_of(user: User) -> list[int]:
    """The named audiences that contain `user`, directly or through a team; read once a request."""
    kept: list[int] | None = getattr(user, "_circles", None)
    if kept is None:
        teams = access_of(user).team_ids
        kept = sorted(
            set(
                Audience.objects.filter(
                    Q(people=user.pk) | Q(teams__in=teams), type=Audience.Type.NAMED
                ).values_list("pk", flat=True)
            )
        )
        user._circles = kept  # type: ignore[attr-defined]
    return kept


def audience_q(user: User, prefix: str = "", *, team: str = "team", me: str = "owner") -> Q:
    """The rows whose `audience` contains `user`.

    `team` and `me` are the paths, after `prefix`, of what the audiences 'team' and 'me' refer to.
    """
    access = access_of(user)
    circles = [Audience.EVERYONE, *circles_of(user)]
    within = Q(**{f"{prefix}audience__in": circles}) | Q(**{f"{prefix}{me}": user.pk})
    if access.team_ids:
        within |= Q(
            **{f"{prefix}audience": Audience.TEAM, f"{prefix}{team}__in": sorted(access.team_ids)}
        )
    return within


def visible_q(user: User, prefix: str = "", *, verb: str = Grant.Verb.VIEW) -> Q:
    """The filter for records on which `user` may do `verb`; `prefix` leads to the record.

    Thrown-away records are the caller's matter. To do more than view, one must also see.
    """
    access = access_of(user)
    if not access.active:
        return NOBODY
    seen = audience_q(user, prefix) & _scope_q(access, prefix, Grant.Verb.VIEW)
    if verb != Grant.Verb.VIEW:
        seen &= _scope_q(access, prefix, verb)
    return seen


def _scope_q(access: Access, prefix: str, verb: str) -> Q:
    """The records that the role's scopes for `verb` reach; an empty Q when that is all of them."""
    named = access.named_kinds(verb)
    general = _one_scope_q(access, prefix, access.scopes.get(("", verb), Scope.NONE))
    if not named:
        return general
    reached = general & ~Q(**{f"{prefix}kind__in": sorted(named)})
    for kind, scope in sorted(named.items()):
        reached |= Q(**{f"{prefix}kind": kind}) & _one_scope_q(access, prefix, scope)
    return reached


def _one_scope_q(access: Access, prefix: str, scope: str) -> Q:
    own = Q(**{f"{prefix}owner": access.user_id})
    if scope == Scope.ALL:
        return Q()
    if scope == Scope.TEAM:
        return own | Q(**{f"{prefix}team__in": sorted(access.team_ids)})
    if scope == Scope.OWN:
        return own
    return NOBODY if not prefix else Q(**{f"{prefix}pk__in": ()})


def may(user: User, verb: str, record: Record) -> bool:
    """Whether `user` may view, edit, delete or export this one `record`, by the same rule."""
    access = access_of(user)
    if not access.active or not _in_audience(user, access, record):
        return False
    verbs = {Grant.Verb.VIEW, verb}
    return all(_in_scope(access, access.scope(record.kind, v), record) for v in verbs)


def may_create(user: User, kind: str) -> bool:
    """Whether `user` may add a record of this kind: whoever may edit at least their own."""
    access = access_of(user)
    return Scope.NONE not in (access.scope(kind, "edit"), access.scope(kind, "view"))


def may_curate_tags(user: User) -> bool:
    """Whether `user` may rename, merge and delete tags for everybody."""
    return access_of(user).scope("tag", Grant.Verb.EDIT) == Scope.ALL and bool(
        access_of(user).named_kinds("edit").get("tag")
    )


def _in_audience(user: User, access: Access, record: Record) -> bool:
    if record.owner_id == user.pk or record.audience_id == Audience.EVERYONE:
        return True
    if record.audience_id == Audience.TEAM:
        return record.team_id in access.team_ids
    return record.audience_id in circles_of(user)


def _in_scope(access: Access, scope: str, record: Record) -> bool:
    if scope == Scope.ALL:
        return True
    if record.owner_id == access.user_id and scope in (Scope.TEAM, Scope.OWN):
        return True
    return scope == Scope.TEAM and record.team_id in access.team_ids
