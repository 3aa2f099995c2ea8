"""From where a request comes is believed only of the proxies that are named."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import pytest

from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server

pytestmark = pytest.mark.any_engine
Guess = Callable[..., int]


def guesser(server: Server, email: str) -> Guess:
    """Tries a wrong password, from the addresses that headers claim; what is answered."""

    def guess(*claims: str) -> int:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
        connection.request("GET", "/login")
        page = connection.getresponse()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
        assert token
        cookie = str(page.headers["Set-Cookie"]).split(";")[0]
        body = urlencode({"csrfmiddlewaretoken": token[1], "email": email, "password": "a guess"})
        connection.putrequest("POST", "/login")
        connection.putheader("Cookie", cookie)
        connection.putheader("Content-Type", "application/x-www-form-urlencoded")
        connection.putheader("Content-Length", str(len(body)))
        for claim in claims:
            connection.putheader("X-Forwarded-For", claim)
        connection.endheaders(body.encode())
        answer = connection.getresponse()
        answer.read()
        return answer.status

    return guess


def test_a_claim_of_anybody_is_not_believed(server: Server) -> None:
    guess = guesser(server, "anna@example.org")
    assert [guess(f"203.0.113.{n}") for n in range(1, 7)] == [422] * 5 + [429]


@pytest.mark.parametrize("proxies", ["127.0.0.1", "10.0.0.0/8, 127.0.0.0/8"])
def test_the_proxy_says_where_it_comes_from(make_server: MakeServer, proxies: str) -> None:
    """What the client claims stands before what the proxy adds, and counts for nothing."""
    server = make_server()
    server.environment["TABLICA_PROXIES"] = proxies
    guess = guesser(server.start(), "anna@example.org")
    assert [guess(f"192.0.2.{n}, 203.0.113.1") for n in range(1, 7)] == [422] * 5 + [429]
    assert guess("203.0.113.1") == 429
    assert guess("203.0.113.1", "203.0.113.2") == 422


@pytest.mark.parametrize("said", ["*", "proxy.example.com", "10.0.0.1/8"])
def test_a_setting_that_names_no_addresses_stops_the_start(
    make_server: MakeServer, said: str
) -> None:
    environment = make_server().environment | {"TABLICA_PROXIES": said}
    done = subprocess.run(
        [sys.executable, "-m", "tablica", "serve", "--port", "0"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "TABLICA_PROXIES" in done.stderr
