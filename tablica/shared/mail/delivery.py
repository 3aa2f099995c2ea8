"""Delivering letters: each taken under a lease, so that a sender that dies holds none up.

A letter is marked as sent right after the server took it. Whoever dies between the two leaves it
to be sent once more, under the same Message-ID, by which mail programs know it again.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from tablica.shared.mail import queries
from tablica.shared.mail.configuration import Smtp
from tablica.shared.mail.models import Letter, Line
from tablica.shared.mail.sending import Broken, GivenBack, LineTrouble, close, connect, said, send

LEASE = timedelta(minutes=5)
"""Longer than the five answers that one letter waits for."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
GIVEN_UP = timedelta(days=3)
TRIES = 10
"""As many at least: so a clock that jumps ahead gives nothing up."""
AT_ONCE = 200
"""Letters on one connection, before other work has its turn."""
CONNECTION = 1

Wanted = Callable[[Letter], bool]
_askers: dict[str, Wanted] = {}


def ask_before_sending(kind: str, wanted: Wanted) -> None:
    """Let a room be asked, for each letter of this kind, whether it is still to be sent.

    It may change what the letter says: what it was when it was written may not be true any more.
    """
    _askers[kind] = wanted


def deliver(*, lease: timedelta = LEASE) -> int:
    """Send what is due, on one connection; how many letters were sent or need not be sent."""
    smtp: Smtp | None = settings.SMTP
    now = timezone.now()
    if smtp is None or not queries.due(now).exists() or queries.rests(now):
        return 0
    post = _Post(smtp, lease)
    try:
        post.go()
    except LineTrouble as trouble:
        _rest(str(trouble))
    else:
        Line.objects.filter(pk=CONNECTION, failures__gt=0).update(
            failures=0, failing_since=None, next_try=None, last_error=""
        )
    finally:
        post.hang_up()
    return post.ended


class _Post:
    """One round of a sender, with its connection."""

    def __init__(self, smtp: Smtp, lease: timedelta) -> None:
        self.ended = 0
        self._smtp = smtp
        self._lease = lease
        self._connection: EmailBackend | None = None

    def go(self) -> None:
        """Send up to `AT_ONCE` letters. Raises `LineTrouble`."""
        for _ in range(AT_ONCE):
            if self._connection is None:
                self._connection = connect(self._smtp)
            letter = take_letter(self._lease)
            if letter is None:
                return
            self._send(letter)

    def _send(self, letter: Letter) -> None:
        assert self._connection is not None
        if not _is_wanted(letter):
            _end(letter, Letter.State.WITHDRAWN)
            self.ended += 1
            return
        try:
            send(self._connection, letter, self._smtp)
        except GivenBack as no:
            _given_back(letter, no)
        except Broken as broken:
            _given_back(letter, GivenBack(said(broken), for_good=False))
            self.hang_up()
        except LineTrouble:
            _put_down(letter)
            raise
        else:
            _end(letter, Letter.State.SENT)
            self.ended += 1

    def hang_up(self) -> None:
        """End the connection, if there is one."""
        if self._connection is not None:
            close(self._connection)
            self._connection = None


def take_letter(lease: timedelta = LEASE) -> Letter | None:
    """Take the letter that waits longest, or None. Nobody else gets it while the lease lasts."""
    now = timezone.now()
    due = queries.due(now).order_by("not_before", "pk")
    with transaction.atomic():
        letter = due.select_for_update(skip_locked=True).first()
        if letter is None:
            return None
        letter.attempts = min(letter.attempts + 1, 32_000)
        letter.lease_token = uuid.uuid4()
        letter.lease_until = now + lease
        letter.save(update_fields=["attempts", "lease_token", "lease_until"])
    return letter


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 1 min, doubled each time, at most 1 h, ± 20 %."""
    doubled: int = 2 ** min(attempts - 1, 20)
    pause = min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
    return pause * random.uniform(0.8, 1.2)  # noqa: S311 - no secret


def give_up_old(now: datetime) -> int:
    """Give up what no server took for three days of trying; how many letters."""
    line = Line.objects.filter(pk=CONNECTION, failures__gte=TRIES).first()
    if line is None:
        return 0
    old = Letter.objects.filter(state=Letter.State.WAITING, created_at__lt=now - GIVEN_UP)
    return old.filter(not_before__lt=now).update(
        state=Letter.State.FAILED,
        ended_at=now,
        lease_token=None,
        lease_until=None,
        last_error=line.last_error,
    )


def _is_wanted(letter: Letter) -> bool:
    ask = _askers.get(letter.kind)
    return ask is None or ask(letter)


def _given_back(letter: Letter, no: GivenBack) -> None:
    now = timezone.now()
    too_old = letter.attempts >= TRIES and letter.created_at < now - GIVEN_UP
    if no.for_good or too_old:
        _end(letter, Letter.State.FAILED, last_error=str(no))
    else:
        later = now + pause_after(letter.attempts)
        _put_down(letter, not_before=later, last_error=str(no))


def _end(letter: Letter, state: Letter.State, **more: object) -> None:
    _put_down(letter, state=state, ended_at=timezone.now(), **more)


def _put_down(letter: Letter, **changes: object) -> None:
    """Record how it went, unless the lease was lost and another sender has the letter by now."""
    Letter.objects.filter(pk=letter.pk, lease_token=letter.lease_token).update(
        lease_token=None, lease_until=None, **changes
    )


def _rest(why: str) -> None:
    now = timezone.now()
    with transaction.atomic():
        line, _new = Line.objects.select_for_update().get_or_create(pk=CONNECTION)
        line.failures += 1
        line.failing_since = line.failing_since or now
        line.next_try = now + pause_after(line.failures)
        line.last_error = why
        line.save()
    give_up_old(now)


def forget(now: datetime) -> int:
    """Empty the letters that ended 30 days before `now`, and remove those of a year ago."""
    ended = Letter.objects.exclude(state=Letter.State.WAITING)
    ended.filter(ended_at__lt=now - timedelta(days=365)).delete()
    full = ended.filter(ended_at__lt=now - timedelta(days=30)).exclude(text="", subject="")
    return full.update(text="", html="", subject="", headers={}, sender_name="")


def try_again(letter_id: int) -> bool:
    """Put a letter that was given up back among those that wait; False when it is none."""
    now = timezone.now()
    failed = Letter.objects.filter(pk=letter_id, state=Letter.State.FAILED).exclude(text="")
    return bool(
        failed.update(
            state=Letter.State.WAITING,
            not_before=now,
            created_at=now,
            attempts=F("attempts") * 0,
            ended_at=None,
        )
    )
