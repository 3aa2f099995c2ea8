"""Whatever stands before a body: an answer below 500, at once, and no traceback in the log."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
import uvicorn
from uvicorn.server import ServerState

from tablica.cli import web_connection
from tablica.cli.web_connection import LONGEST_HEAD, MOST_HEADERS, Connection
from tablica.shared.testing.plugin import MakeServer

pytestmark = pytest.mark.any_engine

LIMIT = 3  # seconds
MEGABYTE = 2**20
HOST = b"Host: localhost\r\n"
GET = b"GET /login HTTP/1.1\r\n"
POST = b"POST /login HTTP/1.1\r\n"
API = b"GET /api/v1/me HTTP/1.1\r\n"
CHUNKS = b"3\r\nabc\r\n0\r\n\r\n"
LENGTH, CHUNKED = b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n"
UPGRADE = b"Connection: Upgrade\r\nUpgrade: websocket\r\n"

REFUSED = {
    "two lengths that agree": POST + HOST + LENGTH * 2 + b"\r\nabc",
    "two lengths that differ": POST + HOST + LENGTH + b"Content-Length: 4\r\n\r\nabc",
    "lengths in one line": POST + HOST + b"Content-Length: 3, 3\r\n\r\nabc",
    "a length below nothing": POST + HOST + b"Content-Length: -3\r\n\r\nabc",
    "a length beyond all numbers": POST + HOST + b"Content-Length: 1" + b"0" * 40 + b"\r\n\r\n",
    "two hosts that agree": GET + HOST * 2 + b"\r\n",
    "two hosts that differ": GET + HOST + b"Host: evil.example\r\n\r\n",
    "a host of other letters": GET + b"Host: \xff\xfe\r\n\r\n",
    "a NUL in the host": GET + b"Host: local\0host\r\n\r\n",
    "a length, then chunks": POST + HOST + LENGTH + CHUNKED + b"\r\n" + CHUNKS,
    "chunks, then a length": POST + HOST + CHUNKED + LENGTH + b"\r\n" + CHUNKS,
    "chunks twice": POST + HOST + CHUNKED * 2 + b"\r\n" + CHUNKS,
    "chunks of no size": POST + HOST + CHUNKED + b"\r\nzz\r\nabc\r\n",
    "chunks inside of others": POST + HOST + b"Transfer-Encoding: chunked, gzip\r\n\r\nabc",
    "a header of 1 MB": GET + HOST + b"X-A: " + b"a" * MEGABYTE + b"\r\n\r\n",
    "a header of 1 MB without end": GET + HOST + b"X-A: " + b"a" * MEGABYTE,
    "a name of 1 MB": GET + HOST + b"a" * MEGABYTE + b": b\r\n\r\n",
    "a cookie of 1 MB": GET + HOST + b"Cookie: session=" + b"a" * MEGABYTE + b"\r\n\r\n",
    "10,000 headers": GET + HOST + b"".join(b"X-%d: b\r\n" % n for n in range(10_000)) + b"\r\n",
    "10,000 cookies": GET + HOST + b"Cookie: a=b\r\n" * 10_000 + b"\r\n",
    "a NUL in a header": GET + HOST + b"X-A: a\0b\r\n\r\n",
    "a NUL in a name": GET + HOST + b"X-\0A: b\r\n\r\n",
    "a NUL in the address": b"GET /\0 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a folded header": GET + HOST + b"X-A: a\r\n b\r\n\r\n",
    "a space before the colon": GET + HOST + b"X-A : a\r\n\r\n",
    "half a line end": GET + HOST + b"X-A: a\rb\r\n\r\n",
    "a method of 1 MB": b"A" * MEGABYTE + b" / HTTP/1.1\r\n" + HOST + b"\r\n",
    "a method that is none": b"GETT /login HTTP/1.1\r\n" + HOST + b"\r\n",
    "an address of 1 MB": b"GET /" + b"a" * MEGABYTE + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "a question of 1 MB": b"GET /login?" + b"a" * MEGABYTE + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "an address in other letters": b"GET /\xff HTTP/1.1\r\n" + HOST + b"\r\n",
    "a question in other letters": b"GET /login?a=\xff HTTP/1.1\r\n" + HOST + b"\r\n",
    "an address without its slash": b"GET login HTTP/1.1\r\n" + HOST + b"\r\n",
    "an address that is a question": b"GET ?a HTTP/1.1\r\n" + HOST + b"\r\n",
    "somebody else's proxy": b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST + b"\r\n",
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a version to come": b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
    "no HTTP": bytes(range(256)) * 1000,
    "trailers without end": POST + HOST + CHUNKED + b"\r\n3\r\nabc\r\n0\r\nX-A: " + b"a" * MEGABYTE,
}
ANSWERED = {
    "no host": GET + b"\r\n",
    "two cookies": GET + HOST + b"Cookie: csrf=a\r\nCookie: session=b\r\n\r\n",
    "cookies in other letters": GET + HOST + b"Cookie: session=\xff\xfe; csrf=\xff\r\n\r\n",
    "two types": POST + HOST + b"Content-Type: text/plain\r\n" * 2 + LENGTH + b"\r\nabc",
    "two tokens": API + HOST + b"Authorization: Bearer x\r\n" * 2 + b"\r\n",
    "a token in other letters": API + HOST + b"Authorization: Bearer \xff\r\n\r\n",
    "languages in other letters": GET + HOST + b"Accept-Language: \xff, pl;q=zz, ,\r\n\r\n",
    "chunks": POST + HOST + CHUNKED + b"\r\n" + CHUNKS,
    "trailers": POST + HOST + CHUNKED + b"\r\n3\r\nabc\r\n0\r\nHost: evil.example\r\n\r\n",
    "bytes that are no letters": b"GET /%ff%fe HTTP/1.1\r\n" + HOST + b"\r\n",
    "the address of another server": b"GET http://evil.example/login HTTP/1.1\r\n" + HOST + b"\r\n",
    "everything": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    "two slashes": b"GET //evil.example HTTP/1.1\r\n" + HOST + b"\r\n",
    "an old version": b"GET /login HTTP/1.0\r\n\r\n",
    "a change of protocol": GET + HOST + UPGRADE + b"\r\n",
    "a change of protocol with a body": POST + HOST + UPGRADE + LENGTH + b"\r\nabc",
    "an odd wish": POST + HOST + b"Expect: 200-nothing\r\n" + LENGTH + b"\r\nabc",
    "odd moments": GET + HOST + b"If-Modified-Since: Mon, 99 Foo 99999999 99:99:99 GMT\r\n\r\n",
    "odd origins": POST + HOST + b"Origin: http://[\r\nReferer: http://[\r\n" + LENGTH + b"\r\nabc",
    "a forged proxy": GET
    + HOST
    + b"X-Forwarded-For: \xff, ,\r\nX-Forwarded-Host: a\r\n" * 2
    + b"\r\n",
}


@pytest.fixture(scope="module")
def spoken(
    make_server: MakeServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[tuple[str, int], Path]]:
    """The address of a server, and the file in which its log stands."""
    log = tmp_path_factory.mktemp("log") / "log"
    with log.open("w") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "tablica", "serve", "--port", "0", "--no-work"],
            env=make_server().environment,
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
        )
        assert process.stdout is not None
        url = urlsplit(process.stdout.readline().removeprefix("Tablica is at ").strip())
        assert url.hostname is not None
        assert url.port is not None
        yield (url.hostname, url.port), log
        process.terminate()
        process.wait(10)
        process.stdout.close()


def status_of(place: tuple[str, int], sent: bytes) -> int:
    """The status of the answer to these bytes; 0 when the connection is cut before it is read."""
    with socket.create_connection(place, timeout=LIMIT) as connection:
        got = b""
        try:
            connection.sendall(sent)
        except ConnectionError:
            return 0
        while b"\r\n" not in got:
            try:
                came = connection.recv(65536)
            except ConnectionError:
                break
            if not came:
                break
            got += came
    return int(got.split(b" ", 2)[1]) if got.startswith(b"HTTP/1.1 ") else 0


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_right_is_refused(spoken: tuple[tuple[str, int], Path], what: str) -> None:
    place, log = spoken
    assert status_of(place, REFUSED[what]) in (0, 400)
    assert status_of(place, GET + HOST + b"\r\n") == 200
    assert "Traceback" not in log.read_text()


@pytest.mark.parametrize("what", ANSWERED)
def test_what_is_only_odd_is_answered(spoken: tuple[tuple[str, int], Path], what: str) -> None:
    place, log = spoken
    assert 200 <= status_of(place, ANSWERED[what]) < 500
    assert "Traceback" not in log.read_text()
    assert "Exception" not in log.read_text()


def test_a_forged_host_is_one_line_in_the_log(spoken: tuple[tuple[str, int], Path]) -> None:
    place, log = spoken
    before = len(log.read_text().splitlines())
    assert status_of(place, GET + b"Host: evil.example\r\n\r\n") == 400
    (line,) = log.read_text().splitlines()[before:]
    assert "evil.example" in line


class Wire(asyncio.Transport):
    """A connection that goes nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def speak(pieces: list[bytes], *, wait: float = 0.0) -> tuple[Wire, list[dict[str, Any]]]:
    """Let these pieces come over one connection; what went back, and what was asked for."""
    asked: list[dict[str, Any]] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        asked.append(scope)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def run() -> Wire:
        config = uvicorn.Config(cast("Any", application), log_config=None, lifespan="off")
        config.load()
        wire, connection = Wire(), Connection(config, ServerState(), {})
        connection.connection_made(wire)
        for piece in pieces:
            if not wire.closed:
                connection.data_received(piece)
                await asyncio.sleep(0.01)
        await asyncio.sleep(wait)
        connection.connection_lost(ConnectionResetError())
        return wire

    return asyncio.run(run()), asked


def test_a_head_may_be_long_but_not_too_long() -> None:
    for extra, answers in ((0, 1), (1, 0)):
        value = b"a" * (LONGEST_HEAD - len("/login") - len("hostlocalhostx") + extra)
        sent = GET + HOST + b"X: " + value + b"\r\n\r\n"
        wire, asked = speak([sent[at : at + 1000] for at in range(0, len(sent), 1000)])
        assert len(asked) == answers
        assert wire.written.startswith(b"HTTP/1.1 204" if answers else b"HTTP/1.1 400")


def test_a_head_may_have_many_headers_but_not_too_many() -> None:
    for count, answers in ((MOST_HEADERS - 1, 1), (MOST_HEADERS, 0)):
        _wire, asked = speak([GET + HOST + b"X: a\r\n" * count + b"\r\n"])
        assert len(asked) == answers


def test_a_long_body_in_small_pieces_is_taken_in() -> None:
    sent = POST + HOST + CHUNKED + b"\r\n" + b"1\r\na\r\n" * 30_000 + b"0\r\n\r\n"
    _wire, asked = speak([sent[at : at + 5000] for at in range(0, len(sent), 5000)])
    assert len(asked) == 1


def test_what_comes_after_the_body_is_no_header() -> None:
    _wire, asked = speak([POST + HOST + CHUNKED + b"\r\n0\r\nX-Real-Ip: 1.2.3.4\r\n\r\n"])
    assert dict(asked[0]["headers"]) == {b"host": b"localhost", b"transfer-encoding": b"chunked"}


@pytest.mark.parametrize("begun", [[], [GET], [GET + HOST + b"\r\n", GET]])
def test_a_head_that_does_not_come_is_not_waited_for(
    begun: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_connection, "PATIENCE", 0.1)
    wire, _asked = speak(begun, wait=0.3)
    assert wire.closed


def test_a_head_that_came_stops_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_connection, "PATIENCE", 0.1)
    began = time.monotonic()
    wire, asked = speak([GET + HOST + b"\r\n"], wait=0.3)
    assert time.monotonic() - began > 0.3
    assert len(asked) == 1
    assert not wire.closed
