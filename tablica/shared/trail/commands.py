"""Adding to the trail."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from tablica.shared.trail.chain import digest_of_line
from tablica.shared.trail.models import End, Line

ONLY = 1
LONGEST = 200  # characters of one value


@transaction.atomic
def note(event: str, *, by: int | None, about: str = "", place: str = "", **data: Any) -> Line:
    """Add a line, in the transaction of what happened: both are there, or neither.

    Call it last: until the transaction ends, nobody else adds a line. `data` tells what changed,
    from what to what, by numbers and names of choices; never a secret, never what people wrote.
    """
    End.objects.get_or_create(pk=ONLY)
    end = End.objects.select_for_update().get(pk=ONLY)
    line = Line(
        number=end.number + 1,
        at=timezone.now(),
        event=event,
        actor=by,
        place=place[:64],
        about=about[:80],
        data={name: _short(value) for name, value in data.items()},
        previous=end.digest,
    )
    line.digest = digest_of_line(line)
    line.save(force_insert=True)
    end.number, end.digest = line.number, line.digest
    end.save()
    return line


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return value[:LONGEST]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [
            _short(one) for one in (value if isinstance(value, (list, tuple)) else sorted(value))
        ]
    if isinstance(value, dict):
        return {str(name): _short(one) for name, one in value.items()}
    return value if value is None or isinstance(value, (bool, int)) else str(value)[:LONGEST]
