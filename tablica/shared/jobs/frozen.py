"""Leases that end far ahead, because the clock was ahead when they were given.

A clock that jumps and is set back leaves jobs of workers that died meanwhile under leases that end
in a year. A worker that is alive extends its leases all the time; one that does not is found out by
a clock that cannot be set: that of how long this process runs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from tablica.shared.jobs.models import Job

FAR = timedelta(minutes=10)
"""No lease is this long."""


class FrozenLeases:
    """Watches leases that end too far ahead, and ends those that nobody extends."""

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._seen: dict[tuple[int, UUID | None, datetime | None], float] = {}

    def release(self, clock: float) -> int:
        """Let leases run out that have stood still for so many seconds of `clock`; how many."""
        now = timezone.now()
        ahead = Job.objects.filter(state=Job.State.RUNNING, lease_until__gt=now + FAR)
        leases = set(ahead.values_list("pk", "lease_token", "lease_until"))
        self._seen = {lease: self._seen.get(lease, clock) for lease in leases}
        still = [at for at, since in self._seen.items() if clock - since >= self._seconds]
        ended = 0
        for pk, token, until in still:
            held = Job.objects.filter(pk=pk, lease_token=token, lease_until=until)
            ended += held.update(lease_until=now)
        return ended
