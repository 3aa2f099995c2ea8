"""Typed rows of a wall: everything a page or the API shows of an entry, fetched together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from tablica.accounts.models import User
from tablica.records.kinds import Text, kind_named
from tablica.records.models import Audience, Tag
from tablica.records.rules import hidden_fields, may
from tablica.records.showing import (
    HiddenValue,
    Link,
    Names,
    label_of,
    names_for,
    numbers_in,
    seen,
    show,
    show_audience,
)
from tablica.records.tags import tag_key
from tablica.records.values import Raw, raw_audience
from tablica.shared.html import TrustedHtml
from tablica.shared.markdown import tags_in
from tablica.wall import rules
from tablica.wall.models import Comment, Entry, EntryTag, File, Move, Placement
from tablica.wall.queries.cards import Cards, cards_in
from tablica.wall.queries.signs import ReactionRow, signs_on
from tablica.wall.types import EntryType, Shown, shown_type
from tablica.wall.visibility import type_of

COMMENTS_SHOWN = 3
SIGNS_SHOWN = 4
CHECKED = "the entries on this page are the reader's"


@dataclass(frozen=True)
class ChangeLine:
    """One changed field: its name, what it was and what it is, in words.

    The raw values, for programs, name only records that the reader may see.
    """

    label: Text
    before: str
    after: str
    name: str = ""
    raw_before: Raw = None
    raw_after: Raw = None


@dataclass(frozen=True)
class Trace:
    """That an entry was moved here: from which wall, and by whom."""

    source: Link
    by: str


@dataclass
class CommentRow:
    """A comment as its reader sees it."""

    comment: Comment
    reactions: list[ReactionRow]
    may_edit: bool
    may_delete: bool
    cards: Cards = field(default_factory=Cards)

    @property
    def id(self) -> str:
        """Its number as an address has it: never with the digits of a language."""
        return str(self.comment.pk)

    @property
    def html(self) -> TrustedHtml:
        """What it says, with the cards of records that the reader may see."""
        return self.cards.html(self.comment.html)

    @property
    def url(self) -> str:
        return f"/comments/{self.comment.pk}"


@dataclass
class EntryRow:
    """An entry as its reader sees it on one wall."""

    entry: Entry
    type: EntryType
    home: Link
    changes: list[ChangeLine] = field(default_factory=list)
    target: Link | None = None
    tags: list[Tag] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    comments: list[CommentRow] = field(default_factory=list)
    comment_count: int = 0
    reactions: list[ReactionRow] = field(default_factory=list)
    placed_on: list[Link] = field(default_factory=list)
    moved_from: Trace | None = None
    from_context: bool = False
    on: int | None = None
    lock: str = ""
    circle: Audience | None = None
    may_edit: bool = False
    may_delete: bool = False
    may_move: bool = False
    may_pin: bool = False
    extra: Shown | None = None
    cards: Cards = field(default_factory=Cards)

    @property
    def id(self) -> str:
        """Its number as an address has it: never with the digits of a language."""
        return str(self.entry.pk)

    @property
    def html(self) -> TrustedHtml:
        """What it says, with the cards of records that the reader may see."""
        return self.cards.html(self.entry.html)

    @property
    def url(self) -> str:
        return f"/e/{self.entry.pk}"

    @property
    def pinned(self) -> bool:
        """Whether it is kept on top of its wall."""
        return self.entry.pinned_at is not None

    @property
    def query(self) -> str:
        """Which wall it is shown on, for the addresses of what one does with it."""
        return f"?on={self.on}" if self.on else ""

    @property
    def picked_tags(self) -> list[Tag]:
        """The tags that do not stand in the text itself."""
        inline = set(map(tag_key, tags_in(self.entry.body))) if "#" in self.entry.body else set()
        return [tag for tag in self.tags if tag.key not in inline]

    @property
    def few_reactions(self) -> list[ReactionRow]:
        """The commonest signs; and always one's own, which one may want to take back."""
        return [r for at, r in enumerate(self.reactions) if at < SIGNS_SHOWN or r.mine]

    @property
    def other_signs(self) -> int:
        """How many kinds of signs are folded away."""
        return len(self.reactions) - len(self.few_reactions)

    @property
    def hidden_comments(self) -> int:
        """How many earlier comments are folded away."""
        return self.comment_count - len(self.comments)


@dataclass(frozen=True)
class Roads:
    """Where else entries are shown, and where they came from; not yet under anybody's rights."""

    placed: list[tuple[int, int]]
    moved: list[tuple[int, int, str]]

    @property
    def walls(self) -> set[int]:
        """The records they lead to."""
        return {wall for _, wall in self.placed} | {wall for _, wall, _ in self.moved}

    def hang_on(self, by_id: dict[int, EntryRow], names: Names) -> None:
        """Tell what the reader may know: of the walls that are in `names`."""
        for entry, wall in self.placed:
            if entry in by_id and wall in names.records:
                by_id[entry].placed_on.append(names.records[wall])
        for entry, wall, by in self.moved:
            if entry in by_id and wall in names.records:
                by_id[entry].moved_from = Trace(names.records[wall], by)


def _roads(entries: Iterable[Entry]) -> Roads:
    numbers = [entry.pk for entry in entries]
    placed = Placement.objects.filter(entry__in=numbers).order_by("pk")
    moves = Move.objects.filter(entry__in=numbers, undone_at=None, kept=False).order_by("pk")
    return Roads(
        list(placed.values_list("entry_id", "record_id")),
        list(moves.values_list("entry_id", "source_id", "by__name")),
    )


def rows_of(
    user: User, entries: Sequence[Entry], *, on: int | None = None, all_comments: bool = False
) -> list[EntryRow]:
    """The rows of these entries (already the reader's), for the wall of record `on` or the feed.

    Entries whose whole content is about things the reader may not see are left out. The number of
    queries does not depend on the number of entries.
    """
    roads = _roads(entries)
    names = _names(user, entries, roads.walls)
    rows = []
    for entry in entries:
        row = _row(user, entry, names, on)
        if row is not None:
            rows.append(row)
    if rows:
        by_id = {row.entry.pk: row for row in rows}
        _hang_on(user, by_id, all_comments=all_comments)
        roads.hang_on(by_id, names)
        _draw_cards(user, rows)
        _fill_extras(user, rows)
    return rows


def _fill_extras(user: User, rows: Sequence[EntryRow]) -> None:
    """Let each row show what its type has beside the words; each type fetches its own together."""
    by_type: dict[str, list[EntryRow]] = defaultdict(list)
    for row in rows:
        if row.type.extra is not None:
            by_type[row.type.name].append(row)
    for some in by_type.values():
        extra = some[0].type.extra
        found = extra.shown(user, some) if extra else {}
        for row in some:
            row.extra = found.get(row.entry.pk)


def _draw_cards(user: User, rows: Sequence[EntryRow]) -> None:
    """Let the rows and their comments know the records they name, all fetched together."""
    said: list[EntryRow | CommentRow] = [*rows, *(c for row in rows for c in row.comments)]
    texts = (its.comment.html if isinstance(its, CommentRow) else its.entry.html for its in said)
    cards = cards_in(user, texts)
    for its in said:
        its.cards = cards


def plain_rows(user: User, entries: Sequence[Entry], *, on: int) -> list[EntryRow]:
    """The rows of entries without what people did with them: only the text and the files."""
    rows = [row for entry in entries if (row := _row(user, entry, Names(), on)) is not None]
    by_id = {row.entry.pk: row for row in rows}
    if by_id:
        _attach_files(by_id)
        _draw_cards(user, rows)
    return rows


def _attach_files(by_id: dict[int, EntryRow]) -> None:
    files = File.objects.unguarded(reason=CHECKED).filter(entry__in=by_id).order_by("pk")
    for file in files:
        by_id[file.entry_id or 0].files.append(file)


def tells_something(user: User, entry: Entry) -> bool:
    """Whether anything of this entry (already the reader's) is left for them to see."""
    return not _is_automatic(entry) or _row(user, entry, _names(user, [entry]), None) is not None


def _names(user: User, entries: Iterable[Entry], walls: Iterable[int] = ()) -> Names:
    wanted = numbers_named(entries)
    wanted["records"].update(walls)
    return names_for(user, **wanted)


def numbers_named(entries: Iterable[Entry]) -> dict[str, set[int]]:
    """What the automatic ones among these speak of, as numbers by kind: `records`, `people` …"""
    wanted: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        for change in entry.data.get("changes", ()) if _is_automatic(entry) else ():
            for value in (change["from"], change["to"]):
                for what, numbers in numbers_in(entry.record.kind, change["field"], value).items():
                    wanted[what].update(numbers)
        if entry.type == "moved":
            wanted["records"].add(entry.data.get("record", 0))
    return wanted


def _is_automatic(entry: Entry) -> bool:
    return not shown_type(entry.type).written


def _row(user: User, entry: Entry, names: Names, on: int | None) -> EntryRow | None:
    entry_type = type_of(user, entry)
    record = entry.record
    row = EntryRow(
        entry=entry,
        type=entry_type,
        home=Link(record.pk, record.kind, record.title, kind_named(record.kind).url_of(record.pk)),
        from_context=on is not None and record.pk != on,
        on=on,
        may_edit=rules.may_change_entry(user, entry),
        may_delete=rules.may_trash_entry(user, entry),
        may_move=rules.may_move_entry(user, entry),
        may_pin=may(user, "edit", record),
    )
    if entry_type.written:
        return row
    if "changes" in entry.data:
        hidden = hidden_fields(user, record.kind)
        told = [change for change in entry.data["changes"] if change["field"] not in hidden]
        row.changes = _change_lines(record.kind, told, names)
        if not row.changes:
            return None
        implied = {str(label_of(record.kind, name)) for name in entry_type.implies}
        row.changes = [line for line in row.changes if str(line.label) not in implied]
    if entry.type == "moved":
        row.target = names.records.get(entry.data.get("record", 0))
        if row.target is None:
            return None
    return row


def _change_lines(kind: str, changes: Iterable[dict[str, Raw]], names: Names) -> list[ChangeLine]:
    lines = []
    for change in changes:
        name = str(change["field"])
        try:
            before = show(kind, name, change["from"], names)
            after = show(kind, name, change["to"], names)
        except HiddenValue:
            continue
        if before == after and numbers_in(kind, name, change["to"]).get("records"):
            continue  # only what the reader may not see came or went
        old, new = (seen(kind, name, change[side], names) for side in ("from", "to"))
        lines.append(ChangeLine(label_of(kind, name), before, after, name, old, new))
    return lines


def _hang_on(user: User, by_id: dict[int, EntryRow], *, all_comments: bool) -> None:
    comments = _comments(by_id, all_comments=all_comments)
    reactions = signs_on(user, by_id, [c.pk for c in comments])
    for comment in comments:
        row = by_id[comment.entry_id]
        comment.entry = row.entry
        row.comments.append(
            CommentRow(
                comment,
                reactions.get(("comment", comment.pk), []),
                may_edit=rules.may_change_comment(user, comment),
                may_delete=rules.may_trash_comment(user, comment),
            )
        )
    for link in EntryTag.objects.filter(entry__in=by_id).select_related("tag").order_by("tag__key"):
        by_id[link.entry_id].tags.append(link.tag)
    _attach_files(by_id)
    for row in by_id.values():
        row.reactions = reactions.get(("entry", row.entry.pk), [])
    _locks(by_id.values())


def _comments(by_id: dict[int, EntryRow], *, all_comments: bool) -> list[Comment]:
    """The newest few comments of each entry, oldest first, and how many there are."""
    ranked = (
        Comment.objects.unguarded(reason=CHECKED)
        .filter(entry__in=by_id, trashed_at=None)
        .annotate(
            rank=Window(
                RowNumber(),
                partition_by=F("entry"),
                order_by=[F("created_at").desc(), F("pk").desc()],
            ),
            total=Window(Count("pk"), partition_by=F("entry")),
        )
        .select_related("author")
    )
    if not all_comments:
        ranked = ranked.filter(rank__lte=COMMENTS_SHOWN)
    found = list(ranked.order_by("created_at", "pk"))
    for comment in found:
        by_id[comment.entry_id].comment_count = comment.total  # type: ignore[attr-defined]
    return found


def _locks(rows: Iterable[EntryRow]) -> None:
    """Say who may read an entry that is not for the whole wall."""
    narrowed = [row for row in rows if row.entry.audience_id is not None]
    if not narrowed:
        return
    circles = Audience.objects.prefetch_related("people", "teams").in_bulk(
        {row.entry.audience_id for row in narrowed}
    )
    for row in narrowed:
        circle = circles[row.entry.audience_id or 0]
        names = Names(
            people={p.pk: p for p in circle.people.all()},
            teams={t.pk: t.name for t in circle.teams.all()},
        )
        row.circle = circle
        row.lock = show_audience(raw_audience(circle), names)
