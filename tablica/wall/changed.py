"""The fields whose change an entry tells, as one word in a column: `deal<amount><stage>`.

So that the database itself leaves out the entries of which a reader may be told nothing: what is
left of the word, when the hidden fields are taken out of it, is the kind alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Replace
from django.db.models.lookups import Exact

from tablica.accounts.models import User
from tablica.records.visibility import hidden_fields, kinds_with_hidden_fields

_NAME = re.compile(r"<([^<>]*)>")


def word_for(kind: str, data: Mapping[str, Any]) -> str | None:
    """The word for the changes in the data of an entry on the wall of a record of this kind."""
    changes = data.get("changes")
    if not isinstance(changes, list) or not changes:
        return None
    names = {str(change["field"]) for change in changes}
    return kind + "".join(f"<{name}>" for name in sorted(names))


def names_in(word: str | None) -> frozenset[str]:
    """The fields that a word names."""
    return frozenset(_NAME.findall(word or ""))


def tells_only(word: str | None, hidden: Iterable[str]) -> bool:
    """Whether an entry tells the change of such fields and of nothing else."""
    names = names_in(word)
    return bool(names) and names <= set(hidden)


def untold_q(user: User, prefix: str = "") -> Q:
    """The entries that tell only what is hidden from `user`; an empty Q when nothing is hidden."""
    found = Q()
    for kind in kinds_with_hidden_fields(user):
        left: Any = F(f"{prefix}changed")
        for name in sorted(hidden_fields(user, kind)):
            left = Replace(left, Value(f"<{name}>"), Value(""), output_field=TextField())
        found |= Q(Exact(left, Value(kind, output_field=TextField())))
    return found
