"""A server that is killed while people write: what it acknowledged is there, and once."""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server

CLIENTS = 8
LOST = 0.2  # of all answers never arrive, as when the server dies between deed and answer
BOUNDARY = "a-boundary-that-is-nowhere"
PASSWORD = "a board on the wall"


class Client(threading.Thread):
    """Writes without end, each thing under one key until it is acknowledged."""

    def __init__(self, number: int, server: Server, token: str, wall: int, seed: int) -> None:
        super().__init__(daemon=True)
        self.rng = random.Random(seed * 100 + number)
        self.name_ = f"c{number}"
        self.server = server
        self.token = token
        self.wall = wall
        self.stopping = threading.Event()
        self.texts: list[str] = []
        self.answers: list[str] = []
        self.files: list[str] = []
        self.edited: dict[int, str] = {}
        self.entries: list[tuple[int, int]] = []
        self.retried = 0
        self.failed: list[str] = []

    def run(self) -> None:
        deeds: list[Callable[[str], None]] = [self.post, self.post, self.comment, self.upload]
        number = 0
        while not self.stopping.is_set():
            number += 1
            deed = self.rng.choice([*deeds, self.edit] if self.entries else [self.post])
            try:
                deed(f"{self.name_}-{number}")
            except AssertionError as error:
                self.failed.append(str(error))

    def post(self, word: str) -> None:
        path = f"/records/{self.wall}/wall"
        made = self.send("POST", path, {"type": "note", "text": f"Post {word}."})
        self.texts.append(f"Post {word}.")
        self.entries.append((made["id"], made["version"]))

    def comment(self, word: str) -> None:
        entry, _version = self.rng.choice(self.entries)
        self.send("POST", f"/entries/{entry}/comments", {"text": f"Answer {word}."})
        self.answers.append(f"Answer {word}.")

    def edit(self, word: str) -> None:
        at = self.rng.randrange(len(self.entries))
        entry, version = self.entries[at]
        text = f"Edited {word}."
        made = self.send("PATCH", f"/entries/{entry}", {"text": text}, version=version)
        self.entries[at] = (entry, made["version"])
        self.texts = [t for t in self.texts if t != self.edited.get(entry, "")]
        self.edited[entry] = text

    def upload(self, word: str) -> None:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{word}.txt"'
        body = f"{head}\r\nContent-Type: text/plain\r\n\r\n{word * 50}\r\n--{BOUNDARY}--\r\n"
        made = self.send("POST", "/files", body)
        self.files.append(f"{made['id']} {made['sha256']}")

    def read(self, path: str) -> bytes:
        """The bytes at an address."""
        connection = http.client.HTTPConnection(urlsplit(self.server.url).netloc, timeout=30)
        connection.request(
            "GET", f"/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"}
        )
        return connection.getresponse().read()

    def send(self, method: str, path: str, body: Any, *, version: int | None = None) -> Any:
        """Send until the whole answer was read; what was acknowledged is what counts."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": str(uuid.UUID(int=self.rng.getrandbits(128))),
            "Content-Type": "application/json",
        }
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if isinstance(body, str):
            headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
        said = body if isinstance(body, str) else json.dumps(body)
        while True:
            connection = http.client.HTTPConnection(urlsplit(self.server.url).netloc, timeout=30)
            try:
                connection.request(method, f"/api/v1{path}", said, headers)
                if self.rng.random() < LOST:
                    time.sleep(self.rng.uniform(0, 0.2))
                    raise ConnectionResetError("the answer was lost on the way")
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException):
                self.retried += 1
                time.sleep(0.05)
                continue
            finally:
                connection.close()
            if answer.status in (409, 429, 503):  # the first try is still under way
                time.sleep(0.05)
                continue
            assert answer.status < 300, f"{method} {path}: {answer.status} {content!r}"
            return json.loads(content)


def go_through(make_server: MakeServer, *, kills: int, seed: int) -> None:
    server = make_server()
    server.command("user", "add", "anna@example.org", "--name", "Anna", "--role", "manager",
                   "--password-stdin", typed=PASSWORD)  # fmt: skip
    token = server.command("token", "anna@example.org", "--scope", "write").split()[-1]
    server.start()
    rng = random.Random(seed)
    first = Client(99, server, token, 0, seed)
    wall = first.send("POST", "/records", {"kind": "company", "title": "Kill", "fields": {}})["id"]
    clients = [Client(n, server, token, wall, seed) for n in range(CLIENTS)]
    for client in clients:
        client.start()
    for _ in range(kills):
        time.sleep(rng.uniform(0.1, 0.8))
        server.stop(number=signal.SIGKILL)
        server.start()
    for client in clients:
        client.stopping.set()
    for client in clients:
        client.join(60)
    assert [f for c in clients for f in c.failed] == []
    found = _all_of(first, wall)
    texts = Counter(entry["text"] for entry in found)
    last = {t for c in clients for t in c.edited.values()}
    edited = {n for c in clients for n in c.edited}
    posted = [t for c in clients for t in c.texts]
    by_number = {entry["id"]: entry["text"] for entry in found}
    lost = [n for c in clients for n, _v in c.entries if n not in by_number]
    assert lost == [], f"seed {seed}"
    assert {t: n for t, n in texts.items() if n > 1} == {}, f"twice, seed {seed}"
    for client in clients:
        for entry, text in client.edited.items():
            assert by_number[entry] == text, f"seed {seed}"
    kept = [by_number[n] for c in clients for n, _v in c.entries if n not in edited]
    assert set(kept) <= set(posted)
    assert len(found) == sum(len(c.entries) for c in clients), f"more than was posted, seed {seed}"
    answers = Counter(
        one["text"]
        for entry in found
        if entry["comments"]
        for one in first.send("GET", f"/entries/{entry['id']}/comments", {})["items"]
    )
    assert answers == Counter(t for c in clients for t in c.answers), f"seed {seed}"
    uploaded = [line.split() for c in clients for line in c.files]
    assert len({number for number, _sha in uploaded}) == len(uploaded)
    for number, sha in uploaded:
        assert hashlib.sha256(first.read(f"/files/{number}")).hexdigest() == sha, f"seed {seed}"
    print(
        f"{kills} kills, seed {seed}: {len(found)} entries, {len(last)} edits, "
        f"{sum(answers.values())} answers, {len(uploaded)} files; "
        f"{sum(c.retried for c in clients)} broken requests tried again"
    )
    assert sum(c.retried for c in clients) > 0


def _all_of(client: Client, wall: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = client.send("GET", f"/records/{wall}/wall?limit=200&type=note{after}", {})
        found += page["items"]
        if not page["next"]:
            return found
        after = f"&cursor={page['next']}"


def test_what_was_acknowledged_outlives_a_killed_server(make_server: MakeServer) -> None:
    go_through(make_server, kills=6, seed=random.randrange(10**6))


@pytest.mark.long
def test_what_was_acknowledged_outlives_two_hundred(make_server: MakeServer) -> None:
    go_through(make_server, kills=200, seed=random.randrange(10**6))
