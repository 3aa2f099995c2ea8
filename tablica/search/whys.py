"""Why a record was found whose name does not say so."""

from __future__ import annotations

from collections.abc import Iterable

from tablica.accounts.models import User
from tablica.records.kinds import kind_named
from tablica.records.models import Record
from tablica.records.rules import hidden_fields
from tablica.shared.text.words import Pieces, snippet
from tablica.shared.validators import format_phone


def whys(user: User, records: Iterable[Record], q: str) -> dict[int, Pieces]:
    """What of each of these records matches `q`: its e-mail, its phone, a part of its text.

    The records are such as `user` sees, and nothing is told of hidden fields. One query for each
    kind among them.
    """
    by_kind: dict[str, list[int]] = {}
    for record in records:
        by_kind.setdefault(record.kind, []).append(record.pk)
    found: dict[int, Pieces] = {}
    for name, numbers in by_kind.items():
        kind = kind_named(name)
        hidden = hidden_fields(user, name)
        bodies = kind.model.objects.unguarded(reason="bodies of visible records")
        for body in bodies.filter(pk__in=numbers):
            texts = kind.words_of(body).items()
            drawn = (snippet(format_phone(text), q) for of, text in texts if of not in hidden)
            why = next((pieces for pieces in drawn if any(hit for _, hit in pieces)), None)
            if why:
                found[body.pk] = why
    return found
