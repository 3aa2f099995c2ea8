"""The roles every installation begins with. Afterwards they are data like any other."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as _

from tablica.accounts.models import Ability, Grant, Role

V, S = Grant.Verb, Grant.Scope
ROLES: dict[str, tuple[str, str, bool, dict[tuple[str, str], str]]] = {
    "administrator": (
        _("Administrator"),
        Role.Reach.ALL,
        True,
        dict.fromkeys((("", v) for v in V.values), S.ALL),
    ),
    "manager": (
        _("Manager"),
        Role.Reach.BELOW,
        False,
        dict.fromkeys((("", v) for v in V.values), S.ALL),
    ),
    "member": (
        _("Member"),
        Role.Reach.TEAMS,
        False,
        {
            ("", V.VIEW): S.ALL,
            ("", V.EDIT): S.ALL,
            ("", V.DELETE): S.OWN,
            ("", V.EXPORT): S.OWN,
        },
    ),
}

ABILITIES: dict[str, list[str]] = {
    "manager": [Ability.IMPORT, Ability.TAGS],
    "member": [Ability.IMPORT],
}


def make_roles(**kwargs: Any) -> None:
    """Add the built-in roles where there are none at all; runs after each migration."""
    if Role.objects.exists():
        return
    for slug, (name, reach, administers, grants) in ROLES.items():
        role = Role.objects.create(
            slug=slug,
            name=name,
            reach=reach,
            administers=administers,
            built_in=True,
            abilities=ABILITIES.get(slug, []),
        )
        Grant.objects.bulk_create(
            Grant(role=role, kind=kind, verb=verb, scope=scope)
            for (kind, verb), scope in grants.items()
        )
