"""At the door: what a browser sends to come in, and whether it is in."""

from __future__ import annotations

from django.test import Client

from tests.phone import GOOD


def sign_in(client: Client, email: str = "anna@example.org", password: str = GOOD, **more: str):
    return client.post("/login", {"email": email, "password": password, **more})


def second(client: Client, typed: str, place: str = "127.0.0.1"):
    """The second step, from an address."""
    return client.post("/login/second", {"code": typed}, REMOTE_ADDR=place)


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200
