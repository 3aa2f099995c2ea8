"""Every version that an entry or comment had, for those who may see it.

A reader meets the versions they could have read when they were the present ones: on the wall and
for the readers that the entry had then. An entry that was for a few people first and was opened
later keeps its past closed to the others. So does one that was open, closed, and opened again: the
history of a reader ends at the first version, from the newest back, that was not for them. Who
wrote it reads all of it, on walls they see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.accounts.rules import access_of
from tablica.records.kinds import Text
from tablica.records.models import Audience, Record, Tag
from tablica.records.showing import NOTHING, Names, show_audience
from tablica.records.values import raw_audience
from tablica.records.visibility import circles_of
from tablica.shared.days import short_date
from tablica.shared.errors import Hidden
from tablica.shared.text.differences import Piece, Work, compare, folded, shortened
from tablica.shared.writing import in_digits
from tablica.wall.models import Comment, Entry, EntryText
from tablica.wall.types import shown_type

PAGE = 20
PAGE_WORK = 1_500_000
"""How much comparing one page of a history may cost: about half a second."""


@dataclass(frozen=True)
class Version:
    """One version: what it said, since when, by whom, for whom."""

    number: int
    body: str
    at: datetime
    by: User | None
    type: str = ""
    happened_at: datetime | None = None
    tags: dict[str, str] = field(default_factory=dict)
    record: int | None = None
    audience: Audience | None = None

    @property
    def tag_names(self) -> list[str]:
        return list(self.tags.values())


@dataclass(frozen=True)
class Turn:
    """One changed thing beside the words: what it was and what it became."""

    label: Text
    before: Text
    after: Text


@dataclass(frozen=True)
class Step:
    """A version as a reader meets it: what it changed in the one before it.

    `whole`: the oldest they may see, told as it stands. `came` and `went` are names of tags.
    """

    version: Version
    pieces: list[Piece]
    turns: list[Turn]
    came: list[str]
    went: list[str]
    whole: bool
    now: bool


@dataclass(frozen=True)
class History:
    """A page of steps, the newest first, and the number before which the next page begins."""

    steps: list[Step]
    next: int | None


def versions_of(
    user: User, thing: Entry | Comment, *, before: int | None = None, limit: int | None = None
) -> list[Version]:
    """The versions of something the reader may see, as far back as was for them, newest first."""
    now = [_present(thing)] if before is None or thing.version < before else []
    rows = thing.earlier_texts.filter(version__gte=_first_readable(user, thing))
    if before is not None:
        rows = rows.filter(version__lt=before)
    circles = Audience.objects.prefetch_related("people", "teams")
    earlier = (
        rows.select_related("by")
        .prefetch_related(Prefetch("audience", circles))
        .order_by("-version")
    )
    return [*now, *map(_kept, earlier[: None if limit is None else limit - len(now)])]


def readable_version(user: User, thing: Entry | Comment, number: int) -> Version:
    """The version of this number, or `Hidden`."""
    found = versions_of(user, thing, before=number + 1, limit=1)
    if not found or found[0].number != number:
        raise Hidden
    return found[0]


def merged_with(thing: Entry | Comment, seen: int) -> Version | None:
    """The edit that the present version was merged with, when its writer had seen version `seen`.

    None when nobody had changed it since. For who just wrote it.
    """
    since = thing.earlier_texts.filter(version__gte=seen, version__lt=thing.version)
    rows = list(since.select_related("by", "audience").order_by("-version")[:2])
    return _kept(rows[0]) if len(rows) == 2 else None


def history_of(
    user: User, thing: Entry | Comment, *, before: int | None = None, limit: int = PAGE
) -> History:
    """A page of the history; the number of queries does not depend on the number of versions."""
    rows = versions_of(user, thing, before=before, limit=limit + 1)
    page, work = rows[:limit], Work(PAGE_WORK)
    names = _tag_names(rows)
    older: Sequence[Version | None] = [*rows[1:], None]
    steps = [
        _step(row, previous, names, work, now=row.number == thing.version)
        for row, previous in zip(page, older, strict=False)
    ]
    return History(steps, page[-1].number if len(rows) > limit else None)


def _first_readable(user: User, thing: Entry | Comment) -> int:
    """The number since which all versions were for this reader."""
    entry = thing.entry if isinstance(thing, Comment) else thing
    mine = user.pk in (entry.author_id, thing.author_id)
    rows = list(
        thing.earlier_texts.order_by("-version").values_list("version", "record", "audience")
    )
    walls = Record.objects.visible_to(user).filter(pk__in={record or 0 for _, record, _ in rows})
    teams: dict[int | None, int | None] = dict(walls.values_list("pk", "team"))
    first = thing.version
    for version, record, audience in rows:
        if mine:
            if record is not None and record not in teams:
                break
        elif record not in teams or not _is_for(user, audience, teams[record]):
            break
        first = version
    return first


def _is_for(user: User, audience: int | None, team: int | None) -> bool:
    if audience in (None, Audience.EVERYONE):
        return True
    if audience == Audience.TEAM:
        return team in access_of(user).team_ids
    return audience in circles_of(user)


def _present(thing: Entry | Comment) -> Version:
    since = thing.edited_at or thing.created_at
    if isinstance(thing, Comment):
        return Version(thing.version, thing.body, since, thing.author, record=thing.entry.record_id)
    return Version(
        thing.version,
        thing.body,
        since,
        thing.author,
        thing.type,
        thing.happened_at,
        {str(tag.pk): tag.name for tag in thing.tags.order_by("key")},
        thing.record_id,
        thing.audience,
    )


def _kept(row: EntryText) -> Version:
    tags = {line.partition(" ")[0]: line.partition(" ")[2] for line in row.tags.splitlines()}
    audience = row.audience if row.entry_id else None
    return Version(
        row.version,
        row.body,
        row.at,
        row.by,
        row.type,
        row.happened_at,
        tags,
        row.record_id,
        audience,
    )


def _tag_names(versions: Iterable[Version]) -> dict[str, str]:
    """The present names of the tags that are still there: a new name is no edit of the entry."""
    numbers = {int(n) for v in versions for n in v.tags if n.isdecimal() and len(n) < 19}
    found = Tag.objects.filter(pk__in=numbers).values_list("pk", "name")
    return {str(number): name for number, name in found}


def _step(
    row: Version, previous: Version | None, names: dict[str, str], work: Work, *, now: bool
) -> Step:
    came = [names.get(n, name) for n, name in row.tags.items()]
    if previous is None:
        return Step(row, shortened(row.body), [], came, [], whole=True, now=now)
    gone = [names.get(n, name) for n, name in previous.tags.items() if n not in row.tags]
    came = [names.get(n, name) for n, name in row.tags.items() if n not in previous.tags]
    pieces = folded(compare(previous.body, row.body, work)) if row.body != previous.body else []
    return Step(row, pieces, list(_turns(previous, row)), came, gone, whole=False, now=now)


def _turns(before: Version, after: Version) -> Iterator[Turn]:
    if before.type != after.type:
        yield Turn(_("Type"), shown_type(before.type).label, shown_type(after.type).label)
    if before.happened_at != after.happened_at:
        yield Turn(_("When"), _time(before.happened_at), _time(after.happened_at))
    if before.audience != after.audience:
        yield Turn(_("Who may read"), _circle(before.audience), _circle(after.audience))


def _time(at: datetime | None) -> str:
    if at is None:
        return NOTHING
    local = timezone.localtime(at)
    return in_digits(f"{short_date(local.date())}, {local:%H:%M}")


def _circle(audience: Audience | None) -> str:
    if audience is None:
        return _("As the wall")
    names = Names(
        people={p.pk: p for p in audience.people.all()},
        teams={t.pk: t.name for t in audience.teams.all()},
    )
    return show_audience(raw_audience(audience), names)
