"""What somebody wrote themselves in an answer: without the letter they answer, and the signature.

There is no standard for it. Mail programs put a line above what they quote, in their user's
language, and begin each quoted line with ">" or lay the whole letter below. The rules go by the
form of these lines, and by few words of English, Polish, Russian and Persian.
"""

from __future__ import annotations

import re

_MARKS = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")

LONGEST_LEAD = 4
"""Lines over which the line above a quotation may be wrapped."""
_ADDRESS = r"[<(\[]?(?:mailto:)?[^\s<>@\[\]()]+@[^\s<>@\[\]()]+[>)\]]?"
_TIME = r"\b\d{1,2}[:.٫]\d{2}\b"
_YEAR = r"\b(?:1[34]\d\d|20\d\d)\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b"
# On … wrote:  W dniu … pisze:  … пишет:  در … نوشت:
_VERBS = (
    r"(?:wrote|writes|pisze|pisał(?:a|\(a\))?|napisał(?:a|\(a\)|/a)?|napisano"
    r"|пишет|писал(?:а|\(а\))?|написал(?:а|\(а\)|/а)?|نوشته?(?:\s?(?:است|اند))?|نوشتند)"
)
_LEADS = (
    re.compile(rf"^.{{0,400}}(?:{_TIME}|{_YEAR}).{{0,300}}\b{_VERBS}\s*[:：]$", re.I),
    re.compile(rf"^.{{0,400}}\b{_VERBS}\s.{{0,200}}(?:{_TIME}|{_YEAR}).{{0,100}}[:：]$", re.I),
    re.compile(rf"^.{{0,200}}(?:{_TIME}).{{0,300}}{_ADDRESS}\s*[:：]$", re.I),
    re.compile(rf"^.{{0,300}}{_ADDRESS}.{{0,120}}(?:{_TIME}).{{0,60}}[:：]$", re.I),
    re.compile(rf"^.{{0,300}}{_ADDRESS}.{{0,40}}\b{_VERBS}\s*[:：]$", re.I),
    re.compile(r"^(?:Wiadomość napisana przez|Użytkownik)\b.{0,300}[:：]$", re.I),
)
_FROM = re.compile(r"^\*?(?:From|Od|От|از|فرستنده)\s?\*?[:：]\*?\s?\S", re.I)
_HEADER = re.compile(
    r"^\*?(?:Sent|Date|To|Cc|Subject|Wysłano|Wysłane|Data|Do|DW|Temat|Отправлено|Дата|Кому|Копия"
    r"|Тема|ارسال شده|ارسال‌شده|فرستاده شده|تاریخ|به|رونوشت|موضوع)\s?\*?[:：]\*?",
    re.I,
)
_RULED = re.compile(
    r"^[-–—_=*]{2,}\s*(?:Original Message|Original Appointment|Forwarded message|Reply message"
    r"|Oryginalna wiadomość|Wiadomość oryginalna|Treść oryginalnej wiadomości|Wiadomość przekazana"
    r"|Исходное сообщение|Оригинальное сообщение|Пересылаемое сообщение|Переадресованное сообщение"
    r"|Пересланное сообщение|پیام اصلی|پیام ارسال شده|پیام ارسالی)\s*[-–—_=*]{2,}$",
    re.I,
)
_RULE = re.compile(r"^[_-]{8,}$")
_SENT_FROM = re.compile(
    r"^(?:Sent from (?:my |Outlook|Mail|Yahoo)|Get Outlook for |Wysłan[eoa] z "
    r"|Pobierz (?:program )?Outlook|Отправлено (?:с|из) |Скачайте Outlook|Послано с "
    r"|ارسال[ ‌]?(?:شده )?از |فرستاده شده از |دریافت Outlook"
    r"|از (?:آیفون|گوشی) من (?:ارسال|فرستاده))",
    re.I,
)
_SIGNATURES = frozenset({"-- ", "--", "—"})


def own_words(text: str) -> str:
    """The part of a mail that its sender wrote now; empty when there is none.

    Answers between and below quoted lines stay, what they answer goes.
    """
    lines = [line.rstrip("\r") for line in text.replace("\r\n", "\n").split("\n")]
    bare = [_bare(line) for line in lines]
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if lines[at] in _SIGNATURES or bare[at] in {"--"} or _begins_rest(bare, at):
            break
        lead = _lead(bare, at)
        if lead and not _is_quoted_after(bare, at + lead):
            break  # the whole letter lies below
        if lead:
            at += lead
        elif _is_quoted(bare[at]):
            at += 1
        else:
            kept.append(lines[at])
            at += 1
    return _trimmed(kept)


def _bare(line: str) -> str:
    """A line as it is compared: without marks of direction, in one form of digits."""
    return (
        _MARKS.sub("", line).replace("\xa0", " ").replace("\u202f", " ").translate(_DIGITS).strip()
    )


def _is_quoted(line: str) -> bool:
    return line.startswith((">", "|>", "›"))


def _lead(bare: list[str], at: int) -> int:
    """Over how many lines the line above a quotation goes that begins here; 0 when none does."""
    if not bare[at] or _is_quoted(bare[at]):
        return 0
    for count in range(1, LONGEST_LEAD + 1):
        some = bare[at : at + count]
        if len(some) < count or not some[-1] or _is_quoted(some[-1]):
            return 0
        if some[-1].endswith((":", "：")):
            joined = " ".join(some)
            return count if any(lead.match(joined) for lead in _LEADS) else 0
    return 0


def _is_quoted_after(bare: list[str], at: int) -> bool:
    """Whether the next line that is not empty is quoted line by line."""
    return next((_is_quoted(line) for line in bare[at : at + 6] if line), False)


def _begins_rest(bare: list[str], at: int) -> bool:
    """Whether from here on there is only the letter that is answered: Outlook's way."""
    line = bare[at]
    if _RULED.match(line):
        return True
    start = at + 1 if _RULE.match(line) else at
    following = [other for other in bare[start : start + 12] if other][:8]
    if not following or not _FROM.match(following[0]):
        return False
    return sum(bool(_HEADER.match(other)) for other in following[1:7]) >= 2


def _trimmed(kept: list[str]) -> str:
    """Without empty lines around, and without what telephones put at the end."""
    while kept and (not _bare(kept[-1]) or _SENT_FROM.match(_bare(kept[-1]))):
        kept.pop()
    text = "\n".join(line.rstrip() for line in kept)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")
