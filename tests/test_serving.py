"""The server answers, says so once, and ends cleanly whatever happens."""

from __future__ import annotations

import asyncio
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from a2wsgi import WSGIMiddleware

from tablica import asgi
from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server
from tests.pace import patience

pytestmark = pytest.mark.any_engine


def children(pid: int) -> set[int]:
    lists = [file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/children")]
    return {int(number) for numbers in lists for number in numbers.split()}


def is_running(pid: int) -> bool:
    """Whether the process `pid` is there and not only waiting to be forgotten."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def get(url: str, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("GET", path)
    return connection.getresponse()


@pytest.fixture
def hanging(make_server: MakeServer) -> Iterator[Callable[..., Server]]:
    """Starts a server with a request that never ends: half of it has come."""
    connections = []

    def start(*arguments: str) -> Server:
        server = make_server().start(*arguments)
        place = urlsplit(server.url)
        assert place.hostname is not None
        assert place.port is not None
        connection = socket.create_connection((place.hostname, place.port))
        connection.sendall(
            b"POST /login HTTP/1.1\r\nHost: localhost\r\nCookie: csrf=" + b"a" * 32 + b"\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nemail="
        )
        connections.append(connection)
        time.sleep(0.3)
        return server

    yield start
    for connection in connections:
        connection.close()


def test_it_is_healthy_and_keeps_its_secrets(server: Server):
    answer = get(server.url, "/health")
    body = answer.read()
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert str(server.data).encode() not in body


def test_it_says_one_line_and_nothing_more(make_server: MakeServer):
    process = subprocess.Popen(
        [sys.executable, "-m", "tablica", "serve", "--port", "0"],
        env=make_server().environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    url = line.removeprefix("Tablica is at ").strip()
    assert get(url, "/health").status == 200
    process.terminate()
    assert process.stdout.read() == ""
    assert process.wait(30) == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_it_ends_within_five_seconds_whatever_hangs(workers: str, hanging: Callable[..., Server]):
    server = hanging("--workers", workers)
    beside = children(server.pid)
    assert len(beside) == (1 if workers == "1" else 3)
    began = time.monotonic()
    assert server.stop() == 0
    took = time.monotonic() - began
    assert took < patience(5)
    assert wait_until(lambda: not any(map(is_running, beside)), 10)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_runs_beside_it_ends_when_it_is_killed(workers: str, make_server: MakeServer):
    server = make_server().start("--workers", workers)
    beside = children(server.pid)
    assert beside
    server.stop(number=signal.SIGKILL)
    assert wait_until(lambda: not any(map(is_running, beside)), 30)


def test_a_worker_that_dies_is_replaced(make_server: MakeServer):
    server = make_server().start()
    (worker,) = children(server.pid)
    os.kill(worker, signal.SIGKILL)
    assert wait_until(lambda: bool(children(server.pid) - {worker}), 30)


def test_without_work_there_is_no_worker(make_server: MakeServer):
    assert children(make_server().start("--no-work").pid) == set()


def test_a_taken_port_is_told_in_one_sentence(server: Server):
    done = subprocess.run(
        [sys.executable, "-m", "tablica", "serve", "--port", str(urlsplit(server.url).port)],
        env=server.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "Address already in use" in done.stderr


Seen = dict[str, Any]


def ask(events: list[dict[str, Any]], headers: list[tuple[bytes, bytes]]) -> Seen:
    """Send a request through the ASGI application to a page that tells what it saw."""
    seen: Seen = {}

    def page(environ: Any, start_response: Any) -> Iterable[bytes]:
        seen["headers"] = {name for name in environ if name.startswith("HTTP_")}
        seen["body"] = environ["wsgi.input"].read()
        start_response("200 OK", [])
        return [b""]

    async def receive() -> Any:
        return events.pop(0)

    async def send(_event: Any) -> None:
        return None

    scope: Any = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": headers,
    }

    async def run() -> None:
        asgi.threads = WSGIMiddleware(page)
        await asgi.application(scope, receive, send)

    asyncio.run(run())
    return seen


@pytest.fixture(autouse=True)
def _same_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "threads", asgi.threads)


def body(part: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": part, "more_body": more}


def test_a_whole_body_arrives_whole():
    assert ask([body(b"ab", more=True), body(b"c", more=False)], [])["body"] == b"abc"


def test_a_body_that_breaks_off_is_an_error_and_not_a_shorter_body():
    with pytest.raises(ConnectionResetError):
        ask([body(b"ab", more=True), {"type": "http.disconnect"}], [])


def test_a_header_cannot_pass_for_another():
    seen = ask([body(b"", more=False)], [(b"x_real_ip", b"1.2.3.4"), (b"x-trace", b"1")])
    assert seen["headers"] == {"HTTP_X_TRACE"}


def test_half_sent_forms_keep_nobody_out(hanging: Callable[..., Server]) -> None:
    server = hanging()
    place = urlsplit(server.url)
    half = (
        b"POST /login HTTP/1.1\r\nHost: localhost\r\nCookie: csrf=" + b"a" * 32 + b"\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nemail="
    )
    open_ones = [socket.create_connection((place.hostname, place.port)) for _ in range(40)]
    try:
        for connection in open_ones:
            connection.sendall(half)
        time.sleep(0.3)
        assert get(server.url, "/health").status == 200
    finally:
        for connection in open_ones:
            connection.close()


def test_a_body_that_does_not_begin_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "PATIENCE", 0.05)
    sent: list[Any] = []

    async def never() -> Any:
        await asyncio.sleep(10)

    async def send(event: Any) -> None:
        sent.append(event)

    scope: Any = {"type": "http", "headers": []}
    asyncio.run(asgi.application(scope, never, send))
    assert sent[0]["status"] == 408


def test_a_body_that_stalls_in_the_middle_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "PATIENCE", 0.05)

    async def never() -> Any:
        await asyncio.sleep(10)

    async def run() -> None:
        beginning: Any = body(b"a" * asgi.BEGINNING, more=True)
        rest = asgi._again([beginning], never)
        assert await rest() is beginning
        await rest()

    with pytest.raises(TimeoutError):
        asyncio.run(run())


def test_long_bodies_that_trickle_in_leave_threads_for_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asgi, "LONG_ONES", 1)
    begun = threading.Event()

    def page(environ: Any, start_response: Any) -> Iterable[bytes]:
        begun.set()
        environ["wsgi.input"].read()
        start_response("200 OK", [])
        return [b""]

    async def run() -> None:
        let_go = asyncio.Event()

        def request(*events: dict[str, Any]) -> Any:
            waiting = list(events)

            async def receive() -> Any:
                if waiting:
                    return waiting.pop(0)
                await let_go.wait()
                return {"type": "http.disconnect"}

            async def send(_event: Any) -> None:
                return None

            scope: Any = {"type": "http", "http_version": "1.1", "method": "POST", "path": "/"}
            return asgi.application(scope | {"query_string": b"", "headers": []}, receive, send)

        beginning = body(b"a" * asgi.BEGINNING, more=True)
        slow = [asyncio.ensure_future(request(beginning)) for _ in range(2)]
        assert await asyncio.to_thread(begun.wait, 30), "the premise: one of them has a thread"
        try:
            await asyncio.wait_for(request(body(b"", more=False)), timeout=asgi.PATIENCE / 2)
        finally:
            let_go.set()
            await asyncio.gather(*slow, return_exceptions=True)

    monkeypatch.setattr(asgi, "threads", WSGIMiddleware(page, workers=2))
    asyncio.run(run())


def test_a_stranger_cannot_fill_the_disk(hanging: Callable[..., Server]) -> None:
    server = hanging()
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    connection.putrequest("POST", "/login")
    for name, value in {
        "Cookie": "csrf=" + "a" * 32,
        "Content-Type": "multipart/form-data; boundary=B",
        "Content-Length": str(10**9),
    }.items():
        connection.putheader(name, value)
    connection.endheaders(b"--B\r\n" + b"x" * 2**17)
    assert connection.getresponse().status == 413
