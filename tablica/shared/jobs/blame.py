"""Why a job failed, as an administrator may read it: a sentence, the error's type, its message.

A traceback can hold what people wrote, addresses and secrets. Of it only the type and the first
line of the message are shown; what that quotes is left out, but for names of the program's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DIED = "The worker died while running this job."
LONGEST = 200
_RAISED = re.compile(r"(?P<type>[A-Za-z_][\w.]*)(?:: (?P<message>.*))?")
_QUOTED = re.compile(r"""'[^']*'|"[^"]*"|“[^”]*”|«[^»]*»|`[^`]*`""")
_NAME = re.compile(r"""['"`]([A-Za-z_][\w.]{0,60})['"`]""")
_HIDDEN = (
    (re.compile(r"(\w+://)[^\s/@]*@"), r"\1…@"),
    (re.compile(r"(?i)\b(pass\w*|pwd|secret|token|key|auth\w*|cookie)\b(\s*[=:]\s*)\S+"), r"\1\2…"),
    (re.compile(r"[^\s@<>(),;:/…]+@[^\s@<>(),;]+"), "…@…"),
    (re.compile(r"[\w+/=-]{24,}"), "…"),
)
# What these quote are names in the program, not what people wrote.
_ABOUT_NAMES = {
    "AttributeError",
    "ImportError",
    "KeyError",
    "ModuleNotFoundError",
    "NameError",
    "TypeError",
}
# What the database says of a row repeats what is in it.
_ABOUT_ROWS = {"IntegrityError", "DataError", "UniqueViolation", "CheckViolation"}

Text = str | Promise
_SENTENCES: tuple[tuple[set[str], Text], ...] = (
    (_ABOUT_ROWS, _("The database refused what was to be written.")),
    (
        {"OperationalError", "InterfaceError", "DatabaseError", "InternalError"},
        _("The database could not be reached, or was busy for too long."),
    ),
    (
        {
            "ConnectionError", "ConnectionRefusedError", "ConnectionResetError", "TimeoutError",
            "gaierror", "SSLError", "SSLCertVerificationError", "SMTPConnectError",
            "SMTPServerDisconnected", "SMTPException", "BrokenPipeError",
        },
        _("Another machine did not answer, or broke off."),
    ),
    (
        {"SMTPAuthenticationError", "SMTPSenderRefused", "SMTPRecipientsRefused"},
        _("The mail server refused."),
    ),
    (
        {"OSError", "PermissionError", "FileNotFoundError", "FileExistsError"},
        _("A file could not be read or written."),
    ),
    ({"MemoryError"}, _("There was not enough memory.")),
    (
        {"ImportError", "ModuleNotFoundError"},
        _("The program does not know this task any more, or a part of it is missing."),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong: `sentence` for people; `type` and `message` for who mends it, or empty."""

    sentence: Text
    type: str = ""
    message: str = ""


def trouble_of(error: str) -> Trouble | None:
    """What a kept traceback tells, without what only its writers should see; None of none."""
    if not error.strip():
        return None
    if error.strip() == DIED:
        return Trouble(_("The worker stopped while it ran this, perhaps because of it."))
    kind, message = _raised(error)
    for kinds, sentence in _SENTENCES:
        if kind in kinds:
            return Trouble(sentence, kind, "" if kind in _ABOUT_ROWS else _clean(kind, message))
    return Trouble(_("The program made a mistake here."), kind, _clean(kind, message))


def _raised(error: str) -> tuple[str, str]:
    """The type and the first line of the message of the last exception in a traceback."""
    lines = error.splitlines()
    begin = max((n for n, line in enumerate(lines) if line.startswith('  File "')), default=-1)
    for line in lines[begin + 1 :]:
        found = _RAISED.fullmatch(line)
        if found:
            return found["type"].rpartition(".")[2], found["message"] or ""
    return "", ""


def _clean(kind: str, message: str) -> str:
    for pattern, instead in _HIDDEN:
        message = pattern.sub(instead, message)
    keeps_names = kind in _ABOUT_NAMES

    def shown(quoted: re.Match[str]) -> str:
        return quoted[0] if keeps_names and _NAME.fullmatch(quoted[0]) else "“…”"

    return _QUOTED.sub(shown, message)[:LONGEST]
