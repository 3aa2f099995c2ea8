"""Where a text meets a query: for marking words, as pieces of text and never as HTML."""

from collections.abc import Iterator

from tablica.shared.text.words.analysis import NUMBER, WORD, analyse, digits_of, joined
from tablica.shared.text.words.query import Query, parse_query

Pieces = list[tuple[str, bool]]
"""Pieces of one text in order; True where it meets the query."""

LONGEST_READ = 200_000
"""Characters of a text in which words are marked; what follows stays unmarked."""


def mark(text: str, q: str) -> Pieces:
    """Cut `text` into pieces, True where it meets `q` in any inflected form.

    The pieces put together are `text` again.
    """
    return _pieces(text, _spans(text, parse_query(q)), 0, len(text))


def snippet(text: str, q: str, width: int = 200) -> Pieces:
    """Return about `width` characters of `text` around where it meets `q` best, marked.

    Cut between words; `…` stands where text was left out. Where nothing meets, its beginning.
    """
    spans = _spans(text, parse_query(q))
    start, end = _window(text, spans, width)
    pieces = _pieces(text, spans, start, end)
    if start > 0:
        pieces.insert(0, ("…", False))
    if end < len(text):
        pieces.append(("…", False))
    return pieces


def _pieces(text: str, spans: list[tuple[int, int]], start: int, end: int) -> Pieces:
    pieces: Pieces = []
    at = start
    for left, right in spans:
        left, right = max(left, at), min(right, end)
        if left < right:
            if at < left:
                pieces.append((text[at:left], False))
            pieces.append((text[left:right], True))
            at = right
    if at < end:
        pieces.append((text[at:end], False))
    return pieces


def _window(text: str, spans: list[tuple[int, int]], width: int) -> tuple[int, int]:
    """Where `width` characters hold the most matches, moved to the gaps between words."""
    if len(text) <= width:
        return 0, len(text)
    best = left = 0
    most = -1
    for right, (_, end) in enumerate(spans):
        while end - spans[left][0] > width and left < right:
            left += 1
        if right - left > most:
            most, best = right - left, left
    if not spans:
        start = 0
    else:
        held = spans[best + most][1] - spans[best][0]
        start = max(0, min(spans[best][0] - max(0, width - held) // 3, len(text) - width))
    end = min(len(text), start + width)
    return _gap_after(text, start), _gap_before(text, end)


def _gap_after(text: str, at: int) -> int:
    if at == 0:
        return at
    return next((i for i in range(at, min(at + 30, len(text))) if text[i - 1].isspace()), at)


def _gap_before(text: str, at: int) -> int:
    if at == len(text):
        return at
    return next((i for i in range(at, max(at - 30, 0), -1) if text[i].isspace()), at)


def _spans(text: str, query: Query) -> list[tuple[int, int]]:
    """Return where words and numbers meet the query, in order and apart from each other."""
    if query.is_empty:
        return []
    found = sorted((*_words(text, query), *_numbers(text, query), *_phrases(text, query)))
    spans: list[tuple[int, int]] = []
    for start, end in found:
        if spans and start < spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return spans


def _words(text: str, query: Query) -> Iterator[tuple[int, int]]:
    wanted, beginnings = _wanted(query)
    for match in WORD.finditer(text, 0, LONGEST_READ):
        word = analyse(match.group())
        if (
            not wanted.isdisjoint(word.surfaces)
            or not wanted.isdisjoint(word.stems)
            or not wanted.isdisjoint(word.parts)
            or any(surface.startswith(beginnings) for surface in word.surfaces)
        ):
            yield match.span()


def _numbers(text: str, query: Query) -> Iterator[tuple[int, int]]:
    wanted, beginnings = _wanted(query)
    for match in NUMBER.finditer(text, 0, LONGEST_READ):
        found = joined(digits_of(match.group()))
        if not wanted.isdisjoint(found) or any(n.startswith(beginnings) for n in found):
            yield match.span()


def _wanted(query: Query) -> tuple[set[str], tuple[str, ...]]:
    tokens = [token for group in query.groups for token in group]
    beginnings = tuple(token[:-1] for token in tokens if token.endswith("*"))
    return {token for token in tokens if not token.endswith("*")}, beginnings


def _phrases(text: str, query: Query) -> Iterator[tuple[int, int]]:
    if not query.phrases:
        return
    placed = [
        (surface, *match.span())
        for match in WORD.finditer(text, 0, LONGEST_READ)
        for surface in analyse(match.group()).surfaces
    ]
    for phrase in query.phrases:
        for at in range(len(placed) - len(phrase) + 1):
            if all(placed[at + i][0] == surface for i, surface in enumerate(phrase)):
                yield placed[at][1], placed[at + len(phrase) - 1][2]
