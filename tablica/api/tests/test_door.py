"""Who comes in, and how every no is said."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from tablica.accounts.commands.people import deactivate_user
from tablica.accounts.models import ApiToken
from tablica.api.tests.conftest import Program, fields_of
from tablica.shared.limits.commands import forget_all
from tests import world
from tests.checksum import nothing_changes


def test_without_a_token_nobody_comes_in(anonymous: Program) -> None:
    anonymous.get("/me", 401)
    answer = anonymous.send("get", "/me")
    assert answer["WWW-Authenticate"] == 'Bearer realm="Tablica"'


@pytest.mark.parametrize(
    "said", ["Bearer", "Bearer nonsense", "Basic b2xnYTpvbGdh", "Bearer żółw", "nonsense"]
)
def test_a_wrong_token_opens_nothing(db: None, said: str) -> None:
    answer = Client().get("/api/v1/me", headers={"Authorization": said})
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


def test_a_session_counts_for_nothing(owner: Program) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user)
    assert client.get("/api/v1/me").status_code == 401
    with nothing_changes():
        sent = {"kind": "company", "title": "Forged"}
        answer = client.post("/api/v1/records", json.dumps(sent), "application/json")
    assert answer.status_code == 401


def test_tokens_end(owner: Program) -> None:
    owner.get("/me")
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    owner.get("/me", 401)
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    owner.get("/me")
    ApiToken.objects.update(revoked_at=timezone.now())
    owner.get("/me", 401)


def test_who_left_is_out_with_the_next_request(owner: Program) -> None:
    owner.get("/me")
    deactivate_user(owner.user, by=None)
    owner.get("/me", 401)


def test_a_token_to_read_writes_nothing(owner: Program) -> None:
    company = world.company(owner.user)
    entry = world.note(company, owner.user)
    reader = Program(owner.user, "read")
    reader.get(f"/records/{company.pk}")
    with nothing_changes():
        reader.post("/records", {"kind": "company", "title": "X"}, 403)
        reader.patch(f"/records/{company.pk}", {"title": "X"}, 1, 403)
        reader.delete(f"/records/{company.pk}", 1, 403)
        reader.put(f"/entries/{entry.pk}/reactions/👍", status=403)
        assert reader.upload("a.txt", b"a").status_code == 403
    answer = reader.send("post", "/tags", {"name": "x"})
    assert 'error="insufficient_scope"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize(
    "path", ["/nope", "/records/0", "/records/abc", "/records/1/nope", "/records/", "", "/"]
)
def test_an_address_that_is_none(owner: Program, path: str) -> None:
    owner.get(path, 404)
    owner.post(path, {"a": 1}, 404)


def test_beside_the_version_there_is_nothing(owner: Program) -> None:
    for path in ("/api", "/api/", "/api/v2/me", "/api/v1"):
        answer = owner.client.get(path)
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"


def test_a_method_that_is_none(owner: Program) -> None:
    assert owner.send("put", "/me", {"name": "x"}).status_code == 405
    answer = owner.send("delete", "/records", If_Match='"1"')
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST"
    assert answer["Content-Type"] == "application/problem+json"


def test_head_is_get_without_its_body(owner: Program) -> None:
    company = world.company(owner.user)
    answer = owner.send("head", f"/records/{company.pk}")
    assert (answer.status_code, answer.content, answer["ETag"]) == (200, b"", '"1"')
    assert Program(owner.user, "read").send("head", "/me").status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        "application/x-www-form-urlencoded",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/json; charset=iso-8859-2",
        "application/xml",
    ],
)
def test_only_json_is_taken(owner: Program, form: str) -> None:
    with nothing_changes():
        owner.post("/records", b'{"kind": "company"}', 415, Content_Type=form)


BROKEN = [
    b"{",
    b"\xff\xfe",
    b'{"kind": NaN}',
    b'{"kind": Infinity}',
    b'{"fields": {"a": 1e999}}',
    b"[" * 5000,
    b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}",
    b'{"a": ' + b"9" * 5000 + b"}",
    b"{'kind': 'company'}",
    b"\xef\xbb\xbf{}",
]


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_a_body_that_is_no_json(owner: Program, body: bytes) -> None:
    with nothing_changes():
        owner.post("/records", body, 400)


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"7", b"true", b"{}"])
def test_a_body_of_another_shape(owner: Program, body: bytes) -> None:
    with nothing_changes():
        owner.post("/records", body, 422)


def test_no_body_at_all(owner: Program) -> None:
    owner.post("/records", b"", 422)


@pytest.mark.parametrize("half", [r"\ud800", r"\udfff", r"\u0000"])
def test_texts_that_nobody_can_keep(owner: Program, half: str) -> None:
    company = world.company(owner.user)
    entry = world.note(company, owner.user)
    with nothing_changes():
        body = f'{{"kind": "company", "title": "a{half}b"}}'.encode()
        assert fields_of(owner.post("/records", body, 422)) == ["title"]
        body = f'{{"kind": "company", "title": "a", "fields": {{"city": "{half}"}}}}'.encode()
        assert fields_of(owner.post("/records", body, 422)) == ["city"]
        body = f'{{"text": "a", "data": {{"deep": [{{"{half}": 1}}]}}}}'.encode()
        assert fields_of(owner.post(f"/records/{company.pk}/wall", body, 422)) == ["data"]
        body = f'{{"text": "{half}"}}'.encode()
        assert fields_of(owner.post(f"/entries/{entry.pk}/comments", body, 422)) == ["text"]
        body = f'{{"name": "{half}"}}'.encode()
        assert fields_of(owner.post("/tags", body, 422)) == ["name"]


def test_whole_emoji_are_kept(owner: Program) -> None:
    body = rb'{"kind": "company", "title": "\ud83d\ude00 & Co"}'
    assert owner.post("/records", body)["title"] == "😀 & Co"


def test_nul_in_an_address(owner: Program) -> None:
    for path in ("/records?title=%00", "/feed?q=a%00b", "/search?q=%00", "/tags?q=%00"):
        owner.get(path, 400)
    owner.get("/feed?%00=1", 400)
    company = world.company(owner.user)
    entry = world.note(company, owner.user)
    owner.put(f"/entries/{entry.pk}/reactions/%00", status=404)


def test_what_is_too_large(owner: Program, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    with nothing_changes():
        owner.post("/records", {"kind": "company", "title": "x" * 2000}, 413)


def test_a_body_without_its_length(owner: Program) -> None:
    answer = owner.client.generic(
        "POST", "/api/v1/records", CONTENT_LENGTH="", headers={"Transfer-Encoding": "chunked"}
    )
    assert answer.status_code == 411
    assert answer["Content-Type"] == "application/problem+json"


def test_too_many_requests(owner: Program, colleague: Program, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 3
    forget_all()
    codes = [owner.send("get", "/me").status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    answer = owner.send("get", "/me")
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert answer["Content-Type"] == "application/problem+json"
    colleague.get("/me")


def test_a_mistake_of_ours_has_a_number(
    owner: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr("tablica.api.views.house.may_curate_tags", break_)
    problem = owner.get("/me", 500)
    assert "secret words" not in json.dumps(problem)
    number = problem["detail"].split()[-1].rstrip(".")
    assert number in caplog.text
    assert "secret words" in caplog.text


def test_a_busy_database_asks_to_try_again(owner: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*args: object, **kwargs: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("tablica.api.views.house.may_curate_tags", busy)
    answer = owner.send("get", "/me")
    assert answer.status_code == 503
    assert answer["Retry-After"]


@pytest.mark.parametrize(("language", "word"), [("en", "nothing"), ("pl", ""), ("fa", "")])
def test_answers_speak_the_language_of_the_tokens_owner(db: None, language: str, word: str) -> None:
    program = Program(world.user("Ala", language=language))
    answer = program.send("get", "/records/99", Accept_Language="ru")
    assert answer["Content-Language"] == language
    assert word in answer.json()["detail"]


def test_answers_are_in_no_cache_and_run_nowhere(owner: Program) -> None:
    answer = owner.send("get", "/me")
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in answer
    assert not answer.cookies
