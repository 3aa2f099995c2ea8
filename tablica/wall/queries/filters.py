"""What a reader wants to see of a wall; every combination has its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from tablica.accounts.models import User
from tablica.records.tags import tag_key
from tablica.wall.models import EntryTag, File
from tablica.wall.types import all_types
from tablica.wall.visibility import type_q

TRUE = {"1", "true", "on", "yes"}


def _contains(q: str) -> Q:
    return Q(body__icontains=q)


_matcher: list[Callable[[str], Q]] = [_contains]


def use_matcher(matcher: Callable[[str], Q]) -> None:
    """Let another room say which entries contain the words of a text."""
    _matcher[0] = matcher


class BadFilter(ValueError):
    """A filter of the address cannot be understood; `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Filters:
    """The filters of a wall, combined with *and*. `until` is exclusive; times know their zone."""

    type: str = ""
    tag: str = ""
    author: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    has_file: bool = False
    q: str = ""
    talk: bool = False

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Filters:
        """The filters in an address. Raises `BadFilter` for what makes no sense.

        `since` and `until` are days in the reader's time zone (`until` inclusive) or exact times.
        """
        author = data.get("author", "").strip()
        if author and (not author.isdecimal() or len(author) > 18):
            raise BadFilter("author")
        return cls(
            type=data.get("type", "").strip(),
            tag=data.get("tag", "").strip(),
            author=int(author) if author else None,
            since=_moment("since", data.get("since", ""), end=False),
            until=_moment("until", data.get("until", ""), end=True),
            has_file=data.get("has_file", "") in TRUE,
            q=data.get("q", "").strip()[:500],
            talk=data.get("talk", "") in TRUE,
        )

    @property
    def any(self) -> bool:
        """Whether anything is left out."""
        return self != Filters()

    def q_filter(self, user: User) -> Q:
        """The filter for entries as `user` meets them, beside their rights."""
        wanted = Q()
        if self.type:
            wanted &= type_q(user, self.type)
        if self.talk:
            wanted &= Q(type__in=[t.name for t in all_types() if t.written])
        if self.tag:
            tagged = EntryTag.objects.filter(entry=OuterRef("pk"), tag__key=tag_key(self.tag))
            wanted &= Q(Exists(tagged))
        if self.author is not None:
            wanted &= Q(author=self.author)
        if self.since:
            wanted &= Q(happened_at__gte=self.since)
        if self.until:
            wanted &= Q(happened_at__lt=self.until)
        if self.has_file:
            files = File.objects.unguarded(reason="its entry is filtered").filter(
                entry=OuterRef("pk")
            )
            wanted &= Q(Exists(files))
        if self.q:
            wanted &= _matcher[0](self.q)
        return wanted

    def without(self, name: str) -> Filters:
        """The same filters less one."""
        return replace(self, **{name: getattr(Filters(), name)})

    def address(self, **more: str) -> str:
        """The query part of the address of this view."""
        said = {
            "type": self.type,
            "tag": self.tag,
            "author": str(self.author or ""),
            "since": _said(self.since),
            "until": _said(self.until),
            "has_file": "1" if self.has_file else "",
            "q": self.q,
            "talk": "1" if self.talk else "",
        }
        return urlencode({k: v for k, v in {**said, **more}.items() if v})


def _moment(field: str, text: str, *, end: bool) -> datetime | None:
    text = text.strip()
    if not text:
        return None
    try:
        day: date | None = parse_date(text)
        moment = parse_datetime(text.replace(" ", "+")) if day is None else None
    except ValueError:
        raise BadFilter(field) from None
    read = day or moment
    if read is None or not 1 < read.year < 9999:  # no time zone can be applied further away
        raise BadFilter(field)
    if not isinstance(read, datetime):
        read = datetime.combine(read, time.min) + timedelta(days=1 if end else 0)
    return read if read.tzinfo else timezone.make_aware(read)


def _said(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
