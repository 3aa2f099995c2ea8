"""The door for answers, knocked at by a real SMTP client; and the whole way with real processes."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, connections

from tablica.letters import keys, receiving
from tablica.letters.commands import answers
from tablica.letters.models import Answer
from tablica.shared.mail.tests import programs
from tablica.shared.mail.tests.programs import Said
from tablica.shared.mail.tests.sink import Sink
from tablica.wall.commands import entries
from tests import world
from tests.cast import Three, three_people

pytestmark = pytest.mark.django_db(transaction=True)
Knock = Callable[[], smtplib.SMTP]


@pytest.fixture
def three_here(mail_server: Sink) -> Three:
    world.ready()
    return three_people()


@pytest.fixture
def door(mail_server: Sink, settings: object) -> Iterator[Knock]:
    """A server that takes answers in, in a thread; gives what connects to it."""
    settings.RECEIVE_BYTES = 200_000  # type: ignore[attr-defined]
    loop, ready = asyncio.new_event_loop(), threading.Event()
    port: list[int] = []

    async def serve() -> None:
        server = await receiving.listen("127.0.0.1", 0)
        port.append(server.sockets[0].getsockname()[1])
        ready.set()

    async def end() -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.create_task(serve())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    clients: list[smtplib.SMTP] = []

    def knock() -> smtplib.SMTP:
        clients.append(smtplib.SMTP("127.0.0.1", port[0], timeout=20))
        return clients[-1]

    yield knock
    for client in clients:
        client.close()
    asyncio.run_coroutine_threadsafe(end(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    connections.close_all()


@pytest.fixture
def address(three_here: Three) -> str:
    note = entries.write_entry(three_here.company.pk, by=three_here.owner, text="We sign")
    return keys.reply_address(three_here.colleague, note.pk)


def test_a_mail_is_kept_before_it_is_said_to_be(door: Knock, address: str) -> None:
    raw = programs.mail(Said("Yes", ""), to=address, form="text").as_bytes()
    assert door().sendmail("karol@example.org", [address], raw) == {}
    answer = Answer.objects.get()
    assert answers.store().path(answer.sha256).read_bytes() == raw
    assert (answer.envelope_from, answer.state) == ("karol@example.org", "came")


def test_other_addresses_are_refused_and_guessing_ends(door: Knock, address: str) -> None:
    client = door()
    client.ehlo()
    client.mail("a@example.org")
    for wrong in ("postmaster@reply.example.org", "reply+aaaa@reply.example.org", "a@b.c"):
        assert client.rcpt(wrong)[0] == 550
    assert client.rcpt(address)[0] == 250, "the premise"
    assert client.rcpt(address)[0] == 452, "one at a time"
    client.rset()
    client.mail("a@example.org")
    assert client.rcpt("x@reply.example.org")[0] == 550
    assert client.rcpt("y@reply.example.org")[0] == 421
    with pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
        for _ in range(200):
            client.noop()
            time.sleep(0.05)
    assert not Answer.objects.exists()


def test_what_is_too_large_is_refused(door: Knock, address: str) -> None:
    client = door()
    raw = b"From: a@example.org\r\n\r\n" + b"x" * 70 + b"\r\n"
    large = raw + (b"y" * 70 + b"\r\n") * 4000
    with pytest.raises(smtplib.SMTPException):
        client.sendmail("a@example.org", [address], large)
    assert not Answer.objects.exists()
    assert door().sendmail("a@example.org", [address], raw) == {}


def test_too_many_at_a_time_are_asked_to_come_later(
    door: Knock, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "MOST_CONNECTIONS", 3)
    held = [door() for _ in range(3)]
    with pytest.raises(smtplib.SMTPConnectError, match="421"):
        door()
    held[0].quit()
    assert is_let_in(door), "one has gone, and there is room"


def is_let_in(door: Knock) -> bool:
    """Whether there is room, now or in a moment."""
    for _ in range(200):
        try:
            return door().noop()[0] == 250
        except smtplib.SMTPConnectError:
            time.sleep(0.05)
    return False


def test_a_mail_that_cannot_be_kept_is_not_said_to_be(
    door: Knock, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    raw = b"From: a@example.org\r\n\r\nHi"
    with monkeypatch.context() as away:
        away.setattr(receiving, "keep_answer", full)
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            door().sendmail("a@example.org", [address], raw)
    assert door().sendmail("a@example.org", [address], raw) == {}


def test_nobody_fills_the_disk_through_an_address(
    door: Knock, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "MOST_WHOLE", 2)
    large = [b"From: a\r\n\r\n%d" % n + b"\r\nxx" * 40_000 for n in range(3)]
    for raw in large[:2]:
        assert door().sendmail("a@example.org", [address], raw) == {}
    with pytest.raises(smtplib.SMTPDataError, match="451"):
        door().sendmail("a@example.org", [address], large[2])
    monkeypatch.setattr(answers, "MOST_WHOLE", 3)
    assert door().sendmail("a@example.org", [address], large[2]) == {}
    monkeypatch.setattr(answers, "SPARE", 2**62)
    with pytest.raises(smtplib.SMTPDataError, match="451"):
        door().sendmail("a@example.org", [address], b"From: a\r\n\r\nHi")


def test_the_same_bytes_twice_are_one(door: Knock, address: str) -> None:
    for _ in range(2):
        assert door().sendmail("a@example.org", [address], b"From: a\r\n\r\nHi") == {}
    assert Answer.objects.count() == 1


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def kill_after(process: subprocess.Popen[str], kept: list[str], count: int) -> None:
    """Kill it at some moment after so many were kept, while others come."""
    end = time.monotonic() + 60
    while len(kept) < count and time.monotonic() < end:
        time.sleep(0.001)
    time.sleep(random.uniform(0, 0.2))
    process.send_signal(signal.SIGKILL)


def test_a_server_killed_while_it_takes_mail_loses_none_it_has_said_to_have(
    address: str, mail_server: Sink, settings: object
) -> None:
    """Many mails while the process is killed again and again: each 250 is in the store."""
    if connection.vendor != "sqlite":
        pytest.skip("the process is told of a database in a file")
    port = _free_port()
    environment = {
        **os.environ,
        "WORKER_DATABASE": str(connection.settings_dict["NAME"]),
        "TABLICA_SECRET_KEY": settings.SECRET_KEY,  # type: ignore[attr-defined]
        "TABLICA_REPLY_DOMAIN": "reply.example.org",
        "TABLICA_RECEIVE": f"127.0.0.1:{port}",
    }
    kept: list[str] = []
    number = 0
    for _kill in range(4):
        process = subprocess.Popen(
            [sys.executable, "-m", "tablica.letters.tests.receiver_process"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "listening\n"
        killer = threading.Thread(target=kill_after, args=(process, kept, len(kept) + 4))
        killer.start()
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
                while True:
                    number += 1
                    raw = f"From: a@example.org\r\n\r\nAnswer {number}\r\n"
                    client.sendmail("a@example.org", [address], raw)
                    kept.append(f"Answer {number}")
        except (OSError, smtplib.SMTPException):
            pass
        killer.join()
        process.wait(10)
        process.stdout.close()
    assert len(kept) >= 4 * 4
    stored = "".join(
        Path(answers.store().path(sha256)).read_text()
        for sha256 in Answer.objects.values_list("sha256", flat=True)
    )
    assert [one for one in kept if f"{one}\n" not in stored.replace("\r", "")] == []
    print(f"{len(kept)} taken, 4 kills, 0 lost")
