"""Looking after tags was a scope for a kind that is none; and everybody could run imports."""

from __future__ import annotations

from typing import Any

from django.db import migrations

BUILT_IN = ("administrator", "manager", "member")


def to_abilities(apps: Any, schema_editor: Any) -> None:
    grants = apps.get_model("accounts", "Grant").objects.filter(kind="tag")
    curators = set(grants.filter(verb="edit", scope="all").values_list("role", flat=True))
    for role in apps.get_model("accounts", "Role").objects.all():
        role.built_in = role.slug in BUILT_IN
        role.abilities = ["import", "tags"] if role.pk in curators else ["import"]
        role.save()
    grants.delete()


def to_grants(apps: Any, schema_editor: Any) -> None:
    grant = apps.get_model("accounts", "Grant")
    for role in apps.get_model("accounts", "Role").objects.all():
        if "tags" in role.abilities:
            grant.objects.create(role=role, kind="tag", verb="edit", scope="all")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_what_roles_allow_beside_records")]

    operations = [migrations.RunPython(to_abilities, to_grants)]
