"""Streams of real servers: told at once, under rights, without gaps, and ended when they must."""

from __future__ import annotations

import http.client
import json
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server
from tests.pace import patience

PASSWORD = "correct horse battery staple"


class Person:
    """Somebody signed in to a server, as a browser is."""

    def __init__(self, server: Server, name: str) -> None:
        self.place = urlsplit(server.url).netloc
        self.cookies: dict[str, str] = {}
        self.token = server.command("token", f"{name}@example.org", "--scope", "write").split()[-1]
        self.ask("GET", "/login")
        self.form("/login", username=f"{name}@example.org", email=f"{name}@example.org",
                  password=PASSWORD)  # fmt: skip
        assert "session" in self.cookies

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.place, timeout=20)
        try:
            connection.request(method, path, body or None, {"Cookie": self.cookie, **headers})
            answer = connection.getresponse()
            for said in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = said.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read()
        finally:
            connection.close()

    def form(self, path: str, **fields: Any) -> int:
        said = {"csrfmiddlewaretoken": self.cookies.get("csrf", ""), **fields}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(said), **kind)[0]

    def api(self, method: str, path: str, **values: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection(self.place, timeout=20)
        try:
            connection.request(method, f"/api/v1{path}", json.dumps(values), headers)
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status < 300, body
            return json.loads(body) if body else None
        finally:
            connection.close()

    def listen(self, after: int | None = None) -> Stream:
        return Stream(self, after)


class Stream:
    """What one open page hears, with the moments at which it came."""

    def __init__(self, person: Person, after: int | None = None) -> None:
        host, _, port = person.place.partition(":")
        self._socket = socket.create_connection((host, int(port)), timeout=30)
        path = "/live" if after is None else f"/live?after={after}"
        head = f"GET {path} HTTP/1.1\r\nHost: {person.place}\r\nCookie: {person.cookie}\r\n"
        self._socket.sendall((head + "Accept: text/event-stream\r\n\r\n").encode())
        self._file = self._socket.makefile("rb")
        self.status = int(self._file.readline().split()[1])
        while self._file.readline().strip():
            pass
        self.news: list[tuple[float, int, dict[str, Any]]] = []
        self.ended = threading.Event()
        self._ready = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()
        if self.status == 200:
            assert self._ready.wait(20)

    def _read(self) -> None:
        number = 0
        try:
            for line in self._file:
                if line.startswith(b"retry:"):
                    self._ready.set()
                elif line.startswith(b"id:"):
                    number = int(line[3:])
                elif line.startswith(b"data:"):
                    self.news.append((time.monotonic(), number, json.loads(line[5:])))
                elif line == b"0\r\n":
                    break
        except (OSError, ValueError):
            pass
        self.ended.set()

    def told(self, what: str = "new") -> list[int]:
        return [said["entry"] for _at, _id, said in list(self.news) if said["what"] == what]

    def wait_for(self, *entries: int, what: str = "new", limit: float = 20) -> None:
        end = time.monotonic() + limit
        while not set(entries) <= set(self.told(what)):
            assert time.monotonic() < end, f"{entries} of {self.told(what)}"
            time.sleep(0.01)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class Office:
    """Two web processes, three people: the stranger sees nothing of the team's."""

    def __init__(self, server: Server) -> None:
        self.server = server
        for name, role in (("anna", "manager"), ("marek", "member"), ("sam", "member")):
            server.command(
                "user", "add", f"{name}@example.org", "--name", name.title(), "--role", role,
                "--team", "Support" if name == "sam" else "Sales", "--password-stdin",
                typed=PASSWORD,
            )  # fmt: skip
        server.start("--workers", "2")
        self.anna, self.marek, self.sam = (Person(server, n) for n in ("anna", "marek", "sam"))
        self.wall = self.anna.api(
            "POST", "/records", kind="company", title="Live Ltd", audience="everyone", fields={}
        )["id"]
        self.closed = self.anna.api(
            "POST", "/records", kind="company", title="Closed Ltd", audience="me", fields={}
        )["id"]

    def post(self, text: str, *, wall: int = 0, **more: Any) -> int:
        """The number of a new entry of Anna's."""
        path = f"/records/{wall or self.wall}/wall"
        number: int = self.anna.api("POST", path, type="note", text=text, **more)["id"]
        return number


@pytest.fixture(scope="module")
def office(make_server: MakeServer) -> Iterator[Office]:
    yield Office(make_server())


def test_everybody_who_may_hears_at_once_in_every_process(office: Office) -> None:
    streams = [office.marek.listen() for _ in range(8)]  # some in each process
    strangers = [office.sam.listen() for _ in range(4)]
    open_, secret = office.post("For all"), office.post("Mine", audience="me")
    hidden = office.post("Where nobody looks", wall=office.closed)
    last = office.post("Last")
    for stream in [*streams, *strangers]:
        stream.wait_for(open_, last)
        assert not {secret, hidden} & set(stream.told())
        assert not {secret, hidden} & set(stream.told("changed"))
        assert office.closed not in {w for _, _, n in stream.news for w in n.get("walls", ())}
        stream.close()


def test_what_was_missed_is_told_once_the_line_is_back(office: Office) -> None:
    stream = office.marek.listen()
    stream.wait_for(first := office.post("Before"))
    cursor = stream.news[-1][1]
    stream.close()
    missed = [office.post(f"Missed {n}") for n in range(5)]
    back = office.marek.listen(cursor)
    later = office.post("After")
    back.wait_for(*missed, later)
    assert [n for n in dict.fromkeys(back.told()) if n > first] == [*missed, later]
    back.close()


def test_too_much_missed_says_so(office: Office) -> None:
    stream = office.marek.listen(10**15)
    end = time.monotonic() + 30
    while not stream.news and time.monotonic() < end:
        time.sleep(0.02)
    assert stream.news[0][2] == {"what": "reset"}
    stream.close()


def test_it_ends_soon_after_the_right_does(office: Office) -> None:
    guest = "guest@example.org"
    office.server.command("user", "add", guest, "--name", "Guest", "--role", "member",
                          "--password-stdin", typed=PASSWORD)  # fmt: skip
    signed_out, deactivated = Person(office.server, "guest"), Person(office.server, "guest")
    one, two = signed_out.listen(), deactivated.listen()
    assert signed_out.form("/logout") in (200, 302)
    assert one.ended.wait(patience(5)), "signed out, and still told"
    assert not two.ended.is_set()
    office.server.command("user", "deactivate", guest)
    silent = office.post("Not for those who left")
    assert two.ended.wait(patience(5)), "deactivated, and still told"
    assert silent not in two.told() + one.told()
    assert deactivated.listen().status == 204


def test_a_right_taken_away_counts_for_the_next_news(office: Office) -> None:
    stream = office.marek.listen()
    stream.wait_for(office.post("Open"))
    record = office.anna.api("GET", f"/records/{office.wall}")
    connection = http.client.HTTPConnection(office.anna.place, timeout=20)
    headers = {"Authorization": f"Bearer {office.anna.token}", "If-Match": f'"{record["version"]}"',
               "Content-Type": "application/json"}  # fmt: skip
    connection.request(
        "PATCH", f"/api/v1/records/{office.wall}", json.dumps({"audience": "me"}), headers
    )
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    version = json.loads(answer.read())["version"]
    closed = office.post("Closed")
    elsewhere = office.anna.api(
        "POST", "/records", kind="company", title="Elsewhere", audience="everyone", fields={}
    )["id"]
    stream.wait_for(office.post("By now the closed one has been asked for", wall=elsewhere))
    connection.request(
        "PATCH",
        f"/api/v1/records/{office.wall}",
        json.dumps({"audience": "everyone"}),
        {**headers, "If-Match": f'"{version}"'},
    )
    assert connection.getresponse().status == 200
    connection.close()
    stream.wait_for(office.post("Open again"))
    assert closed not in stream.told()
    stream.close()


def test_who_writes_is_shown_to_those_who_see_the_wall(office: Office) -> None:
    stream, stranger = office.marek.listen(), office.sam.listen()
    assert office.anna.form("/live/writing", record=office.wall) == 204
    assert office.anna.form("/live/writing", record=office.closed) == 204
    assert office.sam.form("/live/writing", record=office.closed) == 404
    stranger.wait_for(number := office.post("Done"))
    stream.wait_for(number)
    said = [n for _, _, n in stream.news if n["what"] == "writing"]
    assert [n["record"] for n in said] == [office.wall]
    assert said[0]["name"] == "Anna"
    stream.close()
    stranger.close()


@pytest.mark.long
def test_a_thousand_open_pages_hear_in_a_moment(make_server: MakeServer) -> None:
    """1,000 streams of 40 people on one process: the delay in the middle is 200 ms at most."""
    server = make_server()
    for n in range(41):
        server.command("user", "add", f"p{n}@example.org", "--name", f"P {n}", "--role",
                       "manager" if n == 0 else "member", "--password-stdin",
                       typed=PASSWORD)  # fmt: skip
    server.start("--workers", "1")
    people = [Person(server, f"p{n}") for n in range(41)]
    writer = people[0]
    wall = writer.api("POST", "/records", kind="company", title="Busy", fields={})["id"]
    before = _memory(server.pid)
    streams = [people[1 + n % 40].listen() for n in range(1000)]
    each = (_memory(server.pid) - before) / len(streams)
    delays = []
    for n in range(20):
        number = writer.api("POST", f"/records/{wall}/wall", type="note", text=f"N {n}")["id"]
        posted = time.monotonic()
        for stream in streams:
            stream.wait_for(number, limit=30)
        delays += [
            at - posted for s in streams for at, _, said in s.news
            if said["what"] == "new" and said["entry"] == number
        ]  # fmt: skip
    middle, worst = statistics.median(delays), max(delays)
    print(f"median {middle * 1000:.0f} ms, worst {worst * 1000:.0f} ms, {each:.0f} kB each")
    assert len(delays) == 20_000
    assert middle <= 0.2
    for stream in streams:
        stream.close()


def _memory(pid: int) -> int:
    """Resident memory of a process, in kB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
