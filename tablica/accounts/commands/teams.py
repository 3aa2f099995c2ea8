"""Teams and their tree."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tablica.accounts import queries
from tablica.accounts.commands.guarding import require_administrator
from tablica.accounts.models import Team, User
from tablica.shared.errors import Hidden, Stale


@transaction.atomic
def add_team(name: str, *, by: User | None, parent: Team | None = None) -> Team:
    """Add a team, or return the one that has this name already."""
    require_administrator(by)
    name = name.strip()
    if not name:
        raise ValidationError({"name": _("Give the team a name.")})
    try:
        with transaction.atomic():
            return Team.objects.create(name=name[:120], parent=parent)
    except IntegrityError:
        return Team.objects.get(name=name[:120])


@transaction.atomic
def change_team(
    team_id: int, *, by: User | None, name: str, parent: Team | None, seen: str | None = None
) -> Team:
    """Rename a team or hang it elsewhere in the tree; never below itself.

    `seen` is the `queries.seal_of_team` the writer saw; another one raises `Stale`.
    """
    require_administrator(by)
    teams = {team.pk: team for team in Team.objects.select_for_update().order_by("pk")}
    team = teams.get(team_id)
    if team is None:
        raise Hidden
    if seen is not None and seen != queries.seal_of_team(team):
        raise Stale(_("Somebody else changed this meanwhile."), current=team)
    name = name.strip()[:120]
    if any(other.name == name for other in teams.values() if other.pk != team_id):
        raise ValidationError({"name": _("There is a team of this name already.")})
    above = parent.pk if parent else None
    while above is not None:
        if above == team_id:
            raise ValidationError({"parent": _("A team cannot be below itself.")})
        above = teams[above].parent_id
    team.name, team.parent = name, parent
    team.full_clean()
    team.save()
    return team
