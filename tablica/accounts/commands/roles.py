"""Roles: adding, changing and removing them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from tablica.accounts import queries
from tablica.accounts.commands.guarding import (
    keep_an_administrator,
    number_of,
    require_administrator,
)
from tablica.accounts.models import Ability, Grant, Role, User
from tablica.shared.errors import Hidden, Refused, Stale
from tablica.shared.text.folding import fold
from tablica.shared.trail import commands as trail

MOST_ROLES = 100


@dataclass(frozen=True)
class Said:
    """What a role is to be. `scopes` is by kind and verb; an empty kind stands for all others.

    The caller knows the kinds; a kind that is left out has the scope of all others. `fields` is by
    kind and name; a field that is left out may be changed.
    """

    name: str
    reach: str
    administers: bool = False
    abilities: frozenset[str] = frozenset()
    scopes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    fields: Mapping[tuple[str, str], str] = field(default_factory=dict)
    second_factor: bool = False


@transaction.atomic
def add_role(said: Said, *, by: User | None) -> Role:
    """Add a role. Nobody has it yet."""
    require_administrator(by)
    if Role.objects.count() >= MOST_ROLES:
        raise ValidationError(_("There are %(n)d roles. Remove one first.") % {"n": MOST_ROLES})
    role = Role(slug=_free_slug(said.name))
    _write(role, said)
    trail.note("role added", by=number_of(by), about=f"role {role.pk}", now=_told(role))
    return role


@transaction.atomic
def change_role(role_id: int, said: Said, *, by: User | None, seen: str | None = None) -> Role:
    """Change what a role is; it counts for all who have it from their next request on.

    `seen` is the `queries.seal_of_role` the writer saw; another one raises `Stale`. The name of a
    role that came with the program stays: it is told in each reader's language.
    """
    require_administrator(by)
    role = _locked(role_id)
    if seen is not None and seen != queries.seal_of_role(role):
        raise Stale(_("Somebody else changed this meanwhile."), current=role)
    if role.administers and not said.administers:
        keep_an_administrator(without=User.objects.filter(role=role))
    before = _told(role)
    _write(role, said)
    after = _told(role)
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if changed:
        trail.note(
            "role changed",
            by=number_of(by),
            about=f"role {role_id}",
            was={name: before.get(name) for name in changed},
            now={name: after.get(name) for name in changed},
        )
    return role


@transaction.atomic
def remove_role(role_id: int, *, by: User | None) -> Role:
    """Remove a role that nobody has or had, and that did not come with the program."""
    require_administrator(by)
    role = _locked(role_id)
    if role.built_in:
        raise Refused(_("This role came with Tablica and stays."))
    if role.users.exists():
        raise Refused(_("Somebody has this role: give them another first."))
    was = _told(role)
    role.delete()
    trail.note("role removed", by=number_of(by), about=f"role {role_id}", was=was)
    return role


def _locked(role_id: int) -> Role:
    role = Role.objects.select_for_update(no_key=True).filter(pk=role_id).first()
    if role is None:
        raise Hidden
    return role


def _write(role: Role, said: Said) -> None:
    if not role.built_in:
        role.name = said.name.strip()[:80]
        if any(role.name in (str(r), r.name) for r in Role.objects.exclude(pk=role.pk)):
            raise ValidationError({"name": _("There is a role of this name already.")})
    role.reach, role.administers = said.reach, said.administers
    role.second_factor = said.second_factor
    role.abilities = sorted(said.abilities & set(Ability.values))
    role.fields = _less_than_all(said.fields)
    role.full_clean()
    role.save()
    role.grants.all().delete()
    grants = [
        Grant(role=role, kind=kind, verb=verb, scope=scope)
        for (kind, verb), scope in sorted(said.scopes.items())
    ]
    for grant in grants:
        grant.clean_fields(exclude=["role"])
    Grant.objects.bulk_create(grants)


def _less_than_all(said: Mapping[tuple[str, str], str]) -> dict[str, dict[str, str]]:
    """By kind and name the fields that a role may not change, as a role keeps them."""
    kept: dict[str, dict[str, str]] = {}
    for (kind, name), right in sorted(said.items()):
        if Role.FieldRight(right) != Role.FieldRight.WRITE:
            kept.setdefault(kind, {})[name] = str(right)
    return kept


def _told(role: Role) -> dict[str, Any]:
    """All that a role is, for the trail."""
    scopes = {f"{g.kind or 'all'} {g.verb}": str(g.scope) for g in role.grants.all()}
    plain = {"name": role.name, "reach": str(role.reach), "administers": role.administers}
    fields = {
        f"{kind}.{name}": right
        for kind, rights in role.fields.items()
        for name, right in rights.items()
    }
    more = {"second_factor": role.second_factor, "abilities": sorted(role.abilities)}
    return {**plain, **more, **scopes, **fields}


def _free_slug(name: str) -> str:
    """A name for programs, made of the name for people."""
    wanted = slugify(fold(name))[:30] or "role"
    taken = set(Role.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted}-{n}" for n in range(2, len(taken) + 3))
    return next(slug for slug in [wanted, *numbered] if slug not in taken)
