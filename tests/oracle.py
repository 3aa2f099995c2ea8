"""Who may, worked out by hand: the rule of the house in plain Python over plain facts.

Written from the description and not from the code: a person sees a record when they are in its
audience and their role's scope for viewing that kind reaches it; to edit, delete or export, that
verb's scope must reach it as well. An entry is read by who sees its home wall, narrowed by its own
audience. Nothing thrown away is seen. It shares no line with `rules.py` and asks it nothing.
"""

from __future__ import annotations

from tablica.accounts.models import Grant, Team, User
from tablica.records.models import Audience, Record
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

    def __init__(self, user: User) -> None:
        self.id = user.pk
        self.active = user.deactivated_at is None
        self.administers = self.active and user.role.administers
        self.abilities = set(user.role.abilities)
        self.teams = teams_of(user)
        self.scopes = {
            (g.kind, g.verb): str(g.scope) for g in Grant.objects.filter(role=user.role_id)
        }
        self._named: dict[int, tuple[set[int], set[int]]] = {}

    def scope(self, kind: str, verb: str) -> str:
        if (kind, verb) in self.scopes:
            return self.scopes[kind, verb]
        return self.scopes.get(("", verb), "none")

    def can(self, ability: str) -> bool:
        """Whether the role allows this beside the records."""
        return self.active and (self.administers or ability in self.abilities)

    def may(self, verb: str, record: Record) -> bool:
        """Whether this person may do `verb` on a record that is not thrown away."""
        if not self.active or not self._within(record.audience, record.owner_id, record.team_id):
            return False
        return all(self._reaches(self.scope(record.kind, v), record) for v in {"view", verb})

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
        return narrower is None or self._within(narrower, entry.author_id, record.team_id)

    def reads_comment(self, comment: Comment) -> bool:
        return comment.trashed_at is None and self.reads(comment.entry)

    def fetches(self, file: File) -> bool:
        """Whether this person gets the bytes of a file."""
        if file.entry is None:
            return self.active and file.uploaded_by_id == self.id
        return self.reads(file.entry)
