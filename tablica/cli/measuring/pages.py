"""Pages through the real server, as a browser asks for them."""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from urllib.parse import urlencode, urlsplit

from tablica.cli.measuring.actors import Actor


class Line:
    """One kept-open connection of a signed-in user to the server."""

    def __init__(self, url: str, actor: Actor) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._cookies = {"session": actor.cookie}

    def get(self, address: str) -> tuple[float, str]:
        """Seconds until the whole page is here, and the page."""
        return self._ask("GET", address, None)

    def post(self, address: str, values: dict[str, str], token: str) -> float:
        """Seconds until a form was answered."""
        return self._ask("POST", address, urlencode({"csrfmiddlewaretoken": token} | values))[0]

    def token(self, address: str) -> str:
        """The form token of a page, and its cookie for the next requests."""
        _seconds, page = self.get(address)
        found = re.search(r'csrf-token" content="(\w+)"', page)
        assert found is not None
        return found[1]

    def _ask(self, method: str, address: str, body: str | None) -> tuple[float, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        began = time.perf_counter()
        self._connection.request(method, address, body, headers)
        response = self._connection.getresponse()
        page = response.read().decode()
        taken = time.perf_counter() - began
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self._cookies[name] = value
        if response.status >= 400:
            raise AssertionError(f"{method} {address} answers {response.status}")
        return taken, page


def pages(line: Line, address: str, rounds: int) -> float:
    """The median time in milliseconds of a page, after two that do not count."""
    taken = [line.get(address)[0] for _round in range(rounds + 2)]
    return median(taken[2:]) * 1000


def pages_in_turn(lines: Sequence[Line], address: str, rounds: int) -> list[float]:
    """The same of one page for several readers who ask in turn, so that they compare.

    Whatever else the machine does meanwhile slows all of them alike.
    """
    taken = [[line.get(address)[0] for line in lines] for _round in range(rounds + 2)]
    return [median(seconds) * 1000 for seconds in zip(*taken[2:], strict=True)]


def posts(line: Line, record_id: int, rounds: int) -> float:
    """The median time in milliseconds of posting a note, until it is answered.

    Nobody else may read it: with workers beside it, followers would hear of it, also by mail.
    """
    token = line.token(f"/r/{record_id}/edit")
    text = "A note of the usual length, about a call we had."
    values = {"type": "note", "text": text, "audience": "me"}
    taken = [
        line.post(f"/r/{record_id}/wall", values | {"_once": secrets.token_hex(9)}, token)
        for _round in range(rounds + 2)
    ]
    return median(taken[2:]) * 1000


@contextmanager
def server() -> Iterator[str]:
    """The real server on a free port, on the same data; gives its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tablica", "serve", "--port", "0", "--json", "--no-work"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    try:
        assert process.stdout is not None
        yield str(json.loads(process.stdout.readline())["url"])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)
