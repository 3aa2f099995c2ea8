"""People and records for tests, made the way people make them: through the commands."""

from __future__ import annotations

from itertools import count
from typing import Any

from tablica.accounts.commands.people import add_user
from tablica.accounts.commands.teams import add_team
from tablica.accounts.commands.tokens import make_token
from tablica.accounts.models import Role, Team, User
from tablica.people.models import Company, Person
from tablica.records.audiences import audience
from tablica.records.builtin import make_audiences
from tablica.records.kinds import kind_named
from tablica.records.models import Audience, Record, RecordModel
from tablica.sales.builtin import make_stages
from tablica.sales.models import Deal
from tablica.spaces.models import Space
from tablica.wall.commands import comments, entries, files, lives
from tablica.wall.models import Comment, Entry, File

_numbers = count(1)


def ready() -> None:
    """The rows every installation begins with, again, where a test has emptied all tables."""
    from tablica.accounts.builtin import make_roles

    make_roles()
    make_audiences()
    make_stages()


def user(name: str, role: str = "member", *teams: Team, **more: Any) -> User:
    """A colleague called `name`, with `name@example.org`."""
    return add_user(
        email=f"{name.lower()}@example.org", name=name, by=None, role=role, teams=teams, **more
    )


def team(name: str, parent: Team | None = None) -> Team:
    """A team of this name."""
    return add_team(name, by=None, parent=parent)


def role(slug: str, *, reach: str = "teams", **scopes: str) -> Role:
    """A role of one's own: `role("reader", view="all", deal_edit="own")`; not named means none."""
    made = Role.objects.create(slug=slug, name=slug, reach=reach)
    for word, scope in scopes.items():
        kind, _, verb = word.rpartition("_")
        made.grants.create(kind=kind, verb=verb, scope=scope)
    return made


def token(of: User, scope: str = "write") -> str:
    """A new API token of this user."""
    return make_token(of, scope=scope)


def named(*people: User, teams: tuple[Team, ...] = ()) -> Audience:
    """The audience of these people and teams."""
    return audience(Audience.Type.NAMED, people=people, teams=teams)


def only_me() -> Audience:
    """The audience of the owner, or the author, alone."""
    return audience(Audience.Type.ME)


def the_team() -> Audience:
    """The audience of the record's team."""
    return audience(Audience.Type.TEAM)


def record(kind: str, by: User, title: str = "", **values: Any) -> RecordModel:
    """A record of this kind, checked by its form; fields, `owner`, `team`, `audience`, `tags`."""
    tags = values.pop("tags", ())
    data = {"title": title or f"{kind} {next(_numbers)}", "owner": by.pk} | {
        name: _typed(value) for name, value in values.items()
    }
    form = kind_named(kind).form_class()(data, user=by)
    assert form.is_valid(), form.errors
    wanted = {n: v for n, v in form.changes().items() if n in data or v not in (None, "", [])}
    return lives.create_record(kind, by=by, values=wanted, tags=tags)


def _typed(value: Any) -> Any:
    """A value as a form takes it: numbers for records, people and teams."""
    if isinstance(value, list):
        return [_typed(one) for one in value]
    return value if isinstance(value, Audience) else getattr(value, "pk", value)


def company(by: User, title: str = "", **values: Any) -> Company:
    """A company that `by` adds and, unless told otherwise, owns."""
    made = record("company", by, title, **values)
    assert isinstance(made, Company)
    return made


def person(by: User, title: str = "", **values: Any) -> Person:
    """A person; `companies` is a list of companies."""
    made = record("person", by, title, **values)
    assert isinstance(made, Person)
    return made


def deal(by: User, title: str = "", **values: Any) -> Deal:
    """A deal; `stage` is a slug."""
    made = record("deal", by, title, **values)
    assert isinstance(made, Deal)
    return made


def space(by: User, title: str = "", **values: Any) -> Space:
    """A space."""
    made = record("space", by, title, **values)
    assert isinstance(made, Space)
    return made


def note(on: RecordModel | Record, by: User, text: str = "a note", **more: Any) -> Entry:
    """A note on the wall of `on`; `more` as for `write_entry`."""
    return entries.write_entry(on.pk, by=by, text=text, **more)


def comment(entry: Entry, by: User, text: str = "a comment") -> Comment:
    """An answer to an entry."""
    return comments.write_comment(entry.pk, by=by, text=text)


def file(by: User, name: str = "paper.txt", content: bytes = b"some words\n") -> File:
    """A file that hangs nowhere yet."""
    return files.add_file(name, [content], by=by)
