"""Forms in odd encodings and of odd types are answered, never broken by."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import Client, RequestFactory

from tablica.accounts.models import User
from tablica.wall.models import Entry
from tablica.wsgi import application
from tests.cast import Three

ODD = [
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=nonsense",
    "application/x-www-form-urlencoded; charset=utf-8-sig",
    "application/x-www-form-urlencoded; charset=idna",
    "application/x-www-form-urlencoded; charset=punycode",
    "application/x-www-form-urlencoded; charset=rot13",
    "application/x-www-form-urlencoded; charset=base64",
    "application/x-www-form-urlencoded; charset=unicode_escape",
    "application/x-www-form-urlencoded; charset=utf-7",
    "application/x-www-form-urlencoded; charset=undefined",
    "application/x-www-form-urlencoded; charset=iso-8859-2",
    'application/x-www-form-urlencoded; charset="utf-8',
    "application/x-www-form-urlencoded; charset=\x01",
    "application/x-www-form-urlencoded; charset=",
    "application/x-www-form-urlencoded; charset=" + "a" * 5000,
    "application/x-www-form-urlencoded;charset*=utf-8''utf-16",
    "application/x-www-form-urlencoded, text/plain; charset=utf-16",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=B; charset=utf-16",
    "multipart/form-data; boundary=B; charset=nonsense",
    "multipart/form-data; boundary=" + "b" * 300,
    "multipart/form-data; boundary=\u017c",
    "multipart/mixed; boundary=B",
    "application/json",
    "text/plain; charset=utf-16",
    "x",
    "",
    ";",
    "/;charset=utf-16",
]
PART = b'--B\r\nContent-Disposition: form-data; name="text"'
BODIES = [
    b"text=hush",
    b"text=%FF%FE%00",
    b"\xff\xfe",
    b"--B\r\n",
    PART + b"\r\nContent-Type: text/plain; charset=utf-16\r\n\r\nhush\r\n--B--\r\n",
    PART + b"; filename*=nonsense''a\r\nContent-Transfer-Encoding: base64\r\n\r\n%\r\n--B--\r\n",
]


class Door:
    """Sends requests through the whole application, as a server hands them on."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.client.get("/login")

    def send(self, method: str, path: str, body: bytes, type_: str) -> tuple[int, str]:
        where, _mark, query = path.partition("?")
        environ = RequestFactory().generic(method, where, body, content_type=type_).environ
        cookies = "; ".join(f"{name}={kept.value}" for name, kept in self.client.cookies.items())
        environ |= {"HTTP_COOKIE": f"{cookies}; csrf={'a' * 32}", "QUERY_STRING": query}
        environ |= {"HTTP_X_CSRFTOKEN": "a" * 32, "HTTP_HOST": "localhost"}
        said: list[str] = []

        def start(status: str, headers: object, error: object = None, /) -> Callable[..., object]:
            said.append(status)
            return said.append

        request_started.disconnect(close_old_connections)  # it would end the test's transaction
        try:
            answer = application(environ, start)
        finally:
            request_started.connect(close_old_connections)
        return int(said[0][:3]), b"".join(answer).decode()


@pytest.mark.parametrize("type_", ODD)
def test_it_is_answered(three: Three, type_: str) -> None:
    door = Door(three.owner)
    for path in (f"/r/{three.company.pk}/wall", "/login", "/companies/new", "/api/v1/files"):
        for body in BODIES:
            for query in ("", "?q=a%FF%C5%BC"):
                assert door.send("POST", path + query, body, type_)[0] < 500, (path, body)
    for path in ("/search?q=%FF%FEa", "/companies?q=%C5%BC", "/api/v1/records?q=a"):
        assert door.send("GET", path, b"", type_)[0] < 500, path


@pytest.mark.parametrize("name", ["utf-16", "nonsense", "iso-8859-2", "rot13"])
def test_another_encoding_gets_a_sentence(three: Three, name: str) -> None:
    door, path = Door(three.owner), f"/r/{three.company.pk}/wall"
    form = "application/x-www-form-urlencoded; charset="
    status, page = door.send("POST", path, b"text=hush", form + name)
    assert status == 400
    assert "UTF-8 only" in page
    assert not Entry.objects.unguarded(reason="tests").exists()
    for same in ("utf-8", "UTF-8", "utf8"):
        assert door.send("POST", path, "text=żółw".encode(), form + same)[0] == 302
    bodies = Entry.objects.unguarded(reason="tests").values_list("body", flat=True)
    assert set(bodies) == {"żółw"}
