"""Programs of three people: each speaks to the API by a token of its own."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tablica.accounts.models import User
from tests import world


class Program:
    """A program with a token, or with none."""

    def __init__(self, user: User | None, scope: str = "write") -> None:
        self._user = user
        self.client = Client(raise_request_exception=False)
        if user is not None:
            secret = world.token(user, scope)
            self.client = Client(
                raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"}
            )

    @property
    def user(self) -> User:
        """Whose token it is."""
        assert self._user is not None
        return self._user

    def send(self, method: str, path: str, body: Any = None, **headers: Any) -> Any:
        """Ask `path` below /api/v1; a body that is not bytes goes as JSON."""
        named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        form = named.pop("Content-Type", "application/json")
        sent = {}
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent = {"data": data, "content_type": form}
        return getattr(self.client, method)(f"/api/v1{path}", headers=named, **sent)

    def get(self, path: str, status: int = 200, **headers: Any) -> Any:
        return self._read(self.send("get", path, **headers), status)

    def post(self, path: str, body: Any = None, status: int = 201, **headers: Any) -> Any:
        return self._read(self.send("post", path, body, **headers), status)

    def put(self, path: str, body: Any = None, status: int = 200, **headers: Any) -> Any:
        return self._read(self.send("put", path, body, **headers), status)

    def patch(self, path: str, body: Any, version: int, status: int = 200) -> Any:
        return self._read(self.send("patch", path, body, If_Match=f'"{version}"'), status)

    def delete(self, path: str, version: int | None = None, status: int = 204) -> Any:
        named = {} if version is None else {"If_Match": f'"{version}"'}
        return self._read(self.send("delete", path, **named), status)

    def upload(self, name: str, content: bytes, **headers: str) -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        file = SimpleUploadedFile(name, content)
        return self.client.post("/api/v1/files", {"file": file}, headers=headers)

    @staticmethod
    def _read(response: Any, status: int) -> Any:
        assert response.status_code == status, (response.status_code, response.content[:2000])
        if status >= 400:
            assert response["Content-Type"] == "application/problem+json"
            problem = response.json()
            assert {"type", "title", "status", "detail", "errors"} <= set(problem)
            assert problem["status"] == status
            return problem
        return response.json() if response.content else None


def fields_of(problem: Any) -> list[str]:
    """The fields that a problem names."""
    return [error["field"] for error in problem["errors"]]


def every_page(program: Program, path: str, limit: int) -> list[Any]:
    """All items of a list, page by page."""
    items: list[Any] = []
    cursor = ""
    for _ in range(200):
        joint = "&" if "?" in path else "?"
        page = program.get(f"{path}{joint}limit={limit}&cursor={quote(cursor)}")
        assert len(page["items"]) <= limit
        items += page["items"]
        cursor = page["next"] or ""
        if not cursor:
            return items
    raise AssertionError("the list has no end")


@pytest.fixture
def owner(db: None) -> Program:
    return Program(world.user("Olga", "member", world.team("North")))


@pytest.fixture
def colleague(owner: Program) -> Program:
    """Of the same team."""
    return Program(world.user("Kamil", "member", world.team("North")))


@pytest.fixture
def stranger(db: None) -> Program:
    return Program(world.user("Stan", "member", world.team("South")))


@pytest.fixture
def manager(db: None) -> Program:
    return Program(world.user("Mina", "manager"))


@pytest.fixture
def anonymous(db: None) -> Program:
    return Program(None)
