"""What rooms above hear of notices, inside the transaction of what happened.

`changed` says that what is behind the bells of these `people` (numbers of users) is different now:
notices were given, withdrawn, read, kept unread or put off. It says nothing of which or how many:
whoever hears it asks anew, as that person. A change that is rolled back must reach nobody, so that
whoever tells other processes or machines waits for the commit. It is said again when something that
was put off comes up.

`put_off_until` says that a `person` (a number) put something off `until` then.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.dispatch import Signal

changed = Signal()
put_off_until = Signal()


def say_changed(people: Iterable[int]) -> None:
    """Let those above know, once for all of them; nothing is said of nobody."""
    numbers = sorted(set(people))
    if numbers:
        changed.send(None, people=numbers)
