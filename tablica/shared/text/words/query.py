"""What is asked for, as both databases understand it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tablica.shared.text.words.analysis import NUMBER, WORD, Word, analyse, digits_of, joined

LONGEST_QUERY = 1_000
MOST_WORDS = 24
MOST_PHRASES = 8
SHORTEST_PREFIX = 2

_QUOTED = re.compile(r'"([^"]*)"|“([^“”„]*)[”“]|„([^“”„"]*)[”“"]|«([^«»]*)»')


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: every group and every phrase has to be met.

    A group is met by any of its tokens; one that ends in `*` by every token that begins so.
    A phrase is met by its surfaces standing side by side.
    """

    groups: tuple[tuple[str, ...], ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for; such a query finds nothing."""
        return not self.groups and not self.phrases


def parse_query(q: str) -> Query:
    """Read what was typed into a search box; never fails.

    Words are found in any inflected form, the last also as a beginning; "quoted words" as they
    stand, in „any“ «quotes»; numbers with or without the spaces and dashes in them. At most
    1,000 characters, 24 words and 8 phrases count.
    """
    q = q[:LONGEST_QUERY]
    phrases: dict[tuple[str, ...], None] = {}
    for match in _QUOTED.finditer(q):
        surfaces = tuple(_surfaces(next(filter(None, match.groups()), "")))
        if surfaces:
            phrases[surfaces] = None
    groups = dict.fromkeys(_groups(_QUOTED.sub(" ; ", q)))
    return Query(tuple(groups)[:MOST_WORDS], tuple(phrases)[:MOST_PHRASES])


def _surfaces(phrase: str) -> Iterator[str]:
    for match in WORD.finditer(phrase):
        yield from analyse(match.group()).surfaces


def _groups(q: str) -> Iterator[tuple[str, ...]]:
    numbers = [(m.start(), m.end(), digits_of(m.group())) for m in NUMBER.finditer(q)]
    matches = list(WORD.finditer(q))
    for match in matches:
        number = next((d for start, end, d in numbers if start <= match.start() < end), "")
        is_last = match is matches[-1] and not _QUOTED.search(q, match.end())
        yield from _groups_of_word(analyse(match.group()), number, is_last=is_last)


def _groups_of_word(word: Word, number: str, *, is_last: bool) -> Iterator[tuple[str, ...]]:
    for surface in word.surfaces:
        others = [*word.stems, *joined(number)] if len(word.surfaces) == 1 else []
        last = is_last and surface == word.surfaces[-1]
        if last and len(surface) >= SHORTEST_PREFIX:
            others.append(f"{surface}*")
        if last and number:
            others.append(f"={number}*")
        yield tuple(dict.fromkeys((surface, *others)))


def _all(parts: Iterable[str], sign: str) -> str:
    return sign.join(f"({part})" for part in parts)


def to_fts5(query: Query, marks: Sequence[str] = ("",)) -> str:
    """Return the text for `MATCH` on a table made with `FTS5_TOKENIZE`.

    Each word and phrase is to be found behind any of the `marks`, those of fields. Tokens hold no
    quote, so quoting them is enough. An empty query gives `""`, which finds nothing.
    """
    groups = (
        " OR ".join(_fts5_token(mark + token) for mark in marks for token in group)
        for group in query.groups
    )
    phrases = (
        " OR ".join('"' + " ".join(mark + word for word in phrase) + '"' for mark in marks)
        for phrase in query.phrases
    )
    return _all((*groups, *phrases), " AND ") or '""'


def _fts5_token(token: str) -> str:
    return f'"{token[:-1]}" *' if token.endswith("*") else f'"{token}"'


def to_tsquery(query: Query, marks: Sequence[str] = ("",)) -> str:
    """Return the text for `%s::tsquery`, to match a `to_tsvector_literal(…)::tsvector`.

    Each word and phrase is to be found behind any of the `marks`, those of fields.
    Cast it: `to_tsquery('simple', …)` takes it too, but would strip the mark off the stems.
    An empty query gives `''`, which finds nothing.
    """
    groups = (
        " | ".join(_tsquery_token(mark + token) for mark in marks for token in group)
        for group in query.groups
    )
    phrases = (
        " | ".join(_all((f"'{mark}{word}'" for word in phrase), " <-> ") for mark in marks)
        for phrase in query.phrases
    )
    return _all((*groups, *phrases), " & ")


def _tsquery_token(token: str) -> str:
    return f"'{token[:-1]}':*" if token.endswith("*") else f"'{token}'"
