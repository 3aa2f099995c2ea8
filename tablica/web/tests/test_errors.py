"""What is answered when something is not there, not allowed, or broken."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from tablica.accounts.models import User
from tablica.shared.errors import Stale
from tests.cast import Three

HTMX = {"HX-Request": "true"}
TOKENS = re.compile(r'(csrfmiddlewaretoken" value|csrf-token" content)="\w+"')


def as_user(user: User, *, strict: bool = False, raising: bool = True) -> Client:
    client = Client(enforce_csrf_checks=strict, raise_request_exception=raising)
    client.force_login(user)
    return client


def test_hidden_and_unknown_are_the_same_page(three: Three):
    client = as_user(three.stranger)
    assert as_user(three.owner).get(f"/companies/{three.company.pk}").status_code == 200
    addresses = [
        f"/companies/{three.company.pk}",
        "/companies/99999999",
        f"/r/{three.company.pk}",
        "/nowhere",
        "/settings/people",
    ]
    answers = [client.get(address) for address in addresses]
    assert {answer.status_code for answer in answers} == {404}
    pages = {TOKENS.sub("", answer.content.decode()) for answer in answers}
    assert len(pages) == 1
    assert "Nothing is written here" in pages.pop()


def test_a_piece_of_a_page_is_refused_with_a_toast(three: Three):
    client = as_user(three.stranger)
    answer = client.post(f"/r/{three.company.pk}/follow", headers=HTMX)
    assert answer.status_code == 404
    assert answer.headers["HX-Reswap"] == "none"
    assert 'class="toast bad"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_whoever_was_signed_out_is_sent_to_the_door(db: None):
    here = {**HTMX, "HX-Current-URL": "http://testserver/companies?q=x"}
    answer = Client().get("/search/suggest?q=a", headers=here)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=%2Fcompanies"
    assert answer.content == b""


def test_a_form_that_is_too_old_says_so(three: Three):
    client = as_user(three.owner, strict=True)
    answer = client.post("/settings/me", {"name": "X"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "This form is too old." in page
    assert "another right" not in page, "no right would help"


def test_what_changed_meanwhile_is_no_mistake_of_ours(
    three: Three, monkeypatch: pytest.MonkeyPatch
):
    def late(*_args: object, **_more: object) -> None:
        raise Stale("Somebody else changed this meanwhile.", current=None)

    monkeypatch.setattr("tablica.wall.commands.lives.trash_record", late)
    answer = as_user(three.owner).post(f"/r/{three.company.pk}/trash")
    assert answer.status_code == 409
    assert "Somebody else changed this meanwhile." in answer.content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_broke_gets_a_number_and_tells_nothing(
    three: Three, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, headers
):
    def breaks(*_args: object, **_more: object) -> None:
        raise ZeroDivisionError("a secret of the house")

    monkeypatch.setattr("tablica.web.views.trash.trash_of", breaks)
    client = as_user(three.owner, raising=False)
    answer = client.get("/trash", headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "a secret" not in page
    assert "Something broke on our side" in page
    number = re.search(r"\b[0-9a-f]{8}\b", page)
    assert number
    assert f"error {number[0]} at /trash" in caplog.text


def test_a_page_is_left_even_when_the_shell_breaks(three: Three, monkeypatch: pytest.MonkeyPatch):
    def breaks(*_args: object, **_more: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr("tablica.web.views.trash.trash_of", breaks)
    monkeypatch.setattr("tablica.web.context.all_kinds", breaks)
    answer = as_user(three.owner, raising=False).get("/trash")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()


class TestHealth:
    def test_anybody_may_ask_and_learns_only_that(self, db: None):
        answer = Client().get("/health")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        assert Client().post("/health").status_code == 405

    def test_without_a_database_it_is_ill(self, db: None, monkeypatch: pytest.MonkeyPatch):
        def breaks() -> None:
            raise DatabaseError("password=secret")

        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(connection, "cursor", breaks)
            answer = Client().get("/health")
        assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})
