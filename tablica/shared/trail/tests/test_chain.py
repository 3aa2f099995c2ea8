"""B13: whatever is done to the trail by hand is found, and the place is named."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from tablica.shared.trail.chain import Fault, digest_of_line, first_fault
from tablica.shared.trail.commands import note
from tablica.shared.trail.heads import forgotten_head, heads, heads_file, write_head
from tablica.shared.trail.models import BEGINNING, Appended, End, Line
from tablica.shared.trail.queries import end, examine, lines

MANY = 10_000
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def chain(length: int) -> list[SimpleNamespace]:
    """A whole chain, as if each line had been noted."""
    made: list[SimpleNamespace] = []
    before = BEGINNING
    for number in range(1, length + 1):
        line = SimpleNamespace(
            number=number,
            at=BEGAN + timedelta(seconds=number),
            event="signed in",
            actor=number % 7,
            place="10.0.0.1",
            about=f"user {number % 7}",
            data={"n": number},
            previous=before,
        )
        line.digest = before = digest_of_line(line)
        made.append(line)
    return made


@pytest.fixture(scope="module")
def whole() -> list[SimpleNamespace]:
    return chain(MANY)


def copy(line: SimpleNamespace, **changes: Any) -> SimpleNamespace:
    """A line with changes, its digest made to fit."""
    made = SimpleNamespace(**(vars(line) | changes))
    made.digest = digest_of_line(made)
    return made


def put(found: list[SimpleNamespace], at: int, *new: SimpleNamespace) -> list[SimpleNamespace]:
    return [*found[:at], *new, *found[at + len(new) :]]


def swapped(found: list[SimpleNamespace], at: int) -> list[SimpleNamespace]:
    """Two lines in each other's place, with each other's numbers."""
    one, two = found[at], found[at + 1]
    first, second = copy(two, number=one.number), copy(one, number=two.number)
    return put(found, at, first, second)


def inserted(found: list[SimpleNamespace], at: int) -> list[SimpleNamespace]:
    """One line more, and all behind it with the next number."""
    extra = copy(found[at], about="user 99", previous=found[at - 1].digest)
    return [*found[:at], extra, *(copy(one, number=one.number + 1) for one in found[at:])]


Harm = Callable[[list[SimpleNamespace], int], list[SimpleNamespace]]
HARMS: dict[str, tuple[Harm, int, str]] = {
    "another actor": (
        lambda f, n: put(f, n, SimpleNamespace(**(vars(f[n]) | {"actor": 99}))), 0, "changed"
    ),
    "another moment": (
        lambda f, n: put(f, n, SimpleNamespace(**(vars(f[n]) | {"at": BEGAN}))), 0, "changed"
    ),
    "changed with its digest": (lambda f, n: put(f, n, copy(f[n], actor=99)), 1, "moved"),
    "removed": (lambda f, n: f[:n] + f[n + 1 :], 0, "missing"),
    "removed, the rest moved up": (
        lambda f, n: f[:n] + [copy(one, number=one.number - 1) for one in f[n + 1 :]], 0, "moved"
    ),
    "swapped": (swapped, 0, "moved"),
    "inserted": (inserted, 1, "moved"),
}  # fmt: skip


@pytest.mark.parametrize("at", [1, 4_999, MANY - 2])
@pytest.mark.parametrize("harm", HARMS)
def test_one_of_ten_thousand_lines_is_found(
    harm: str, at: int, whole: list[SimpleNamespace]
) -> None:
    do, later, how = HARMS[harm]
    last = (MANY, whole[-1].digest)
    assert first_fault(whole, last) is None
    assert first_fault(do(whole, at), last) == Fault(at + 1 + later, how)


def test_cut_and_lengthened_ends_are_found(whole: list[SimpleNamespace]) -> None:
    last = (MANY, whole[-1].digest)
    assert first_fault(whole[:-1], last) == Fault(MANY, "missing")
    assert first_fault([], last) == Fault(1, "missing")
    more = copy(whole[-1], number=MANY + 1, previous=whole[-1].digest)
    assert first_fault([*whole, more], last) == Fault(MANY + 1, "added")
    forged = [*whole[:-1], copy(whole[-1], actor=99)]
    assert first_fault(forged, last) == Fault(MANY, "changed")


@pytest.mark.django_db
def test_what_is_noted_is_there_in_order_and_whole() -> None:
    number, digest = end()
    first = note("signed in", by=3, about="user 3", place="10.0.0.1", n=1, names=["a"], x=BEGAN)
    second = note("signed out", by=None, said="é" * 500, nested={"a": {2, 1}})
    assert (first.number, second.number) == (number + 1, number + 2)
    assert (first.previous, second.previous) == (digest, first.digest)
    assert [line.number for line in lines()[:2]] == [second.number, first.number]
    assert [line.number for line in lines(event="signed in", actor=3)][:1] == [first.number]
    kept = Line.objects.get(pk=second.number)
    assert kept.data == {"said": "é" * 200, "nested": {"a": [1, 2]}}
    assert examine() is None


@pytest.mark.django_db
def test_harm_in_the_table_is_found_and_nobody_does_it_by_mistake() -> None:
    noted = [note("signed in", by=n) for n in range(5)]
    line = Line.objects.get(pk=noted[2].pk)
    line.actor = 99
    for wrong in (line.save, line.delete, Line.objects.all().delete):
        with pytest.raises(Appended):
            wrong()
    with pytest.raises(Appended):
        Line.objects.filter(pk=line.pk).update(actor=99)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trail_line SET actor = 99 WHERE number = %s", [line.pk])
    assert examine() == Fault(line.pk, "changed")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM trail_line WHERE number = %s", [line.pk])
    assert examine() == Fault(line.pk, "missing")


@pytest.mark.django_db
def test_a_trail_rewritten_as_a_whole_is_found_by_what_was_written_elsewhere(
    tmp_path: Path, settings: Any
) -> None:
    settings.TABLICA_DATA = tmp_path
    write_head()
    before = list(heads())
    noted = [note("signed in", by=n) for n in range(3)]
    write_head()
    assert list(heads())[len(before) :] == [(noted[-1].number, noted[-1].digest)]
    assert heads_file().stat().st_mode & 0o777 == 0o600
    assert forgotten_head() is None
    previous = noted[0].previous
    for line in noted:
        line.actor, line.previous = 99, previous
        previous = line.digest = digest_of_line(line)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE trail_line SET actor = 99, previous = %s, digest = %s WHERE number = %s",
                [line.previous, line.digest, line.number],
            )
    End.objects.update(digest=previous)
    assert examine() is None
    assert forgotten_head() == Fault(noted[-1].number, "changed")
    write_head()  # the next night, before anything else was noted
    assert len(list(heads())) == len(before) + 2
    assert forgotten_head() == Fault(noted[-1].number, "changed")


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap_and_what_is_taken_back_leaves_none() -> None:
    threads, each = 6, 10
    start = threading.Barrier(threads)

    def work(who: int) -> None:
        try:
            start.wait()
            for n in range(each):
                with transaction.atomic():
                    note("signed in", by=who, n=n)
                    if n % 5 == 4:
                        transaction.set_rollback(True)
        finally:
            connection.close()

    began = end()[0]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    assert end()[0] - began == threads * each * 4 // 5
    assert examine() is None
