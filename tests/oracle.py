"""Who may, worked out by hand: the rule of the house in plain Python over plain facts.

Written from the description and not from the code: a person sees a record when they are in its
audience and their role's scope for viewing that kind reaches it; to edit, delete or export, that
verb's scope must reach it as well. An entry is read by who sees its home wall, narrowed by its own
audience. Nothing thrown away is seen. It shares no line with `rules.py` and asks it nothing.

Beside that something may be lent: a record shared with one person until a moment, and all that an
absent person owns, but for what is theirs alone, to the deputy; who may do what the absent may,
but for taking it out: what is lent is never exported.
"""

from __future__ import annotations

from django.utils import timezone

from tablica.accounts.models import Grant, Team, User
from tablica.records.models import Absence, Audience, Record, Share
from tablica.wall.models import Comment, Entry, File


def teams_of(user: User) -> set[int]:
    """The teams a person counts as a member of, by the reach of their role."""
    if user.role.reach == "all":
        return {team.pk for team in Team.objects.all()}
    mine = {team.pk for team in user.teams.all()}
    if user.role.reach == "below":
        while True:
            below = {t.pk for t in Team.objects.all() if t.parent_id in mine} - mine
            if not below:
                break
            mine |= below
    return mine


class Person:
    """The facts about one colleague, read once and without the program's own rules."""

    def __init__(self, user: User, *, lends: bool = True) -> None:
        self.id = user.pk
        self.active = user.deactivated_at is None
        self.administers = self.active and user.role.administers
        self.abilities = set(user.role.abilities)
        self.teams = teams_of(user)
        self.own_teams = {team.pk for team in user.teams.all()}
        self.reach = user.role.reach
        self.scopes = {
            (g.kind, g.verb): str(g.scope) for g in Grant.objects.filter(role=user.role_id)
        }
        self._named: dict[int, tuple[set[int], set[int]]] = {}
        now = timezone.now()
        self.shared = {
            share.record_id: share.edits
            for share in Share.objects.filter(user=user.pk)
            if share.until is None or share.until > now
        }
        self.places = [
            (Person(absence.person, lends=False), set(absence.kinds))
            for absence in Absence.objects.filter(deputy=user.pk)
            if lends and absence.starts_at <= now < absence.ends_at
        ]

    def scope(self, kind: str, verb: str) -> str:
        if (kind, verb) in self.scopes:
            return self.scopes[kind, verb]
        return self.scopes.get(("", verb), "none")

    def can(self, ability: str) -> bool:
        """Whether the role allows this beside the records."""
        return self.active and (self.administers or ability in self.abilities)

    def leads(self, other: Person) -> bool:
        """Whether somebody of the teams in reach is under this person, who may do all they may."""
        order, verbs = ["none", "own", "team", "all"], ["view", "edit", "delete", "export"]
        kinds = {kind for kind, _verb in [*self.scopes, *other.scopes]}
        return (
            self.active
            and self.reach != "teams"
            and not other.administers
            and bool(other.own_teams & self.teams)
            and ["teams", "below", "all"].index(other.reach)
            <= ["teams", "below", "all"].index(self.reach)
            and other.abilities <= self.abilities
            and all(
                order.index(other.scope(kind, verb)) <= order.index(self.scope(kind, verb))
                for kind in {"", *kinds}
                for verb in verbs
            )
        )

    def may(self, verb: str, record: Record) -> bool:
        """Whether this person may do `verb` on a record that is not thrown away."""
        if not self.active:
            return False
        if self._within(record.audience, record.owner_id, record.team_id) and self._all(
            verb, record
        ):
            return True
        if verb == "export":
            return False
        if verb == "view" and record.pk in self.shared:
            return True
        if verb == "edit" and self.shared.get(record.pk):
            return True
        return any(absent._all(verb, record) for absent in self._standing_at(record))

    def _all(self, verb: str, record: Record) -> bool:
        return all(self._reaches(self.scope(record.kind, v), record) for v in {"view", verb})

    def _standing_at(self, record: Record) -> list[Person]:
        """The absent people in whose place this person meets the record."""
        return [
            absent
            for absent, kinds in self.places
            if absent.active
            and record.owner_id == absent.id
            and record.audience.type != "me"
            and (not kinds or record.kind in kinds)
            and absent._all("view", record)
        ]

    def _within(self, audience: Audience, me: int | None, team: int | None) -> bool:
        if me == self.id or audience.type == "everyone":
            return True
        if audience.type == "team":
            return team in self.teams
        if audience.type == "named":
            people, teams = self._members(audience)
            return self.id in people or bool(teams & self.teams)
        return False

    def _members(self, audience: Audience) -> tuple[set[int], set[int]]:
        if audience.pk not in self._named:
            people = {p.pk for p in audience.people.all()}
            self._named[audience.pk] = people, {t.pk for t in audience.teams.all()}
        return self._named[audience.pk]

    def _reaches(self, scope: str, record: Record) -> bool:
        mine = record.owner_id == self.id
        ours = record.team_id is not None and record.team_id in self.teams
        return {"none": False, "own": mine, "team": mine or ours, "all": True}[scope]

    def sees(self, record: Record) -> bool:
        return record.trashed_at is None and self.may("view", record)

    def reads(self, entry: Entry) -> bool:
        """Whether this person reads an entry."""
        return entry.trashed_at is None and self.would_read(entry)

    def would_read(self, entry: Entry) -> bool:
        """Whether this person would read an entry, had it not been thrown away itself."""
        record = entry.record
        if not self.sees(record):
            return False
        narrower = entry.audience
        if narrower is None or self._within(narrower, entry.author_id, record.team_id):
            return True
        places = self._standing_at(record)
        return any(absent._within(narrower, None, record.team_id) for absent in places)

    def reads_comment(self, comment: Comment) -> bool:
        return comment.trashed_at is None and self.reads(comment.entry)

    def fetches(self, file: File) -> bool:
        """Whether this person gets the bytes of a file."""
        if file.entry is None:
            return self.active and file.uploaded_by_id == self.id
        return self.reads(file.entry)
