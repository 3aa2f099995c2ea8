"""All open pages that listen to this process, and the one thread that tells them.

The thread waits for commits, reads what is new, asks who may hear of it, and hands it out. It also
ends the streams of those whose session is over. It never learns what was written: only numbers go
out, and each page fetches what it shows with the rights of its reader.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import close_old_connections, connection
from django.utils import timezone

from tablica.accounts.commands.sign_ins import is_over
from tablica.accounts.factors.queries import lacks_a_factor
from tablica.accounts.models import SignIn, User
from tablica.live.marks import mark_of
from tablica.live.models import News
from tablica.live.queries import Told, fresh_after, heard, last_number, listeners, missed_since
from tablica.live.watching import new_watch
from tablica.shared.streams import Receive, Send

CHECK = 2.0  # seconds between two looks at who is still signed in
BEAT = 20.0  # seconds after which a silent stream shows that it is alive
MOST_WAITING = 1_000  # pieces that a slow reader lets lie
MOST = 4_000  # streams of one process
MOST_EACH = 1_500  # of one person, so that nobody can take all
HELLO = b"retry: 1000\n\n"
BREATH = b":\n\n"
RESET = b'data: {"what": "reset"}\n\n'

log = logging.getLogger(__name__)


class TooMany(Exception):
    """This process has all the streams that it can hold."""


class Listener:
    """One open page, or all of one browser's: a stream of what its person may hear of."""

    def __init__(self, hub: Hub, user: User, session: str) -> None:
        self.user_id = user.pk
        self.session = session
        self.proof = user.get_session_auth_hash()
        self._hub = hub
        self._waiting: deque[bytes] = deque()
        self._over = False
        self._wake: Callable[[], None] | None = None

    def catch_up(self, pieces: Iterable[bytes]) -> None:
        """Tell first what it missed; what came meanwhile follows."""
        self._waiting.extendleft(reversed([HELLO, *pieces]))

    def tell(self, piece: bytes) -> None:
        """Put a piece in line. Whoever does not read is let go, and catches up when back."""
        if len(self._waiting) >= MOST_WAITING:
            self.end()
        self._waiting.append(piece)

    def wake(self) -> None:
        """Let the stream look at what waits; to be called on its loop."""
        if self._wake is not None:
            self._wake()

    def end(self) -> None:
        """Tell nothing more."""
        self._over = True
        self._hub.leave(self)

    async def flow(self, receive: Receive, send: Send) -> None:
        """Send what waits, as it comes, until the client is gone or the session over."""
        ready = asyncio.Event()
        self._wake = ready.set
        self._hub.begin(asyncio.get_running_loop())
        gone = asyncio.ensure_future(_gone(receive))
        gone.add_done_callback(lambda _done: ready.set())
        try:
            while not (gone.done() or self._over):
                ready.clear()
                pieces = [self._waiting.popleft() for _ in range(len(self._waiting))]
                if pieces:
                    body = b"".join(pieces)
                    await send({"type": "http.response.body", "body": body, "more_body": True})
                    continue
                try:
                    async with asyncio.timeout(BEAT):
                        await ready.wait()
                except TimeoutError:
                    self._waiting.append(BREATH)
        finally:
            gone.cancel()
            self.end()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class Hub:
    """The listeners of this process, and the thread that tells them."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.latest: int | None = None
        self._listeners: set[Listener] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._known: set[int] = set()
        self._start_anew = False
        self._told_to_reload: datetime | None = None

    def listen(self, user: User, session: str, after: datetime | None) -> Listener:
        """A stream for `user`, of what came after that moment; None: from now on."""
        listener = Listener(self, user, session)
        with self._lock:
            mine = sum(one.user_id == user.pk for one in self._listeners)
            if self._stopped or len(self._listeners) >= MOST or mine >= MOST_EACH:
                raise TooMany
            self._listeners.add(listener)
        try:
            if self.latest is None:  # from here the thread goes on, once the first stream flows
                self.latest = last_number()
            listener.catch_up(missed(user, after))
        except BaseException:
            self.leave(listener)
            raise
        return listener

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """A stream flows on this loop: from now on somebody is told."""
        self.loop = loop
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="live", daemon=True)
                self._thread.start()

    def leave(self, listener: Listener) -> None:
        """This one listens no more."""
        with self._lock:
            self._listeners.discard(listener)

    def stop(self) -> None:
        """End all streams: the process is about to end."""
        self._stopped = True
        self._end(self._all())

    def _all(self) -> list[Listener]:
        with self._lock:
            return list(self._listeners)

    def _run(self) -> None:
        while not self._stopped:
            close_old_connections()
            try:
                self._watch()
            except Exception:  # above all a database that is away: the listeners wait for it
                log.exception("Open pages could not be told; trying again")
                connection.close()
                time.sleep(1)
                self._start_anew = True

    def _watch(self) -> None:
        watch = new_watch()
        checked = time.monotonic()
        while not self._stopped:
            watch.wait(CHECK / 4)
            self._tell()
            if time.monotonic() - checked >= CHECK:
                checked = time.monotonic()
                self._end(_without_right(self._all()))

    def _tell(self) -> None:
        found = fresh_after(self.latest or 0, since=self._told_to_reload)
        if found is None or self._start_anew:  # more than can be told one by one, or some was not
            self.latest, self._known, self._told_to_reload = last_number(), set(), timezone.now()
            self._start_anew = False
            self._hand_out((listener, RESET) for listener in self._all())
            return
        fresh = [one for one in found if one.pk not in self._known]
        if not fresh:
            return
        by_person: dict[int, list[Listener]] = {}
        for listener in self._all():
            by_person.setdefault(listener.user_id, []).append(listener)
        pieces = [
            (listener, piece)
            for piece, people in _pieces(fresh, listeners(by_person))
            for person in people
            for listener in by_person.get(person, ())
        ]
        self._hand_out(pieces)
        self._known = {one.pk for one in found}
        self.latest = max(self.latest or 0, fresh[-1].pk)

    def _hand_out(self, pieces: Iterable[tuple[Listener, bytes]]) -> None:
        told: dict[Listener, None] = {}
        for listener, piece in pieces:
            listener.tell(piece)
            told[listener] = None
        self._wake(told)

    def _end(self, listeners_: Iterable[Listener]) -> None:
        ended = list(listeners_)
        for listener in ended:
            listener.end()
        self._wake(ended)

    def _wake(self, told: Iterable[Listener]) -> None:
        loop, told = self.loop, list(told)
        if loop is None or not told:
            return
        with suppress(RuntimeError):  # the loop is closed: the process ends
            loop.call_soon_threadsafe(_wake_all, told)


def _wake_all(those: Iterable[Listener]) -> None:
    for listener in those:
        listener.wake()


def missed(user: User, after: datetime | None) -> list[bytes]:
    """What `user` may hear of that came after this moment, as pieces of a stream."""
    if after is None:
        return []
    found = missed_since(after)
    if found is None:
        return [RESET]
    return [piece for piece, _people in _pieces(found, listeners([user.pk]))] if found else []


def _pieces(news: list[News], people: list[User]) -> Iterable[tuple[bytes, list[int]]]:
    for one, told, hearers in heard(news, people):
        if hearers:
            yield piece_of(one, told), hearers


def piece_of(one: News, told: Told) -> bytes:
    """One event of the stream.

    Its id is the moment and not the number: from gaps between numbers one could learn how much
    happens out of one's sight.
    """
    return f"id: {mark_of(one.at)}\ndata: {json.dumps(told)}\n\n".encode()


def _without_right(those: list[Listener]) -> list[Listener]:
    """Those who were deactivated or signed out, whose password is another now, whose role asks for
    a second factor that they do not have, or who have been signed in for as long as one may be."""
    if not those:
        return []
    here = User.objects.select_related("role").filter(pk__in={x.user_id for x in those})
    people = {u.pk: u for u in here.exclude(lacks_a_factor())}
    proofs = {u.pk: u.get_session_auth_hash() for u in people.values() if u.is_active}
    keys = {x.session for x in those}
    live = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    known = SignIn.objects.filter(session__in=live.values("session_key"))
    open_sessions = {
        session
        for session, user, began in known.values_list("session", "user_id", "began_at")
        if user in people and not is_over(people[user], began)
    }
    return [x for x in those if x.session not in open_sessions or proofs.get(x.user_id) != x.proof]


hub = Hub()
