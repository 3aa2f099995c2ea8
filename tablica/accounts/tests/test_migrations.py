"""Steps of data in migrations: what stood in the rows before stands in them after, and back."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from tablica.accounts.models import Grant, Role
from tests.cast import make_role

pytestmark = pytest.mark.django_db
step = import_module("tablica.accounts.migrations.0004_looking_after_tags_is_an_ability")


def abilities() -> dict[str, list[str]]:
    return {role.slug: role.abilities for role in Role.objects.all()}


def test_who_looked_after_tags_by_a_grant_may_do_so_by_an_ability() -> None:
    """The scope counted when it was for all, and for changing; nothing else did."""
    Role.objects.all().update(abilities=[], built_in=False)
    whole = {"curator": {"tag.edit": "all", "view": "all"}, "half": {"tag.edit": "own"}}
    whole["looker"] = {"tag.view": "all", "deal.edit": "all"}
    for slug, scopes in whole.items():
        make_role(slug, scopes=scopes)
    kept = Grant.objects.exclude(kind="tag").count()

    step.to_abilities(apps, None)

    found = abilities()
    assert found.pop("curator") == ["import", "tags"]
    assert set(map(tuple, found.values())) == {("import",)}, "all the others could run imports"
    built_in = Role.objects.filter(built_in=True).values_list("slug", flat=True)
    assert set(built_in) == {"administrator", "manager", "member"}
    assert Grant.objects.count() == kept, "only those for tags are gone"

    step.to_grants(apps, None)

    of_tags = Grant.objects.filter(kind="tag").values_list("role__slug", "verb", "scope")
    assert list(of_tags) == [("curator", "edit", "all")]
