"""Who reads slowly keeps nobody else waiting."""

from __future__ import annotations

import http.client
import json
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server

pytestmark = pytest.mark.any_engine

CONTENT = bytes(range(256)) * 2**15  # 8 MB: more than any buffer on the way holds
READERS = 100


@dataclass
class Place:
    """A server with one large file, and a token that may read it."""

    server: Server
    token: str
    path: str

    def ask(self, path: str, method: str = "GET") -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(urlsplit(self.server.url).netloc, timeout=10)
        connection.request(method, path, headers={"Authorization": f"Bearer {self.token}"})
        return connection.getresponse()

    def read_slowly(self) -> socket.socket:
        """Ask for the file and take little of it."""
        place = urlsplit(self.server.url)
        slow = socket.socket()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.settimeout(10)
        slow.connect((place.hostname, place.port))
        head = f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.token}"
        slow.sendall(head.encode() + b"\r\n\r\n")
        return slow

    def open_files(self) -> int:
        """How many of the files of the installation the server holds open."""
        held = Path(f"/proc/{self.server.pid}/fd").iterdir()
        names = [str(one.readlink()) for one in held if one.is_symlink()]
        return sum(name.startswith(str(self.server.data / "files")) for name in names)


@pytest.fixture(scope="module")
def place(make_server: MakeServer) -> Iterator[Place]:
    server = make_server()
    server.command("user", "add", "ewa@example.com", "--role", "member")
    token = server.command("token", "ewa@example.com", "--scope", "write").split()[-1]
    server.start("--no-work")
    edge = uuid.uuid4().hex
    form = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n\r\n'
    ).encode()
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    connection.request(
        "POST",
        "/api/v1/files",
        form + CONTENT + f"\r\n--{edge}--\r\n".encode(),
        {
            "Authorization": f"Bearer {token}",
            "Content-Type": f"multipart/form-data; boundary={edge}",
        },
    )
    sent = connection.getresponse()
    assert sent.status == 201
    yield Place(server, token, f"/api/v1/files/{json.load(sent)['id']}")
    server.stop()


def test_a_hundred_slow_readers_keep_nobody_waiting(place: Place) -> None:
    with ExitStack() as closing:
        slow = [closing.enter_context(place.read_slowly()) for _ in range(READERS)]
        for _second in range(2):
            for one in slow:
                assert one.recv(1)
            for path in ("/health", "/login", "/api/v1/me"):
                assert place.ask(path).status == 200
        assert all(one.recv(1) for one in slow), "nobody was answered because a reader was let go"
    assert place.ask("/health").status == 200


def test_a_file_comes_whole(place: Place) -> None:
    answer = place.ask(place.path)
    assert (answer.status, answer.headers["Content-Length"]) == (200, str(len(CONTENT)))
    assert answer.read() == CONTENT


def test_many_files_come_over_one_connection(place: Place) -> None:
    connection = http.client.HTTPConnection(urlsplit(place.server.url).netloc, timeout=10)
    for method in ("HEAD", "GET", "HEAD", "GET"):
        connection.request(method, place.path, headers={"Authorization": f"Bearer {place.token}"})
        answer = connection.getresponse()
        assert answer.headers["Content-Length"] == str(len(CONTENT))
        assert answer.read() == (CONTENT if method == "GET" else b"")


def test_files_are_closed_when_readers_go_away(place: Place) -> None:
    slow = [place.read_slowly() for _ in range(5)]
    for one in slow:
        assert one.recv(1)
    assert place.open_files() == 5
    for one in slow:
        one.close()
    deadline = time.monotonic() + 30
    while place.open_files() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert place.open_files() == 0
