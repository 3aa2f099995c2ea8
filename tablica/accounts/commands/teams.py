"""Teams and their tree."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tablica.accounts import queries
from tablica.accounts.commands.guarding import number_of, require_administrator
from tablica.accounts.models import Team, User
from tablica.shared.errors import Hidden, Refused, Stale
from tablica.shared.trail import commands as trail


@transaction.atomic
def add_team(name: str, *, by: User | None, parent: Team | None = None) -> Team:
    """Add a team, or return the one that has this name already."""
    require_administrator(by)
    name = name.strip()
    if not name:
        raise ValidationError({"name": _("Give the team a name.")})
    try:
        with transaction.atomic():
            team = Team.objects.create(name=name[:120], parent=parent)
    except IntegrityError:
        return Team.objects.get(name=name[:120])
    trail.note("team added", by=number_of(by), about=f"team {team.pk}", parent=team.parent_id)
    return team


@transaction.atomic
def change_team(
    team_id: int, *, by: User | None, name: str, parent: Team | None, seen: str | None = None
) -> Team:
    """Rename a team or hang it elsewhere in the tree; never below itself.

    `seen` is the `queries.seal_of_team` the writer saw; another one raises `Stale`.
    """
    require_administrator(by)
    teams = {team.pk: team for team in Team.objects.select_for_update(no_key=True).order_by("pk")}
    team = teams.get(team_id)
    if team is None:
        raise Hidden
    if seen is not None and seen != queries.seal_of_team(team):
        raise Stale(_("Somebody else changed this meanwhile."), current=team)
    name = name.strip()[:120]
    same = name.casefold()
    if any(other.name.casefold() == same for other in teams.values() if other.pk != team_id):
        raise ValidationError({"name": _("There is a team of this name already.")})
    above = parent.pk if parent else None
    while above is not None:
        if above == team_id:
            raise ValidationError({"parent": _("A team cannot be below itself.")})
        above = teams[above].parent_id
    before = {"name": team.name, "parent": team.parent_id}
    team.name, team.parent = name, parent
    team.full_clean()
    after = {"name": team.name, "parent": team.parent_id}
    if before != after:
        team.save()
        about = f"team {team_id}"
        trail.note("team changed", by=number_of(by), about=about, was=before, now=after)
    return team


@transaction.atomic
def remove_team(team_id: int, *, by: User | None) -> Team:
    """Remove a team to which nothing belongs: nobody, no other team, no record, no readers.

    So it takes nothing from anybody.
    """
    require_administrator(by)
    team = Team.objects.select_for_update().filter(pk=team_id).first()
    if team is None:
        raise Hidden
    if queries.is_used(team):
        raise Refused(_("Something belongs to this team still: people, records or other teams."))
    was = {"name": team.name, "parent": team.parent_id}
    team.delete()
    trail.note("team removed", by=number_of(by), about=f"team {team_id}", was=was)
    return team
