"""In which encoding a text file was written, when it does not say.

Company tables come from Excel, accounting programs and old CRMs: UTF-8, UTF-16, and the one-byte
encodings of Central Europe, Cyrillic and Persian. A wrong guess gives readable nonsense, so that
each candidate is judged by how its letters look: how frequent they are in the language, and whether
capitals stand where capitals stand.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 64 * 1024  # bytes of lines that hold other than ASCII
MOST_OF_LINE = 4096  # bytes
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_LINE_END = re.compile(rb"[\n\r]|\Z")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Candidate:
    """An encoding, and the letters of its languages beyond ASCII, the frequent ones first."""

    encoding: str
    letters: str


_POLISH = "łęóążśćńź"
_CENTRAL = "áéíýčěřšžůúďťňöüäőűăâîșțßćđ"
_WESTERN = "éèàçêôîûùëïáíóúñãõüöäåøæßâ"
_RUSSIAN = "оеаитнсрвлкмдпуяызьбгчйхжшюцщэфъ"
_PERSIAN = "اينردتوهمسبشلکكگیخقفعپزجحصطذچضظغثژآئءؤأة"
CANDIDATES = (
    Candidate("cp1250", _POLISH + _CENTRAL),
    Candidate("iso-8859-2", _POLISH + _CENTRAL),
    Candidate("cp1251", _RUSSIAN + "ёіїєґ"),
    Candidate("koi8-r", _RUSSIAN + "ё"),
    Candidate("cp866", _RUSSIAN + "ё"),
    Candidate("iso-8859-5", _RUSSIAN + "ёіїє"),
    Candidate("cp1256", _PERSIAN),
    Candidate("cp1252", _WESTERN),
    Candidate("cp852", _POLISH + _CENTRAL),
)
_MARKS_OF_PRINT = frozenset("„”“’‘–—…«»№°§€£\xa0\xad©®™²³\u200c\u200f\u200e،؟؛×·½´")
# Latin, Latin extended, Cyrillic, Arabic and general marks, as the high byte of UTF-16.
_ALPHABETS = b"\x00\x01\x04\x06\x20"
_GOOD_ENOUGH = 0.35


def detect(data: bytes) -> str:
    """The encoding of `data`, by a name that `bytes.decode` knows; `utf-8` for plain ASCII."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return encoding
    wide = _utf16_without_mark(data)
    if wide:
        return wide
    sample = _sample(data)
    if not sample or _is_mostly_utf8(sample):
        return "utf-8"
    scores = [(_looks(sample, candidate), candidate.encoding) for candidate in CANDIDATES]
    best, encoding = max(scores, key=lambda pair: pair[0])
    return encoding if best >= _GOOD_ENOUGH else _by_statistics(sample) or encoding


def _utf16_without_mark(data: bytes) -> str | None:
    """Two-byte text shows by every second byte naming one of our alphabets, and some a NUL."""
    head = data[: min(4096, len(data) // 2 * 2)]
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        high = head[offset::2]
        alphabets = sum(high.count(byte) for byte in _ALPHABETS)
        if 0 in high and alphabets > 0.9 * len(high) and head[1 - offset :: 2].count(0) == 0:
            return encoding
    return None


def _sample(data: bytes) -> bytes:
    """Lines that hold more than ASCII, up to a limit: the others tell nothing."""
    found: list[bytes] = []
    size = at = 0
    while size <= SAMPLE and (match := _NOT_ASCII.search(data, at)):
        before = max(at, match.start() - MOST_OF_LINE // 2)
        start = max(data.rfind(mark, before, match.start()) + 1 for mark in (b"\n", b"\r"))
        at = _line_end(data, match.end())
        found.append(data[max(start, before) : at][:MOST_OF_LINE])
        size += len(found[-1])
    return b"\n".join(found)


def _line_end(data: bytes, at: int) -> int:
    match = _LINE_END.search(data, at)
    return match.start() if match else len(data)


def _is_mostly_utf8(sample: bytes) -> bool:
    """Whether the bytes beyond ASCII are UTF-8, but for a few that somebody spoiled."""
    text = sample.decode("utf-8", "surrogateescape")
    broken = sum("\udc80" <= c <= "\udcff" for c in text)
    sound = sum(c > "\x7f" for c in text) - broken
    return sound >= 4 * broken


def _looks(sample: bytes, candidate: Candidate) -> float:
    """How much `sample` reads like the candidate's languages, about -2 to 1."""
    text = sample.decode(candidate.encoding, "replace")
    strange = [c for c in text if c > "\x7f"]
    if not strange:
        return -2.0
    ranks = {letter: at for at, letter in enumerate(candidate.letters)}
    total = sum(_weight(c, ranks) for c in strange)
    words = _WORD.findall(text)
    total -= 1.5 * _capitals_inside(words) + 1.5 * _two_alphabets(words)
    return total / len(strange)


def _weight(char: str, ranks: dict[str, int]) -> float:
    rank = ranks.get(char.lower())
    if rank is not None:
        # Capitals are rare: what reads as capitals only was probably written in small letters.
        return (1.0 - 0.9 * rank / len(ranks)) * (0.9 if char != char.lower() else 1.0)
    if char in _MARKS_OF_PRINT:
        return 0.1
    return -0.6 if char.isalpha() else -2.0


def _capitals_inside(words: Iterable[str]) -> int:
    """Capitals that follow a small letter within a word: a sign of a wrong encoding."""
    return sum(
        b.isupper() and a.islower() and (a > "\x7f" or b > "\x7f")
        for word in words
        for a, b in pairwise(word)
    )


def _two_alphabets(words: Iterable[str]) -> int:
    """Words that mix Latin letters with others: another such sign."""
    return sum(
        any(c <= "\u024f" for c in word) and any(c > "\u036f" for c in word) for word in words
    )


def _by_statistics(sample: bytes) -> str | None:
    """What a general detector thinks of other scripts: Greek, Hebrew, Japanese, Chinese …"""
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best else None
