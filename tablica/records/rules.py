"""Who may see, change, delete one record, and who may add one."""

from __future__ import annotations

from tablica.accounts.models import Ability, Grant, User
from tablica.accounts.rules import Access, access_of, can
from tablica.records.lent import Standing, lent_to
from tablica.records.models import Audience, Record
from tablica.records.visibility import (
    Scope,
    audience_q,
    circles_of,
    hidden_fields,
    kinds_with_hidden_fields,
    sealed_fields,
    visible_q,
)

__all__ = [
    "audience_q",
    "circles_of",
    "hidden_fields",
    "kinds_with_hidden_fields",
    "may",
    "may_create",
    "may_curate_tags",
    "may_export",
    "may_without_looking",
    "places_at",
    "sealed_fields",
    "visible_q",
    "withheld",
]


def may(user: User, verb: str, record: Record) -> bool:
    """Whether `user` may view, edit, delete or export this one `record`, by the same rule."""
    if may_without_looking(user, verb, record):
        return True
    looks_into = lent_to(user).looks_into if access_of(user).active else None
    return verb == Grant.Verb.VIEW and looks_into is not None and record.owner_id == looks_into


def may_without_looking(user: User, verb: str, record: Record) -> bool:
    """The same, but for what an administrator sees only because they look in."""
    access = access_of(user)
    if not access.active:
        return False
    return (_in_audience(user, access, record) and _reaches(access, verb, record)) or _may_by_loan(
        user, verb, record
    )


def _reaches(access: Access, verb: str, record: Record) -> bool:
    verbs = {Grant.Verb.VIEW, verb}
    return all(_in_scope(access, access.scope(record.kind, v), record) for v in verbs)


def _may_by_loan(user: User, verb: str, record: Record) -> bool:
    """Whether a share, or standing in for the owner, allows it; never to take it out."""
    if verb == Grant.Verb.EXPORT:
        return False
    lent = lent_to(user)
    if verb == Grant.Verb.VIEW and record.pk in lent.shared:
        return True
    if verb == Grant.Verb.EDIT and lent.shared.get(record.pk, False):
        return True
    return any(_reaches(access_of(p.person), verb, record) for p in places_at(user, record))


def places_at(user: User, record: Record) -> list[Standing]:
    """In whose places `user` stands on this record: its owner's, unless it is for them alone."""
    if record.audience_id == Audience.ME:
        return []
    return [
        place
        for place in lent_to(user).standing
        if place.person.pk == record.owner_id
        and place.covers(record.kind)
        and access_of(place.person).active
        and _reaches(access_of(place.person), Grant.Verb.VIEW, record)
    ]


def withheld(user: User, record: Record) -> frozenset[str]:
    """The fields of `record` that `user` may not set, although they may edit the others.

    Who reads it is for its owner and administrators to say, whose it is also for those who may
    delete it: else anybody who edits could take it from everybody else's sight. They have to see it
    by their own right: what is lent for a time must not become theirs for good. The team counts as
    one or the other, by whether it decides who reads. What the role does not let them set of any
    record of this kind is among them.
    """
    return sealed_fields(user, record.kind) | _of_others(user, record)


def _of_others(user: User, record: Record) -> frozenset[str]:
    access = access_of(user)
    if access.administers or record.owner_id == user.pk:
        return frozenset()
    reading = {"audience", "team"} if record.audience_id == Audience.TEAM else {"audience"}
    if _in_audience(user, access, record) and _reaches(access, Grant.Verb.DELETE, record):
        return frozenset(reading)
    return frozenset({"owner", "team", "audience"})


def may_create(user: User, kind: str) -> bool:
    """Whether `user` may add a record of this kind: whoever may edit at least their own."""
    access = access_of(user)
    return Scope.NONE not in (access.scope(kind, "edit"), access.scope(kind, "view"))


def may_export(user: User, kind: str) -> bool:
    """Whether `user` may take out records of this kind at all; nobody does while they look in."""
    access = access_of(user)
    reached = {access.scope(kind, verb) for verb in (Grant.Verb.VIEW, Grant.Verb.EXPORT)}
    return Scope.NONE not in reached and lent_to(user).looks_into is None


def may_curate_tags(user: User) -> bool:
    """Whether `user` may rename, merge and delete tags for everybody."""
    return can(user, Ability.TAGS)


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
