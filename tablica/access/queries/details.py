"""What a line of the trail tells beside who and what: in words, with the names of today.

The line itself keeps numbers and the names of choices; what is gone since keeps its number here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.access.words import ABOUT, CODES, DETAILS, VERBS, page_said
from tablica.accounts.models import Ability, ApiToken, Grant, OneTimeLink, Role
from tablica.records.kinds import UnknownKind, kind_named
from tablica.records.showing import label_of
from tablica.shared.days import short_date
from tablica.shared.ui.templatetags.ui import said
from tablica.shared.writing import in_digits, isolated

Names = Mapping[tuple[str, str], str]
"""By sort and number (of a role also by its short name): what something is called now."""

NAMED = re.compile(r"(user|team|role|record) (\d+)(: \d+)?")
SORTS = {"teams": "team", "parent": "team", "role": "role", "owner": "user", "team": "team"}
"""Under which names in a line numbers stand for something that has a name."""
NOTHING: tuple[Any, ...] = (None, "", [], {})
"""Values that tell nothing."""
CHOICES: dict[str, Any] = {
    "reach": Role.Reach,
    "scope": ApiToken.Scope,
    "purpose": OneTimeLink.Purpose,
    "abilities": Ability,
}


def named_in(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What has a name in the details of a line: its sort, and its number or short name."""
    for name, value in data.items():
        if isinstance(value, dict):
            yield from named_in(value)
            continue
        for one in value if isinstance(value, list) else [value]:
            found = NAMED.fullmatch(one) if isinstance(one, str) else None
            if found:
                yield found[1], found[2]
            elif name in SORTS and _is_name(one):
                yield SORTS[name], str(one)


def _is_name(value: Any) -> bool:
    return isinstance(value, (int, str)) and not isinstance(value, bool) and value != ""


def details(data: Mapping[str, Any], names: Names) -> Iterator[str]:
    """What changed, from what to what, and what else is told, each in a line."""
    was, now = data.get("was"), data.get("now")
    if isinstance(was, dict) and isinstance(now, dict):
        for name in sorted({*was, *now}, key=_order):
            if was.get(name) != now.get(name):
                yield _changed(name, was.get(name), now.get(name), names)
    elif isinstance(all_of_it := was or now, dict):
        for name in sorted(all_of_it, key=_order):
            yield f"{_label(name)}: {_said(name, all_of_it[name], names)}"
    for name, value in data.items():
        if name == "changes" and isinstance(value, dict):
            for field, pair in value.items():
                yield _of_record(field, pair, names)
        elif name not in {"was", "now"} and value is not False and value not in NOTHING:
            yield f"{_label(name)}: {_said(name, value, names)}"


def _order(name: str) -> tuple[bool, str]:
    return name not in DETAILS, name


def _changed(name: str, was: Any, now: Any, names: Names) -> str:
    return f"{_label(name)}: {_said(name, was, names)} → {_said(name, now, names)}"


def _of_record(field: str, pair: Any, names: Names) -> str:
    """Whose a record is, from whom to whom; of who reads it, only that it changed."""
    if field in SORTS and isinstance(pair, list) and len(pair) == 2:
        was, now = pair
        return _changed(field, was, now, names)
    return _label(field)


def _label(name: str) -> str:
    """What a detail is called: also that of a verb on a kind, and of a field of one."""
    if name in DETAILS:
        return str(DETAILS[name])
    kind, space, verb = name.partition(" ")
    if space and verb in VERBS:
        return f"{_kind(kind)}: {VERBS[verb]}"
    kind, dot, field = name.partition(".")
    return f"{_kind(kind)}: {label_of(kind, field)}" if dot and _kind(kind) != kind else name


def _kind(name: str) -> str:
    if name == "all":
        return _("Everything")
    try:
        return str(kind_named(name).plural)
    except UnknownKind:
        return name


def _said(name: str, value: Any, names: Names) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in NOTHING:
        return "—"
    if isinstance(value, (list, tuple)):
        return ", ".join(_said(name, one, names) for one in value)
    if isinstance(value, str) and (found := NAMED.fullmatch(value)):
        return _name(found[1], found[2], names) + in_digits(found[3] or "")
    if name in SORTS:
        return _name(SORTS[name], str(value), names)
    return in_digits(_choice(name, str(value)))


def _name(sort: str, number: str, names: Names) -> str:
    """What it is called now, or its number when it is gone or not theirs to see."""
    found = names.get((sort, number))
    if found is not None:
        return isolated(found)
    return in_digits(f"{ABOUT[sort]} {number}") if number.isdecimal() else number


def _choice(name: str, value: str) -> str:
    """The word for what was chosen; the text itself when it is no choice."""
    choices = CHOICES.get(name)
    if choices is None and name.partition(" ")[2] in VERBS:
        choices = Grant.Scope
    elif choices is None and "." in name:
        choices = Role.FieldRight
    if choices is not None and value in choices.values:
        return str(choices(value).label)
    if name == "page":
        return page_said(value)
    if name in {"since", "until"}:
        return _moment(value)
    if name in {"kind", "kinds"} and _kind(value) != value:
        return _kind(value)
    return ": ".join(str(CODES.get(part, part)) for part in value.split(": "))


def _moment(written: str) -> str:
    """A day or a moment as it was noted down, in the reader's words."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return written
    if len(written) == len("2026-01-31"):
        return short_date(at.date())
    return said(timezone.localtime(at))


def numbers(wanted: Iterable[tuple[str, str]], sort: str) -> set[int]:
    """The numbers of this sort among them, that a database can hold."""
    return {int(n) for of, n in wanted if of == sort and n.isdecimal() and len(n) < 19}
