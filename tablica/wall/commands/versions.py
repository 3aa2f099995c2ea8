"""What edits leave behind, and two edits of one text brought together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tablica.records.models import Audience, Tag
from tablica.records.tags import tag_key
from tablica.shared.errors import Stale
from tablica.shared.text.merging import Keep, merged
from tablica.wall.commands.sent import clean_body
from tablica.wall.models import Comment, Entry, EntryText


@dataclass(frozen=True)
class State:
    """What an edit can change of an entry or comment, as it stands."""

    body: str
    type: str = ""
    happened_at: datetime | None = None
    audience: int | None = None
    tags: str = ""


def state_of(thing: Entry | Comment) -> State:
    """How it stands now."""
    if isinstance(thing, Comment):
        return State(thing.body, audience=thing.entry.audience_id)
    return State(
        thing.body,
        thing.type,
        thing.happened_at,
        thing.audience_id,
        tag_lines(thing.tags.order_by("key")),
    )


def tag_lines(tags: Iterable[Tag]) -> str:
    """Tags as the history keeps them."""
    return "\n".join(f"{tag.pk} {tag.name}" for tag in tags)


def tags_of(lines: str) -> dict[str, str]:
    """Numbers and names of tags that were kept as lines."""
    return {line.partition(" ")[0]: line.partition(" ")[2] for line in lines.splitlines()}


def keep_state(thing: Entry | Comment, before: State) -> None:
    """Put what was there until now into the history, under the version it had."""
    home = thing.entry if isinstance(thing, Comment) else thing
    EntryText.objects.create(
        entry=thing if isinstance(thing, Entry) else None,
        comment=thing if isinstance(thing, Comment) else None,
        version=thing.version,
        body=before.body,
        type=before.type,
        happened_at=before.happened_at,
        tags=before.tags,
        record_id=home.record_id,
        audience_id=before.audience,
        at=thing.edited_at or thing.created_at,
        by=thing.author,
    )


@dataclass
class Together:
    """The values to save after bringing them together, and the fields in which they clash."""

    values: dict[str, Any]
    clashes: list[str] = field(default_factory=list)

    def choose(self, name: str, base: object, theirs: object, of: Callable[[Any], object]) -> None:
        """Keep one of two values of a field: that of whoever changed it, or say that both did."""
        if name not in self.values:
            return
        mine = of(self.values[name])
        if mine in (base, theirs):
            del self.values[name]
        elif theirs != base:
            self.clashes.append(name)


def together_or_stale(
    thing: Entry | Comment, seen: int, values: Mapping[str, Any], *, keep: Keep
) -> dict[str, Any]:
    """The values to save of an edit that saw version `seen`, which is not the present one.

    Raises `Stale` for what clashes, and for everything when it is not to be merged.
    """
    stale = _("Somebody else changed this meanwhile.")
    if not keep or seen > thing.version:
        raise Stale(stale, current=thing)
    together = _bring_together(thing, seen, values, keep=keep)
    if together.clashes:
        raise Stale(stale, current=thing, theirs=tuple(together.clashes))
    return together.values


def _bring_together(
    thing: Entry | Comment, seen: int, values: Mapping[str, Any], *, keep: Keep
) -> Together:
    """An edit of who saw version `seen`, against what the others made of it since.

    Tags always merge: what each added is there, what each took away is not. Texts merge by lines.
    Anything else clashes when both changed it to something else.
    """
    found = thing.earlier_texts.filter(version__gte=seen).order_by("version").first()
    together = Together(dict(values))
    if found is None:  # it was moved, or thrown away and restored: its words are the same
        return together
    base = State(found.body, found.type, found.happened_at, found.audience_id, found.tags)
    now = state_of(thing)
    _merge_text(together, base, now, keep)
    if isinstance(thing, Entry):
        if "tags" in values:
            together.values["tags"] = _merged_tags(values["tags"], base.tags, now.tags)
        together.choose("type", base.type, now.type, str)
        together.choose(
            "happened_at", base.happened_at, now.happened_at, lambda at: at or base.happened_at
        )
        together.choose("audience", base.audience, now.audience, _number_of)
    return together


def _number_of(audience: Audience | None) -> int | None:
    """The audience as an entry keeps it: none when it is as the wall's."""
    return None if audience is None or audience.type == Audience.Type.EVERYONE else audience.pk


def _merge_text(together: Together, base: State, now: State, keep: Keep) -> None:
    if "text" not in together.values:
        return
    mine = clean_body(together.values["text"])
    result = merged(base.body, theirs=now.body, mine=mine)
    together.values["text"] = result.both
    if result.clashes and keep != "both":
        together.clashes.append("text")


def _merged_tags(mine: Iterable[str], base: str, theirs: str) -> list[str]:
    """Names: theirs, with what I added since `base` and without what I took away."""
    names = {tag_key(name): name for name in mine}
    old = {tag_key(name) for name in tags_of(base).values()}
    now = {tag_key(name): name for name in tags_of(theirs).values()}
    left = {key: name for key, name in now.items() if key in names or key not in old}
    return list({**{k: n for k, n in names.items() if k not in old}, **left}.values())
