"""The same change from many sides at the same moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection

from tablica.shared.jobs.models import Job
from tablica.shared.once.models import Submission
from tablica.shared.once.tests.conftest import signed_in
from tablica.shared.once.tests.views import trouble

pytestmark = pytest.mark.django_db(transaction=True)
TWINS = 20


def send_at_once(user: AbstractBaseUser) -> list[tuple[int, bytes, str]]:
    """Twenty threads post the same; status, body and whether it came from memory, of each."""
    clients = [signed_in(user) for _ in range(TWINS)]
    start = threading.Barrier(TWINS)

    def send(number: int) -> tuple[int, bytes, str]:
        try:
            start.wait()
            answer = clients[number].post("/slow", {"text": "a"}, headers={"Idempotency-Key": "k"})
            return answer.status_code, answer.content, answer.get("Idempotency-Replayed", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(TWINS) as pool:
        return list(pool.map(send, range(TWINS)))


def test_twenty_at_once_are_one_change_and_twenty_equal_answers(owner: AbstractBaseUser) -> None:
    answers = send_at_once(owner)
    assert Job.objects.count() == 1
    assert {answer[:2] for answer in answers} == {(201, f"note {Job.objects.get().pk}".encode())}
    assert sorted(answer[2] for answer in answers) == [""] + ["true"] * (TWINS - 1)


def test_when_the_first_of_twenty_fails_the_second_does_it(owner: AbstractBaseUser) -> None:
    trouble.set()
    answers = send_at_once(owner)
    assert Job.objects.count() == Submission.objects.count() == 1
    assert sorted(status for status, *_ in answers) == [201] * (TWINS - 1) + [404]
