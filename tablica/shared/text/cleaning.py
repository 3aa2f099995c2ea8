"""Typed or imported text is either kept whole or refused with a sentence."""

import re
import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_NEWLINES = re.compile(r"\r\n?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CONTROLS_AND_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_MARKS = re.compile(r"[^\w\s\x00-\x7f]{31,}")
MOST_MARKS = 30
"""Combining marks on one letter: what the Unicode standard holds to be enough for any writing."""
_OVERRIDES = re.compile(r"[\u202d\u202e]")


class BadText(ValueError):
    """What was typed cannot be kept; `message` says why, in the reader's language.

    `code` names the reason for programs: `nul`, `surrogate`, `control`, `override`, `marks`,
    `length`, or one of the validators' own.
    """

    def __init__(self, message: str, *, code: str = "invalid") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def _is_piled_up(s: str) -> bool:
    """Whether more marks stand on one letter than anybody writes.

    Bringing them into order takes the square of their number: hours for a few megabytes.
    """
    for found in _MARKS.finditer(s):
        marks = 0
        for c in found.group():
            marks = marks + 1 if unicodedata.combining(c) else 0
            if marks > MOST_MARKS:
                return True
    return False


def clean(s: str, *, max_length: int, multiline: bool) -> str:
    """Return `s` as it is stored: NFC, newlines as \\n, no trailing space.

    A single line also loses leading space; a text of many lines keeps it, since Markdown gives
    it meaning. Emoji and the bidi marks and isolates of right-to-left writing stay. The two bidi
    *override* controls are refused in a single line, where they would make a name read as another.

    `max_length` counts code points of the result. Raises `BadText`.
    """
    if "\0" in s:
        raise BadText(_("The text holds a NUL character, which cannot be stored."), code="nul")
    if _SURROGATES.search(s):
        raise BadText(_("The text holds half of a character. Type it again."), code="surrogate")
    s = _NEWLINES.sub("\n", s)
    s = s.rstrip() if multiline else s.strip()
    if (_CONTROLS if multiline else _CONTROLS_AND_BREAKS).search(s):
        if not multiline and re.search(r"[\t\n\u2028\u2029\x85]", s):
            raise BadText(_("Write this on one line, without tabs."), code="control")
        raise BadText(
            _("The text holds a control character, which is not allowed."), code="control"
        )
    if not multiline and _OVERRIDES.search(s):
        raise BadText(
            _("The text holds a character that turns the order of letters around."),
            code="override",
        )
    if _is_piled_up(s):
        raise BadText(_("The text holds what cannot be stored."), code="marks")
    s = unicodedata.normalize("NFC", s)
    if len(s) > max_length:
        raise BadText(
            ngettext(
                "Use at most %(max)d character; this has %(length)d.",
                "Use at most %(max)d characters; this has %(length)d.",
                max_length,
            )
            % {"max": max_length, "length": len(s)},
            code="length",
        )
    return s
