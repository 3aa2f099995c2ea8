"""Bringing two changed texts together, by lines, against the text that both began with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tablica.shared.text.differences import Work, common

Keep = Literal["", "apart", "both"]
"""What to do about a change of something that changed meanwhile: refuse it; merge what lies apart;
also keep both where they clash, theirs before mine."""


@dataclass(frozen=True)
class Chunk:
    """A run of lines; when both changed the same place differently, `theirs` and `mine` differ."""

    theirs: str
    mine: str

    @property
    def clashes(self) -> bool:
        return self.theirs != self.mine


@dataclass(frozen=True)
class Merged:
    """A merged text. With clashes it is no text yet: somebody has to choose."""

    chunks: tuple[Chunk, ...]

    @property
    def clashes(self) -> bool:
        """Whether both changed the same place differently."""
        return any(chunk.clashes for chunk in self.chunks)

    @property
    def both(self) -> str:
        """The text with everything of both: where they clash, theirs and then mine."""
        parts = (c.theirs + c.mine if c.clashes else c.theirs for c in self.chunks)
        return "".join(parts).removesuffix("\n")


def merged(base: str, *, theirs: str, mine: str) -> Merged:
    """What becomes of `base` when both changed it; changes of different lines do not clash.

    When comparing them would be too much work, more clashes than there are; never fewer.
    """
    old, one, two = (f"{text}\n".splitlines(keepends=True) for text in (base, theirs, mine))
    x = y = z = 0
    chunks: list[Chunk] = []
    for start, end, at_one, at_two in _kept_by_both(old, one, two):
        chunks += _between(old[x:start], one[y:at_one], two[z:at_two])
        same = "".join(old[start:end])
        chunks.append(Chunk(same, same))
        x, y, z = end, at_one + end - start, at_two + end - start
    return Merged(tuple(chunk for chunk in chunks if chunk.theirs or chunk.mine))


def _between(base: list[str], theirs: list[str], mine: list[str]) -> Iterator[Chunk]:
    if theirs == base:
        theirs = mine
    elif mine == base:
        mine = theirs
    yield Chunk("".join(theirs), "".join(mine))


def _kept_by_both(
    base: list[str], one: list[str], two: list[str]
) -> Iterator[tuple[int, int, int, int]]:
    """The lines of `base` (from, to) that stand in both others, and where they stand there."""
    ones, twos = common(base, one, Work()), common(base, two, Work())
    i = j = 0
    while i < len(ones) and j < len(twos):
        a, b = ones[i], twos[j]
        start, end = max(a.one, b.one), min(a.one + a.size, b.one + b.size)
        if start < end:
            yield start, end, a.two + start - a.one, b.two + start - b.one
        if a.one + a.size < b.one + b.size:
            i += 1
        else:
            j += 1
    yield len(base), len(base), len(one), len(two)
