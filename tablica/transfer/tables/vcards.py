"""The cards of a vCard file: versions 2.1, 3.0 and 4.0, each card on its own.

A small reader of our own: those that exist stop at the first fault of a file, know no 4.0, or fold
lines after decoding, which breaks the letters that are folded in the middle. Here a faulty card
costs nobody but itself, and every step is linear in the size of the file.
"""

from __future__ import annotations

import codecs
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tablica.transfer.tables import encodings

LONGEST_CARD = 1_000_000  # bytes, pictures and sounds not counted
BINARY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_LINE = re.compile(
    r'(?:([\w-]++)\.)?([A-Za-z][\w-]*+)((?:;(?:[^":;]|"[^"]*+")*+)*+):(.*+)', re.DOTALL | re.ASCII
)
_PARAM = re.compile(r';((?:[^":;]|"[^"]*+")*+)')
_CHARSETS = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp\d+|koi8-\w|mac-\w+|gb\w+|big5|shift_jis|euc_\w+"
)
_BEGIN, _END = b"BEGIN:VCARD", b"END:VCARD"


@dataclass(frozen=True)
class Property:
    """One property: its name in capitals, its value as it is written, escapes and all.

    `types` are what its parameters say without a name or as TYPE, in small letters; `params` the
    other parameters. `group` ties it to others of the same card.
    """

    name: str
    value: str
    group: str = ""
    types: frozenset[str] = frozenset()
    params: dict[str, str] = field(default_factory=dict)


@dataclass
class Card:
    """One card: its number from 1, its properties, or the `problem` for which it cannot be read.

    Problems are `no_end`, `too_long`, and `stray` for text that belongs to no card; that has the
    number of the card before it.
    """

    number: int
    version: str = ""
    properties: list[Property] = field(default_factory=list)
    problem: str = ""


def is_cards(head: bytes) -> bool:
    """Whether a file that begins like this holds cards, whatever its name."""
    for mark, encoding in encodings.MARKS:
        if head.startswith(mark):
            head = head[: len(head) // 4 * 4].decode(encoding, "ignore").encode("utf-8", "ignore")
            break
    return head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf \t\r\n").upper().startswith(_BEGIN)


def as_bytes(data: bytes, encoding: str | None) -> tuple[str, bytes]:
    """The encoding of the file, and its content in one that keeps ASCII as it is."""
    found = encoding or encodings.detect(data)
    if found.startswith(("utf-16", "utf-32")):
        text = data.decode(found, "surrogatepass")
        return found, text.lstrip("\ufeff").encode("utf-8", "surrogatepass")
    return found, data.removeprefix(codecs.BOM_UTF8)


def cards(data: bytes, encoding: str) -> Iterator[Card]:
    """The cards of a file whose bytes are `data`, written in `encoding` where they do not say."""
    reader = _Reader("utf-8" if encoding.startswith("utf-") else encoding)
    yield from reader.read(_unfolded(data))


def _unfolded(data: bytes) -> Iterator[bytes]:
    """Whole lines, put together again. Those of pictures are cut short; so is what is too long."""
    parts: list[bytes] = []
    size = 0
    room = LONGEST_CARD
    is_quoted = False
    for match in re.finditer(rb"([^\r\n]*+)(?:\r\n?+|\n|\Z)", data):
        line = match[1]
        if parts and is_quoted and parts[-1].endswith(b"="):
            parts[-1] = parts[-1][:-1]
            more = line
        elif parts and line[:1] in (b" ", b"\t"):
            more = line[1:]
        else:
            if parts:
                yield b"".join(parts)
            head = line[:200].partition(b":")[0].upper()
            is_quoted = b"QUOTED-PRINTABLE" in head
            name = re.split(rb"[;:]", head.rpartition(b".")[2])[0].decode("ascii", "replace")
            room = 200 if name in BINARY else LONGEST_CARD + 200
            parts, size, more = [], 0, line
        kept = more[: max(0, room - size)]
        parts.append(kept)
        size += len(kept)
    if parts:
        yield b"".join(parts)


class _Reader:
    """Puts lines together to cards."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.card: Card | None = None
        self.number = 0
        self.size = 0
        self.is_stray = False
        self.more: list[str] = []

    def read(self, lines: Iterator[bytes]) -> Iterator[Card]:
        for line in lines:
            bare = line.strip()[:40].upper()
            if bare == _BEGIN:
                if self.card is not None and self._is_agent():
                    self.card.properties[-1] = Property("AGENT", "—")
                    self._skip_agent(lines)
                    continue
                yield from self._close("no_end")
                self._open()
            elif bare == _END:
                yield from self._close()
            elif self.card is not None:
                self._take(self.card, line)
            elif bare.strip(b"\x1a\0") and not self.is_stray:
                self.is_stray = True
                yield Card(self.number, problem="stray")
        yield from self._close("no_end")

    def _open(self) -> None:
        self.number += 1
        self.card, self.size, self.is_stray = Card(self.number), 0, False

    def _close(self, problem: str = "") -> Iterator[Card]:
        if self.card is not None:
            self._join(self.card)
            self.card.problem = self.card.problem or problem
            yield self.card
        self.card = None

    def _is_agent(self) -> bool:
        """Whether this is the card inside a card that version 2.1 has for somebody's secretary."""
        last = self.card.properties[-1] if self.card and self.card.properties else None
        return last is not None and last.name == "AGENT" and not last.value.strip()

    @staticmethod
    def _skip_agent(lines: Iterator[bytes]) -> None:
        depth = 1
        for line in lines:
            bare = line.strip()[:40].upper()
            depth += (bare == _BEGIN) - (bare == _END)
            if not depth:
                return

    def _take(self, card: Card, line: bytes) -> None:
        self.size += len(line)
        if self.size > LONGEST_CARD:
            card.problem = "too_long"
            card.properties.clear()
            return
        if not line.strip():
            return
        found = self._property(line)
        if found is None:
            # No property: the line before it was broken carelessly.
            self.more.append(self._decoded(line, ""))
            return
        self._join(card)
        if found.name == "VERSION":
            card.version = found.value.strip()
        else:
            card.properties.append(found)

    def _join(self, card: Card) -> None:
        """Put the lines that were no properties behind the value above them."""
        if not self.more:
            return
        last = card.properties.pop() if card.properties else Property("NOTE", "")
        if last.name not in BINARY:
            value = "\\n".join([last.value, *self.more])
            last = Property(last.name, value, last.group, last.types, last.params)
        card.properties.append(last)
        self.more = []

    def _property(self, line: bytes) -> Property | None:
        text = line.decode("latin-1")
        match = _LINE.fullmatch(text)
        if match is None:
            return None
        types: set[str] = set()
        params: dict[str, str] = {}
        for found in _PARAM.finditer(match[3]):
            name, equals, value = found[1].partition("=")
            values = value.replace('"', "").strip() if equals else name.strip()
            if equals and name.strip().upper() != "TYPE":
                params[name.strip().upper()] = values
            else:
                types.update(word.strip().lower() for word in values.split(","))
        raw = match[4].encode("latin-1")
        is_quoted = params.get("ENCODING", "").upper() == "QUOTED-PRINTABLE"
        if is_quoted or "quoted-printable" in types:
            raw = quopri.decodestring(raw)
            if not raw.isascii() and "CHARSET" not in params and not _is_utf8(raw):
                params["CHARSET"] = encodings.detect(raw)
        value = self._decoded(raw, params.get("CHARSET", ""))
        name = match[2].upper()
        return Property(name, value, (match[1] or "").upper(), frozenset(types), params)

    def _decoded(self, raw: bytes, charset: str) -> str:
        """The text of a value. A byte that is wrong becomes half a character, and is refused."""
        found = "utf-8" if not charset and _is_utf8(raw) else self.encoding
        try:
            named = codecs.lookup(charset).name if charset else ""
        except (LookupError, ValueError):
            named = ""
        return raw.decode(named if _CHARSETS.fullmatch(named) else found, "surrogateescape")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def parts(value: str, mark: str) -> list[str]:
    """The parts of a value between unescaped marks, escapes still in them."""
    found = [[""]]
    for piece in re.findall(rf"\\.|{mark}|[^\\{mark}]+|\\", value, re.DOTALL):
        if piece == mark:
            found.append([])
        else:
            found[-1].append(piece)
    return ["".join(pieces) for pieces in found]


def plain(value: str, version: str) -> str:
    """The text that a value stands for."""
    if version == "2.1":
        text = re.sub(r"\\([;,:\\])", r"\1", value)
    else:
        text = re.sub(r"\\([nN;,:\\])", lambda m: "\n" if m[1] in "nN" else m[1], value)
    return text.replace("\r\n", "\n").strip()
