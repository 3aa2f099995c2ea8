"""Whom one may mention, and who of them could read it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tablica.accounts.models import Team, User
from tablica.accounts.queries import colleagues
from tablica.records.models import Record
from tablica.shared.text.folding import fold
from tablica.wall.models import Entry

MOST = 8


@dataclass(frozen=True)
class Meant:
    """A colleague or team after @; the note says what to know before posting."""

    name: str
    note: str = ""


def to_mention(
    user: User, typed: str, *, on: int | None = None, entry: int | None = None
) -> list[Meant]:
    """The colleagues and teams one of whose names begins with what is typed.

    `on` is the wall, or `entry` the entry, on which it is written: nothing is said of one that
    `user` does not see.
    """
    key = fold(typed).strip()
    names = colleagues().values_list("pk", "name")
    meant = [pk for pk, name in names.iterator() if _begins(name, key)][:MOST]
    people = list(colleagues().select_related("role").filter(pk__in=meant))
    shared = [one.name for one in people]
    hidden = _cannot_read(user, people, on, entry)
    found = [
        Meant(
            one.email if shared.count(one.name) > 1 else one.name,
            _("cannot read this wall") if one.pk in hidden else "",
        )
        for one in people
    ]
    teams = [t.name for t in Team.objects.order_by("name") if fold(t.name).startswith(key)]
    return (found + [Meant(name, _("team")) for name in teams])[:MOST]


def _begins(called: str, key: str) -> bool:
    name = fold(called)
    return name.startswith(key) or any(part.startswith(key) for part in name.split())


def _cannot_read(user: User, people: list[User], on: int | None, entry: int | None) -> set[int]:
    if entry is not None and Entry.objects.visible_to(user).filter(pk=entry).exists():
        return {
            one.pk for one in people if not Entry.objects.visible_to(one).filter(pk=entry).exists()
        }
    if on is not None and Record.objects.visible_to(user).filter(pk=on).exists():
        return {
            one.pk for one in people if not Record.objects.visible_to(one).filter(pk=on).exists()
        }
    return set()
