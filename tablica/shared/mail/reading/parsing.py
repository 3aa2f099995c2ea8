"""Taking a mail apart: who says they sent it, what a person wrote in it, what is attached.

The standard library raises on three of a hundred real mails, each in another way. Here every part
is read for itself, and what cannot be read is left out; a mail without any text is `Unreadable`.
"""

from __future__ import annotations

import email
import io
import re
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from charset_normalizer import from_bytes

from tablica.shared.mail.reading.markup import text_of
from tablica.shared.mail.reading.quoting import own_words
from tablica.shared.mail.reading.shape import Mail, Unreadable

DEEPEST = 100
MOST_PARTS = 10_000
LONGEST_HEADER = 10_000
LONGEST_BODY = 2**20  # bytes of one text that are read
LONGEST_PART = 2 * 2**20  # bytes of a part as it was sent; what is attached needs its name alone
LONGEST_WHOLE = 10 * 2**20  # bytes of all parts so shortened
LONGEST_TEXT = 100_000
MOST_FILES = 50
LONGEST_NAME = 200
SAMPLE = 64 * 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ONE_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_NO_WRITING = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}
_NOT_BY_PEOPLE = {"bulk", "junk", "list", "auto_reply"}


def parse(raw: bytes) -> Mail:
    """What stands in these bytes. Raises `Unreadable` and, for hostile ones, nearly anything."""
    mail = email.message_from_bytes(_shortened(raw))
    parts = list(_leaves(mail))
    return Mail(
        sender=_addresses(mail, "From"),
        message_id=one_line(_header(mail, "Message-ID"))[:500],
        automatic=_automatic(mail),
        failed=_failed(mail),
        text=own_words(_text(parts))[:LONGEST_TEXT],
        files=[name for part in parts if (name := _file(part))][:MOST_FILES],
    )


def _shortened(raw: bytes) -> bytes:
    """The mail with the beginning of each of its parts: files are not read, and take memory."""
    if len(raw) <= LONGEST_PART:
        return raw
    kept = io.BytesIO()
    parts = length = 0
    for line in io.BytesIO(raw):
        if line.startswith(b"--"):  # perhaps the beginning of a part
            parts, length = parts + 1, 0
        kept.write(line[: max(0, LONGEST_PART - length)])
        length += len(line)
        if parts > MOST_PARTS:
            raise Unreadable("too_deep")
        if kept.tell() > LONGEST_WHOLE:
            break
    return kept.getvalue()


def one_line(text: str) -> str:
    """A foreign name as it may be shown in a line: nothing that turns letters around or breaks."""
    return " ".join(_ONE_LINE.sub(" ", text).split())


def _leaves(mail: Message) -> Iterator[Message]:
    """The parts that hold something, in order; without recursion, which a mail could exhaust."""
    waiting: list[tuple[Message, int]] = [(mail, 0)]
    count = 0
    while waiting:
        part, depth = waiting.pop()
        count += 1
        if depth > DEEPEST or count > MOST_PARTS:
            raise Unreadable("too_deep")
        inner = part.get_payload()
        if isinstance(inner, list):
            # A mail within a mail is a file, not something that was said here.
            if part.get_content_type() == "message/rfc822" and depth:
                yield part
            else:
                waiting += [(one, depth + 1) for one in reversed(inner) if isinstance(one, Message)]
        else:
            yield part


def _header(mail: Message, name: str) -> str:
    """A header as text; what its encoding hides from us stays as it was sent."""
    value = str(mail.get(name, ""))[:LONGEST_HEADER]
    try:
        pieces = decode_header(value)
    except Exception:
        return value
    return "".join(
        piece if isinstance(piece, str) else _decoded(piece, charset) for piece, charset in pieces
    )


def _addresses(mail: Message, name: str) -> list[str]:
    said = [str(value)[:LONGEST_HEADER] for value in mail.get_all(name, [])]
    return [address.lower() for _name, address in getaddresses(said) if "@" in address][:20]


def _automatic(mail: Message) -> str:
    """The header by which a mail says that no person wrote it now; empty when none does."""
    said = str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    if said != "no":
        return f"Auto-Submitted: {one_line(said)[:60]}"
    if str(mail.get("Precedence", "")).strip().lower() in _NOT_BY_PEOPLE:
        return f"Precedence: {one_line(str(mail['Precedence']))[:60]}"
    for name in (
        "X-Autoreply",
        "X-Autorespond",
        "X-Auto-Response",
        "List-Id",
        "X-Failed-Recipients",
    ):
        if name in mail:
            return name
    if str(mail.get("Return-Path", "")).strip() == "<>":
        return "Return-Path: <>"
    if mail.get_content_type() == "multipart/report":
        return "Content-Type: multipart/report"
    return ""


def _failed(mail: Message) -> str:
    """The check of the sender that the mail server in front says has failed."""
    said = str(mail.get("Authentication-Results", ""))[:LONGEST_HEADER].lower()
    return "dmarc=fail" if re.search(r"\bdmarc\s*=\s*fail\b", said) else ""


def _text(parts: list[Message]) -> str:
    """What is said in a mail: its plain text, or the text of its HTML when there is none."""
    plain = [part for part in parts if _is_said(part, "text/plain")]
    said = "\n".join(filter(None, (_plain(part) for part in plain[:20])))
    if said.strip():
        return said
    html = [part for part in parts if _is_said(part, "text/html")]
    return "\n".join(text_of(_body(part)) for part in html[:20])


def _is_said(part: Message, kind: str) -> bool:
    return part.get_content_type() == kind and _disposition(part) != "attachment"


def _disposition(part: Message) -> str:
    return str(part.get("Content-Disposition", "")).split(";")[0].strip().lower()


def _plain(part: Message) -> str:
    text = _body(part)
    if _parameter(part, "format").lower() == "flowed":
        return _unwrapped(text, joined=_parameter(part, "delsp").lower() == "yes")
    return text


def _parameter(part: Message, name: str) -> str:
    try:
        found = part.get_param(name, "")
    except Exception:
        return ""
    return found if isinstance(found, str) else ""


def _unwrapped(text: str, *, joined: bool) -> str:
    """Text that was wrapped for sending (RFC 3676), in its own lines again."""
    lines: list[str] = []
    goes_on = False
    for line in text.splitlines():
        line = line.removeprefix(" ")
        soft = line.endswith(" ") and line != "-- "
        said = line[:-1] if soft and joined else line
        if goes_on and not line.startswith(">") and line != "-- ":
            lines[-1] += said
        else:
            lines.append(said)
        goes_on = soft and not line.startswith(">")
    return "\n".join(lines)


def _body(part: Message) -> str:
    try:
        payload = part.get_payload(decode=True)
    except Exception:
        payload = None
    if not isinstance(payload, bytes):
        said = part.get_payload()
        payload = said.encode("utf-8", "replace") if isinstance(said, str) else b""
    return _clean(_decoded(payload[:LONGEST_BODY], _charset(part)))


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset() or "")
    except Exception:
        return ""


def _decoded(data: bytes, charset: str | None) -> str:
    """These bytes as text: as they say, when nearly all of it fits; as UTF-8; or as they look."""
    for name in (charset or "", "utf-8"):
        try:
            text = data.decode(name, "replace") if name and name.lower() not in _NO_WRITING else ""
        except (LookupError, ValueError, AssertionError):
            continue
        if text and text.count("\N{REPLACEMENT CHARACTER}") * 100 <= len(text):
            return text
    guess = from_bytes(data[:SAMPLE]).best()
    return data.decode(guess.encoding if guess else "latin-1", "replace")


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _file(part: Message) -> str:
    """The name of what is attached; empty for what is said, and for pictures of its layout."""
    try:
        name = part.get_filename() or ""
    except Exception:
        name = ""
    attached = _disposition(part) == "attachment"
    if part.get_content_type() == "message/rfc822":
        name = name or "mail.eml"
    elif not attached and (not name or "Content-ID" in part):
        return ""
    shown = one_line(_words(name).replace("/", "_").replace("\\", "_"))[:LONGEST_NAME]
    return shown or "file"


def _words(name: str) -> str:
    try:
        pieces = decode_header(name)
    except Exception:
        return name
    return "".join(p if isinstance(p, str) else _decoded(p, charset) for p, charset in pieces)
