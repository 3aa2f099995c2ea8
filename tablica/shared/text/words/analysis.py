"""What a text is found by: its words as folded surfaces, then `=stems` and `=joined numbers`.

A plain list of tokens carries it all, so that SQLite and PostgreSQL answer alike:

- the surfaces stand first, in order and with repeats, so that a phrase is a run of neighbours;
- then, once each, what has no place: stems and joined numbers, marked with `=`;
- a lone `=` keeps apart words that PostgreSQL gives no place, so SQLite finds no phrase there.

A text of several fields is found by all of it, and by each field: behind the tokens of the whole
stand those of each field once more, with the mark of the field before them (`==1a2b3c4d=word`). So
who may not see a field asks for the marked words of the others.
"""

import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from tablica.shared.text.folding import fold
from tablica.shared.text.words.stems import ZWNJ, stems

STEM = "="
MARKED = "=="
BREAK = "="
LONGEST_WORD = 100
"""Characters of a word that count: at most 400 bytes, PostgreSQL allows 2 kB."""
PLACES = 16_383
"""Words with a place in a `tsvector`."""
PLACES_OF_A_WORD = 255
"""Places PostgreSQL keeps of one word."""
LARGEST = 600_000
"""Bytes of tokens in one document; a `tsvector` ends at 1 MB."""

_MARKS = "".join(
    re.escape(c) for c in map(chr, range(0x300, 0x10000)) if unicodedata.category(c)[0] == "M"
)
_INSIDE = rf"[^\W_]|[{_MARKS}]"
WORD = re.compile(rf"[^\W_](?:{_INSIDE}|[\u200c\u200d\u00ad\u2060\ufeff]){{0,199}}")
NUMBER = re.compile(
    r"(?<![^\W_])\+?(?:\(\d|\d)(?:[ \t\u00a0\u202f\-./()\u2010-\u2013]{0,3}\d){5,33}(?![^\W_])"
)
_FOLDED = re.compile(rf"[^\W_](?:{_INSIDE})*")
_DIGITS = re.compile(r"\d")


class Word(NamedTuple):
    """The tokens of one written word: `surfaces` in order (nearly always one), `stems` of any
    order with their mark, `parts` of a compound written with ZWNJ, for documents only."""

    surfaces: tuple[str, ...]
    stems: tuple[str, ...]
    parts: tuple[str, ...]


@lru_cache(maxsize=1 << 17)
def analyse(written: str) -> Word:
    """Analyse one match of `WORD`."""
    surfaces = tuple(w[:LONGEST_WORD] for w in _FOLDED.findall(fold(written)))
    found: dict[str, None] = {}
    for surface in surfaces:
        source = written.lower()[: LONGEST_WORD * 2] if len(surfaces) == 1 else surface
        source = unicodedata.normalize("NFC", source)
        found.update(dict.fromkeys(STEM + s[:LONGEST_WORD] for s in sorted(stems(source)) if s))
        if not surface.isdigit():
            digits = "".join(_DIGITS.findall(surface))
            found.update(dict.fromkeys(joined(digits)))
    return Word(
        tuple(map(sys.intern, surfaces)),
        tuple(map(sys.intern, found)),
        tuple(_parts(written)) if ZWNJ in written else (),
    )


def _parts(written: str) -> Iterator[str]:
    for part in written.split(ZWNJ):
        for surface in _FOLDED.findall(fold(part)):
            if len(surface) > 1:
                yield STEM + surface[:LONGEST_WORD]


def joined(digits: str) -> tuple[str, ...]:
    """Tokens of a phone number or tax id: all its digits and, lest a country's prefix hides
    it, the last ten and nine. None for fewer than six digits or more than 34 (an IBAN's)."""
    if not 6 <= len(digits) <= 34:
        return ()
    ends = (e for e in (10, 9) if e < len(digits) <= 15)
    return (STEM + digits, *(STEM + digits[-e:] for e in ends))


def digits_of(written: str) -> str:
    """Return the digits of a match of `NUMBER`, as ASCII."""
    return "".join(_DIGITS.findall(fold(written)))


def tokens(s: str, *, limit: int = 20_000) -> list[str]:
    """Return what `s` is found by, reading at most its first `limit` words.

    The list's order matters: see the head of this file. Empty for a text without words.
    """
    surfaces: list[str] = []
    extra: dict[str, None] = {}
    for match in islice(WORD.finditer(s), limit):
        word = analyse(match.group())
        surfaces += word.surfaces
        extra.update(dict.fromkeys(word.stems))
        if word.parts:
            extra.update(dict.fromkeys(word.parts))
    for match in islice(NUMBER.finditer(s), limit):
        extra.update(dict.fromkeys(joined(digits_of(match.group()))))
    if len(surfaces) > PLACES_OF_A_WORD:
        surfaces = _placed(surfaces)
    found = [*surfaces, *extra]
    return _shortened(found) if len(found) > LARGEST // (LONGEST_WORD * 4) else found


@lru_cache(maxsize=1024)
def mark_of(field: str) -> str:
    """What stands before the tokens of this field: no token without a mark begins so, and none
    with the mark of another field."""
    return f"{MARKED}{hashlib.sha256(field.encode()).hexdigest()[:8]}="


def tokens_by_field(texts: Mapping[str, str]) -> list[str]:
    """Return what texts by field are found by: all of them together, and each by itself."""
    found = tokens("\n".join(texts.values()))
    for field, text in texts.items():
        mark = mark_of(field)
        found += [BREAK, *(BREAK if token == BREAK else mark + token for token in tokens(text))]
    return _shortened(found) if len(found) > LARGEST // (LONGEST_WORD * 4) else found


def _placed(surfaces: list[str]) -> list[str]:
    """Break neighbourhoods that PostgreSQL would not keep."""
    times: dict[str, int] = {}
    placed: list[str] = []
    for surface in surfaces[:PLACES]:
        times[surface] = times.get(surface, 0) + 1
        placed.append(surface if times[surface] <= PLACES_OF_A_WORD else BREAK)
    for surface in surfaces[PLACES:]:
        if surface not in times:
            times[surface] = 1
            placed += (BREAK, surface)
    return placed


def _shortened(found: list[str]) -> list[str]:
    seen: set[str] = set()
    size = 0
    for index, token in enumerate(found):
        if token not in seen:
            seen.add(token)
            size += len(token.encode()) + 4
            if size > LARGEST:
                return found[:index]
    return found


# --- as the two databases store them ---------------------------------------------------------

FTS5_TOKENIZE = "ascii tokenchars '='"
"""Option of the table: `CREATE VIRTUAL TABLE … USING fts5(body, tokenize="ascii tokenchars '='")`.

The `ascii` tokenizer takes every character beyond ASCII for a letter, so it splits exactly at our
spaces, whatever the Unicode version SQLite was built with."""


def to_fts5_text(found: list[str]) -> str:
    """Return the text to store in a column of an FTS5 table made with `FTS5_TOKENIZE`."""
    return " ".join(found)


def to_tsvector_literal(found: list[str]) -> str:
    """Return the text to store as `%s::tsvector`: surfaces with places, the rest without."""
    places: dict[str, list[str]] = {}
    for place, token in enumerate(found, start=1):
        if token == BREAK:
            continue
        known = places.setdefault(token, [])
        if (token[0] != STEM or token.startswith(MARKED)) and place <= PLACES:
            known.append(str(place))
    return " ".join(
        f"'{token}':{','.join(known)}" if known else f"'{token}'" for token, known in places.items()
    )
