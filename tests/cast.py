"""People of every role and records of every state, written directly and without looking at rights.

`world.py` makes things the way people make them. Tests of rights need states that no command
reaches quickly: an owner who left, a record nobody owns, an entry by nobody. Who may see what is
worked out in `oracle.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from tablica.accounts.models import Grant, Role, Team, User
from tablica.accounts.rules import forget_access
from tablica.records.audiences import audience
from tablica.records.kinds import kind_named
from tablica.records.models import Audience, Record, RecordModel
from tablica.records.signals import text_changed
from tablica.sales.models import Stage
from tablica.wall.models import Comment, Entry, File

_number = count(1)

Scopes = Mapping[str, str]

# Roles beyond the built-in three. A key is a verb, or `kind.verb` for one kind alone.
ROLES: dict[str, tuple[str, Scopes]] = {
    "read-only": ("all", {"view": "all"}),
    "own-only": ("teams", {"view": "own", "edit": "own", "delete": "own", "export": "own"}),
    "team-only": ("teams", {"view": "team", "edit": "team", "delete": "team"}),
    "below-only": ("below", {"view": "team", "edit": "team", "delete": "own"}),
    "no-deals": ("teams", {"view": "all", "edit": "all", "delete": "own", "deal.view": "none"}),
    "only-deals": ("teams", {"deal.view": "all", "deal.edit": "own", "deal.delete": "own"}),
    "own-edit": ("teams", {"view": "all", "edit": "own", "delete": "own"}),
    "team-edit": ("teams", {"view": "all", "edit": "team", "delete": "team"}),
    "guest": ("teams", {}),
    "exporter": ("all", {"view": "all", "export": "all"}),
    "no-delete": ("teams", {"view": "all", "edit": "all", "delete": "none"}),
    "blind-editor": ("teams", {"edit": "all", "delete": "all"}),
    "inviter": ("teams", {"view": "all", "edit": "all", "delete": "own", "export": "own"}),
}
# What they may beside the records.
ABILITIES = {"inviter": ["import", "invite"], "exporter": ["running"], "read-only": []}


def make_role(slug: str, *, reach: str = "teams", scopes: Scopes) -> Role:
    """A role with these scopes, such as `{"view": "all", "deal.edit": "none"}`."""
    role = Role.objects.create(
        slug=slug,
        name=slug.replace("-", " ").capitalize(),
        reach=reach,
        abilities=ABILITIES.get(slug, ["import"]),
    )
    for name, scope in scopes.items():
        kind, _dot, verb = name.rpartition(".")
        Grant.objects.create(role=role, kind=kind, verb=verb, scope=scope)
    return role


def make_user(
    name: str = "", *, role: str | Role = "member", teams: Iterable[Team] = (), active: bool = True
) -> User:
    """A colleague without a password."""
    number = next(_number)
    user = User.objects.create(
        email=f"{name or 'user'}{number}@example.org".lower().replace(" ", "."),
        name=name or f"User {number}",
        role=role if isinstance(role, Role) else Role.objects.get(slug=role),
        password="!",
        deactivated_at=None if active else timezone.now(),
    )
    user.teams.set(teams)
    return user


def make_team(name: str = "", parent: Team | None = None) -> Team:
    """A team, under `parent` in the tree."""
    return Team.objects.create(name=name or f"Team {next(_number)}", parent=parent)


def again(user: User) -> User:
    """The same colleague as the next request meets them: with nothing remembered."""
    forget_access(user)
    return User.objects.select_related("role").get(pk=user.pk)


def make_record(
    kind: str = "company",
    title: str = "",
    *,
    owner: User | None = None,
    team: Team | None = None,
    who: Audience | str = "everyone",
    at: datetime | None = None,
    trashed: bool = False,
    **fields: Any,
) -> RecordModel:
    """A record with its body, searchable; `who` is an audience or the name of a fixed one."""
    now = at or timezone.now()
    record = Record.objects.create(
        kind=kind,
        title=title or f"{kind} {next(_number)}",
        owner=owner,
        team=team,
        audience=who if isinstance(who, Audience) else audience(who),
        created_at=now,
        created_by=owner,
        touched_at=now,
        trashed_at=now if trashed else None,
        trashed_by=owner if trashed else None,
    )
    if kind == "deal":
        fields.setdefault("stage", Stage.objects.first())
    body = kind_named(kind).model(record=record, **fields)
    body.save(force_insert=True)
    text_changed.send(None, records=[record.pk])
    return body


def make_entry(
    record: Record | RecordModel,
    text: str = "",
    *,
    author: User | None = None,
    type_: str = "note",
    who: Audience | str | None = None,
    at: datetime | None = None,
    trashed: bool = False,
    data: Mapping[str, Any] | None = None,
) -> Entry:
    """An entry on a wall, searchable."""
    now = at or timezone.now()
    body = text or ("" if data else f"Entry {next(_number)}")
    entry = Entry.objects.create(
        record_id=record.pk,
        type=type_,
        author=author,
        happened_at=now,
        created_at=now,
        body=body,
        html=f"<p>{body}</p>",
        audience=audience(who) if isinstance(who, str) else who,
        trashed_at=now if trashed else None,
        data=dict(data or {}),
    )
    text_changed.send(None, entries=[entry.pk])
    return entry


def make_comment(entry: Entry, text: str = "", *, author: User | None = None) -> Comment:
    """An answer to an entry, searchable."""
    body = text or f"Comment {next(_number)}"
    comment = Comment.objects.create(
        entry=entry, author=author, body=body, html=f"<p>{body}</p>", created_at=timezone.now()
    )
    text_changed.send(None, comments=[comment.pk])
    return comment


def make_file(*, by: User, entry: Entry | None = None, name: str = "plan.txt") -> File:
    """A row of a file; its bytes are whatever the store has under this number."""
    return File.objects.create(
        entry=entry,
        name=name,
        type="text/plain",
        size=4,
        sha256=f"{next(_number):064x}",
        uploaded_by=by,
        created_at=timezone.now(),
    )


@dataclass(frozen=True)
class Three:
    """The three of whom tests speak, and a wall that the stranger may not see."""

    team: Team
    owner: User
    colleague: User
    stranger: User
    company: Record
    other: Record


def three_people() -> Three:
    """The owner and a colleague share a team and its company; the stranger has an own company."""
    team, elsewhere = make_team("Sales"), make_team("Support")
    owner = make_user("Olga Owner", teams=[team])
    colleague = make_user("Karol Colleague", teams=[team])
    stranger = make_user("Sam Stranger", teams=[elsewhere])
    company = make_record("company", "Mleczarnia Łódź", owner=owner, team=team, who="team")
    other = make_record("company", "Sam's client", owner=stranger, team=elsewhere, who="team")
    return Three(team, owner, colleague, stranger, company.record, other.record)


def cast() -> dict[str, User]:
    """One person of every role, named by it, and the states a person can be in.

    The teams are a tree: Sales above North; Support beside. Everybody is in North, but for the
    manager and `below-only` (Sales) and the outsider (Support).
    """
    sales = make_team("Sales")
    north = make_team("North", sales)
    support = make_team("Support")
    people = {
        "administrator": make_user("Administrator", role="administrator"),
        "manager": make_user("Manager", role="manager", teams=[sales]),
        "member": make_user("Member", teams=[north]),
        "owner": make_user("Owner", teams=[north]),
        "outsider": make_user("Outsider", teams=[support]),
        "ex-member": make_user("Ex-member", teams=[north]),
        "deactivated": make_user("Deactivated", role="manager", teams=[north], active=False),
    }
    for slug, (reach, scopes) in ROLES.items():
        role = make_role(slug, reach=reach, scopes=scopes)
        people[slug] = make_user(slug, role=role, teams=[sales if "below" in slug else north])
    people["ex-member"].teams.clear()
    return {name: again(user) for name, user in people.items()}


def ago(minutes: float) -> datetime:
    """A moment in the past, to the microsecond."""
    return timezone.now() - timedelta(minutes=minutes)
