"""Sent twice, done once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

from tablica.shared.jobs.models import Job
from tablica.shared.once import commands
from tablica.shared.once.jobs import purge_old_submissions
from tablica.shared.once.models import Submission
from tablica.shared.once.tests.conftest import signed_in
from tablica.shared.once.tests.views import trouble

pytestmark = pytest.mark.django_db
KEYED: Any = {"Idempotency-Key": "k"}
JSON = "application/json"


def effects() -> int:
    return Job.objects.count()


def replayed(response: Any) -> bool:
    return bool(response.headers.get("Idempotency-Replayed") == "true")


def test_the_same_key_and_content_give_the_same_answer_again(client: Client) -> None:
    first = client.post("/note", {"text": "a"}, headers=KEYED)
    again = client.post("/note", {"text": "a"}, headers=KEYED)
    assert effects() == 1
    assert (again.status_code, again.content) == (201, first.content)
    assert not replayed(first)
    assert replayed(again)
    for name in ("Content-Type", "HX-Trigger", "ETag"):
        assert again[name] == first[name]
    assert "X-Private" not in again


def test_without_a_key_each_is_done(client: Client) -> None:
    for _ in range(2):
        assert client.post("/note", {"text": "a"}).status_code == 201
    assert effects() == 2
    assert not Submission.objects.exists()


def test_another_key_is_another_change(client: Client) -> None:
    for key in ("k", "l"):
        client.post("/note", {"text": "a"}, headers={"Idempotency-Key": key})
    assert effects() == 2


def test_the_keys_of_a_colleague_are_their_own(client: Client, colleague: AbstractBaseUser) -> None:
    first = client.post("/note", {"text": "a"}, headers=KEYED)
    theirs = signed_in(colleague).post("/note", {"text": "a"}, headers=KEYED)
    assert effects() == 2
    assert theirs.content != first.content


def test_a_stranger_is_neither_remembered_nor_answered_from_memory(client: Client) -> None:
    client.post("/note", {"text": "a"}, headers=KEYED)
    answer = Client().post("/note", {"text": "a"}, headers=KEYED)
    assert not replayed(answer)
    assert Submission.objects.count() == 1


def test_reading_is_not_a_submission(client: Client) -> None:
    client.get("/note", headers=KEYED)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_every_changing_method_counts(client: Client, method: str) -> None:
    send = getattr(client, method)
    for _ in range(2):
        answer = send("/note", b"{}", content_type=JSON, headers=KEYED)
    assert effects() == 1
    assert replayed(answer)


@pytest.mark.parametrize(
    ("method", "address", "text"),
    [("post", "/note", "b"), ("post", "/note?x=1", "a"), ("put", "/note", "a")],
)
def test_the_same_key_with_other_content_is_422(
    client: Client, method: str, address: str, text: str
) -> None:
    client.post("/note", '{"text": "a"}', content_type=JSON, headers=KEYED)
    answer = getattr(client, method)(
        address, f'{{"text": "{text}"}}', content_type=JSON, headers=KEYED
    )
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/plain")
    assert effects() == 1


def test_in_the_api_other_content_is_a_problem(client: Client) -> None:
    first = client.post("/api/note", b'{"a": 1}', content_type=JSON, headers=KEYED)
    assert replayed(client.post("/api/note", b'{"a": 1}', content_type=JSON, headers=KEYED))
    answer = client.post("/api/note", b'{"a": 2}', content_type=JSON, headers=KEYED)
    assert (first.status_code, answer.status_code) == (200, 422)
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["status"]) == ("about:blank", 422)
    assert problem["title"]
    assert problem["errors"] == [{"field": "Idempotency-Key", "message": problem["detail"]}]
    assert effects() == 1


@pytest.mark.parametrize("key", ["ż", "a b", "x" * 201])
def test_a_malformed_key_is_refused(client: Client, key: str) -> None:
    answer = client.post("/note", {"_once": key})
    assert answer.status_code == 400
    assert effects() == 0


def test_a_form_brings_its_key_in_a_field(client: Client) -> None:
    for token in ("one", "two"):  # the CSRF token differs each time and does not count
        answer = client.post("/note", {"text": "a", "_once": "k", "csrfmiddlewaretoken": token})
    assert replayed(answer)
    assert client.post("/note", {"text": "b", "_once": "k"}).status_code == 422
    assert effects() == 1


def test_each_rendering_of_a_form_has_its_own_key() -> None:
    page = Template("{% load once %}{% once_field %}")
    first, second = (page.render(Context()) for _ in range(2))
    assert first.startswith('<input type="hidden" name="_once" value="')
    assert first != second


@pytest.mark.parametrize("address", ["/mistaken", "/crash"])
def test_an_error_is_not_kept_and_leaves_nothing(client: Client, address: str) -> None:
    client.raise_request_exception = False
    for _ in range(2):
        answer = client.post(address, {"text": "a"}, headers=KEYED)
        assert answer.status_code in {422, 500}
        assert not replayed(answer)
    assert effects() == 0
    assert not Submission.objects.exists()


def test_after_an_error_the_retry_under_the_same_key_works(client: Client) -> None:
    trouble.set()
    assert client.post("/note", {"text": "a"}, headers=KEYED).status_code == 404
    assert effects() == 0
    for _ in range(2):
        assert client.post("/note", {"text": "a"}, headers=KEYED).status_code == 201
    assert effects() == 1


def test_a_mistake_corrected_may_keep_its_key(client: Client) -> None:
    client.post("/mistaken", {"text": "", "_once": "k"})
    assert client.post("/note", {"text": "a", "_once": "k"}).status_code == 201


def test_a_redirect_is_given_again(client: Client) -> None:
    first = client.post("/away", headers=KEYED)
    again = client.post("/away", headers=KEYED)
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert effects() == 1


def test_a_template_is_rendered_before_it_is_kept(client: Client) -> None:
    for _ in range(2):
        answer = client.post("/late", headers=KEYED)
        assert answer.content == b"late"
    assert replayed(answer)


def test_an_answer_too_large_is_remembered_by_a_sentence(client: Client) -> None:
    assert len(client.post("/large", headers=KEYED).content) > 2**20
    again = client.post("/large", headers=KEYED)
    assert (again.status_code, again["Content-Type"]) == (201, "text/plain; charset=utf-8")
    assert b"already done" in again.content
    assert effects() == 1


def test_an_api_answer_too_large_is_remembered_by_a_problem(client: Client) -> None:
    client.post("/api/large")
    again = client.post("/api/large")
    assert again["Content-Type"] == "application/problem+json"
    assert "already done" in again.json()["detail"]
    assert effects() == 1


def test_a_streamed_answer_goes_out_and_is_remembered_by_a_sentence(client: Client) -> None:
    assert client.post("/streamed", headers=KEYED).getvalue() == b"ab"
    assert b"already done" in client.post("/streamed", headers=KEYED).content
    assert effects() == 1


def test_files_count_by_their_content_and_stay_readable(client: Client) -> None:
    def send(*contents: bytes, name: str = "a.txt") -> Any:
        files = [SimpleUploadedFile(name, content) for content in contents]
        return client.post("/upload", {"file": files}, headers=KEYED)

    big = b"z" * 3_000_000  # larger than what is kept in memory
    assert send(b"one", big).content == b"one|" + big
    assert replayed(send(b"one", big))
    for other in (send(b"two", big), send(b"one"), send(b"one", big, name="b.txt")):
        assert other.status_code == 422
    assert effects() == 1


def test_an_empty_multipart_form_can_be_sent(client: Client) -> None:
    for _ in range(2):
        answer = client.post("/note", {}, headers=KEYED)
    assert replayed(answer)


def test_a_stored_answer_needs_the_csrf_token_too(owner: AbstractBaseUser) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)  # type: ignore[arg-type]
    signed_in(owner).post("/note", {"text": "a"}, headers=KEYED)
    assert client.post("/note", {"text": "a"}, headers=KEYED).status_code == 403


def test_submissions_are_forgotten_after_48_hours(client: Client) -> None:
    for key, hours in (("old", 49), ("new", 47)):
        client.post("/note", headers={"Idempotency-Key": key})
        made = timezone.now() - timedelta(hours=hours)
        Submission.objects.filter(key=key).update(created_at=made)
    purge_old_submissions.call()
    assert [s.key for s in Submission.objects.all()] == ["new"]
    assert commands.purge(timezone.now()) == 0
