"""What differs between two texts: by words where the work for it is bounded, else by lines.

The shortest way from one sequence to another is found by E. Myers' algorithm (1986). Its work grows
with the differences, in the worst case with their square; `Work` is how much of it may be done, for
one text or a whole page of them. When it is used up, what is left is told as replaced: a coarser
answer, never a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

SAME, GONE, NEW, SKIP = "same", "gone", "new", "skip"
MOST_WORK = 400_000
AROUND = 120
"""How many unchanged characters are shown beside a change."""
LONGEST_CHANGE = 4_000
SHORT = 3
"""An unchanged bit of fewer letters between two changes reads better as changed with them."""

# Marks that belong to the letter before them never stand alone, nor does a joiner part a word.
_WORDS = re.compile(
    r"\w+(?:[\u0300-\u036f\u064b-\u065f\u0670\u200c\u200d]+\w*)*|\s+|[^\w\s]+", re.UNICODE
)


@dataclass
class Work:
    """How many steps may still be taken; a step is about a quarter of a microsecond."""

    left: int = MOST_WORK


@dataclass(frozen=True)
class Block:
    """`size` items from `one` in the first sequence are those from `two` in the second."""

    one: int
    two: int
    size: int


@dataclass(frozen=True)
class Piece:
    """A piece of text: in both (`same`), only before (`gone`), only after (`new`), or left out.

    Of what is left out (`skip`) the text is empty and `length` says how many characters it has.
    """

    kind: str
    text: str
    length: int = 0


def common(one: Sequence[Hashable], two: Sequence[Hashable], work: Work) -> list[Block]:
    """What two sequences have in common, in order; ends with an empty block at their ends."""
    start = 0
    least = min(len(one), len(two))
    while start < least and one[start] == two[start]:
        start += 1
    end = 0
    while end < least - start and one[-1 - end] == two[-1 - end]:
        end += 1
    a, b = one[start : len(one) - end], two[start : len(two) - end]
    work.left -= start + end
    inner = _shortest(*_numbered(a, b), work) if a and b else []
    found = [Block(0, 0, start)] if start else []
    found += [Block(start + x, start + y, n) for x, y, n in inner]
    if end:
        found.append(Block(len(one) - end, len(two) - end, end))
    return [*found, Block(len(one), len(two), 0)]


def _numbered(a: Sequence[Hashable], b: Sequence[Hashable]) -> tuple[list[int], list[int]]:
    """The same items as the same small numbers, which compare in one step however long they are."""
    known: dict[Hashable, int] = {}
    return (
        [known.setdefault(item, len(known)) for item in a],
        [known.setdefault(item, len(known)) for item in b],
    )


def _shortest(a: list[int], b: list[int], work: Work) -> list[tuple[int, int, int]]:
    """The common runs along the shortest way from `a` to `b`; none when it is too much work."""
    n, m = len(a), len(b)
    ends = {1: 0}
    trace: list[dict[int, int]] = []
    for d in range(n + m + 1):
        trace.append(dict(ends))
        work.left -= d + 1
        for k in range(2 * max(0, d - m) - d, d - 2 * max(0, d - n) + 1, 2):
            down = k == -d or (k != d and ends.get(k - 1, -1) < ends.get(k + 1, -1))
            x = first = ends[k + 1] if down else ends[k - 1] + 1
            y = x - k
            while x < n and y < m and a[x] == b[y]:
                x += 1
                y += 1
            work.left -= 1 + x - first
            ends[k] = x
            if x >= n and y >= m:
                return _walked_back(trace, n, m)
        if work.left < 0:
            return []
    return []


def _walked_back(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int, int]]:
    found = []
    for d in range(len(trace) - 1, -1, -1):
        ends, k = trace[d], x - y
        down = k == -d or (k != d and ends.get(k - 1, -1) < ends.get(k + 1, -1))
        before = k + 1 if down else k - 1
        last_x = ends[before] if d else 0
        last_y = last_x - before if d else 0
        first = (last_x if down else last_x + 1) if d else 0
        if x > first:
            found.append((first, y - (x - first), x - first))
        x, y = last_x, last_y
    return found[::-1]


def compare(before: str, after: str, work: Work | None = None) -> list[Piece]:
    """`before` and `after` as one text, with what is gone and what is new in it."""
    work = work or Work()
    one, two = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    for old, new, same in _stretches(one, two, work):
        pieces += _by_words("".join(old), "".join(new), work)
        pieces.append(Piece(SAME, "".join(same)))
    return list(_tidied(pieces))


def _stretches(
    one: Sequence[str], two: Sequence[str], work: Work
) -> Iterator[tuple[Sequence[str], Sequence[str], Sequence[str]]]:
    """What was replaced by what, and the same that follows it."""
    x = y = 0
    for block in common(one, two, work):
        last_x, last_y = block.one + block.size, block.two + block.size
        yield one[x : block.one], two[y : block.two], one[block.one : last_x]
        x, y = last_x, last_y


def _by_words(old: str, new: str, work: Work) -> list[Piece]:
    if not old or not new or work.left <= 0:
        return [Piece(GONE, old), Piece(NEW, new)]
    pieces = []
    for gone, came, same in _stretches(_WORDS.findall(old), _WORDS.findall(new), work):
        pieces += [
            Piece(GONE, "".join(gone)),
            Piece(NEW, "".join(came)),
            Piece(SAME, "".join(same)),
        ]
    return pieces


def _tidied(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind joined; what is gone before what is new; bits between them as well."""
    gone = new = same = ""
    for piece in pieces:
        if piece.kind == SAME:
            same += piece.text
        elif piece.text:
            if same and (gone or new) and len(same.strip()) < SHORT and "\n" not in same:
                gone, new, same = gone + same, new + same, ""
            elif same:
                yield from _said(gone, new, same)
                gone = new = same = ""
            gone += piece.text if piece.kind == GONE else ""
            new += piece.text if piece.kind == NEW else ""
    yield from _said(gone, new, same)


def _said(gone: str, new: str, same: str) -> Iterator[Piece]:
    told = (Piece(GONE, gone), Piece(NEW, new), Piece(SAME, same))
    return (piece for piece in told if piece.text)


def folded(pieces: Sequence[Piece], around: int = AROUND) -> list[Piece]:
    """The changes and a little beside each; the rest is left out and counted."""
    shown: list[Piece] = []
    for at, piece in enumerate(pieces):
        text = piece.text
        if piece.kind != SAME:
            shown.append(Piece(piece.kind, text[:LONGEST_CHANGE]))
            _skip(shown, len(text) - LONGEST_CHANGE)
            continue
        head = _whole_words(text[:around]) if at > 0 else ""
        tail = _whole_words(text[: -around - 1 : -1])[::-1] if at < len(pieces) - 1 else ""
        if len(text) <= len(head) + len(tail) + around:
            shown.append(piece)
            continue
        if head:
            shown.append(Piece(SAME, head))
        _skip(shown, len(text) - len(head) - len(tail))
        if tail:
            shown.append(Piece(SAME, tail))
    return shown


def shortened(text: str) -> list[Piece]:
    """A text as it stands; of a very long one only its beginning."""
    shown = [Piece(SAME, text[:LONGEST_CHANGE])] if text else []
    _skip(shown, len(text) - LONGEST_CHANGE)
    return shown


def _whole_words(text: str) -> str:
    """As much of `text` as ends between words; all of it when it is one long word."""
    return text[: text.rfind(" ") + 1] or text


def _skip(shown: list[Piece], length: int) -> None:
    if length > 0:
        shown.append(Piece(SKIP, "", length))
