"""Guarded managers raise on every path that would read or change unfiltered rows."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Prefetch, QuerySet, Subquery

from tablica.people.models import Company, Employment
from tablica.records.managers import GuardedQuerySet, Unguarded
from tablica.records.models import Record, Tag
from tablica.search.models import SearchDocument
from tablica.wall.models import Comment, Entry, File, Placement
from tests.cast import Three, make_comment, make_entry, make_file
from tests.checksum import nothing_changes

GUARDED: list[Any] = [Record, Company, Entry, Comment, File, SearchDocument]
Read = Callable[[Any], object]


async def _first_async(rows: Any) -> object:
    async for row in rows.aiterator():
        return row
    return None


PATHS: dict[str, Read] = {
    "iterate": lambda o: list(o.all()),
    "filter": lambda o: list(o.filter(pk__gt=0)),
    "iterator": lambda o: list(o.iterator()),
    "aiterator": lambda o: asyncio.run(_first_async(o)),
    "len": lambda o: len(o.all()),
    "bool": lambda o: bool(o.all()),
    "repr": lambda o: repr(o.all()),
    "index": lambda o: o.order_by("pk")[0],
    "slice": lambda o: list(o.order_by("pk")[:1]),
    "contains": lambda o: o.contains(o.model(pk=1)),
    "in": lambda o: 1 in o.all(),
    "count": lambda o: o.count(),
    "exists": lambda o: o.exists(),
    "get": lambda o: o.get(pk=1),
    "first": lambda o: o.first(),
    "last": lambda o: o.last(),
    "latest": lambda o: o.latest("pk"),
    "earliest": lambda o: o.earliest("pk"),
    "values": lambda o: list(o.values("pk")),
    "values_list": lambda o: list(o.values_list("pk", flat=True)),
    "distinct": lambda o: list(o.distinct()),
    "only": lambda o: list(o.only("pk")),
    "annotate": lambda o: list(o.annotate(n=Count("pk"))),
    "aggregate": lambda o: o.aggregate(Count("pk")),
    "in_bulk": lambda o: o.in_bulk(),
    "in_bulk of some": lambda o: o.in_bulk([1]),
    "select_for_update": lambda o: list(o.select_for_update()),
    "explain": lambda o: o.all().explain(),
    "raw": lambda o: list(o.raw("SELECT * FROM records_record")),
    "update": lambda o: o.update(pk=F("pk")),
    "delete": lambda o: o.all().delete(),
    "raw delete": lambda o: o.all()._raw_delete("default"),
    "get_or_create": lambda o: o.get_or_create(pk=1),
    "update_or_create": lambda o: o.update_or_create(pk=1),
    "union with itself": lambda o: list(o.all().union(o.all())),
    "as text": lambda o: str(o.all().query),
    "pickled": lambda o: __import__("pickle").dumps(o.all()),
}
CHANGING = ["update", "delete", "raw delete", "get_or_create", "update_or_create"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("model", GUARDED, ids=lambda m: m.__name__)
def test_an_unopened_queryset_raises(model: Any, path: str, three: Three) -> None:
    with pytest.raises(Unguarded):
        PATHS[path](model.objects)


def test_refused_changes_change_nothing(three: Three) -> None:
    make_entry(three.company)
    with nothing_changes():
        for model, path in itertools.product(GUARDED, CHANGING):
            with pytest.raises(Unguarded):
                PATHS[path](model.objects)


@pytest.mark.parametrize("model", GUARDED, ids=lambda m: m.__name__)
def test_every_table_with_rights_is_guarded(model: Any) -> None:
    assert isinstance(model.objects.all(), GuardedQuerySet)


def test_an_opened_one_reads(three: Three) -> None:
    make_entry(three.company)
    everything = Record.objects.unguarded(reason="a test")
    assert everything.count() == 2
    assert Entry.objects.visible_to(three.owner).count() == 1
    assert everything.filter(pk=three.company.pk).update(title="New") == 1
    assert str(everything.values("pk").query)


def test_opening_one_leaves_its_origin_closed(three: Three) -> None:
    closed = Record.objects.all()
    assert list(closed.visible_to(three.owner)) == [three.company]
    with pytest.raises(Unguarded):
        list(closed)


def test_a_reason_must_be_given() -> None:
    with pytest.raises(Unguarded):
        Record.objects.unguarded(reason="")


def test_a_table_that_does_not_say_whose_it_is_shows_nothing(three: Three) -> None:
    with pytest.raises(NotImplementedError):
        GuardedQuerySet(Record).visible_to(three.owner)


def test_an_opened_one_deletes_also_at_one_stroke(three: Three) -> None:
    entry = make_entry(three.company)
    placed = Placement.objects.create(entry=entry, record=three.other, at=entry.created_at)
    mine = Entry.objects.visible_to(three.owner).filter(pk=entry.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        mine._raw_delete("default")  # what hangs on it is not gathered
        connection.check_constraints()
    placed.delete()
    assert Entry.objects.visible_to(three.stranger).filter(pk=entry.pk)._raw_delete("default") == 0
    SearchDocument.objects.unguarded(reason="a test").filter(entry=entry).delete()
    assert mine._raw_delete("default") == 1


def test_nothing_is_nothing_and_needs_no_opening() -> None:
    assert list(Record.objects.none()) == []
    assert not Record.objects.none().exists()


SUBQUERIES: dict[str, Callable[[], QuerySet[Any]]] = {
    "in": lambda: Tag.objects.filter(records__in=Record.objects.all()),
    "in values": lambda: Placement.objects.filter(record__in=Record.objects.values("pk")),
    "excluded": lambda: Placement.objects.exclude(entry__in=Entry.objects.all()),
    "exists": lambda: Tag.objects.filter(
        Exists(Record.objects.filter(record_tags__tag=OuterRef("pk")))
    ),
    "subquery": lambda: Tag.objects.annotate(t=Subquery(Record.objects.values("title")[:1])),
    "exactly one": lambda: Placement.objects.filter(entry=Entry.objects.order_by("pk")[:1]),
}


@pytest.mark.parametrize("name", SUBQUERIES)
def test_an_unopened_subquery_raises(name: str, three: Three) -> None:
    with pytest.raises(Unguarded):
        list(SUBQUERIES[name]())


COMBINED: dict[str, Callable[[Any, Any], Any]] = {
    "or": lambda opened, closed: opened | closed,
    "or turned": lambda opened, closed: closed | opened,
    "and": lambda opened, closed: opened & closed,
    "xor": lambda opened, closed: opened ^ closed,
    "union": lambda opened, closed: opened.union(closed),
    "union turned": lambda opened, closed: closed.union(opened),
    "intersection": lambda opened, closed: opened.intersection(closed),
    "difference": lambda opened, closed: closed.difference(opened),
}


@pytest.mark.parametrize("how", COMBINED)
def test_what_is_combined_with_an_unopened_one_is_closed(how: str, three: Three) -> None:
    opened = Record.objects.visible_to(three.stranger)
    with pytest.raises(Unguarded):
        list(COMBINED[how](opened, Record.objects.all()))
    assert list(COMBINED[how](opened, Record.objects.visible_to(three.stranger))) is not None


def test_related_managers_are_guarded(three: Three) -> None:
    entry = make_entry(three.company)
    make_comment(entry)
    make_file(by=three.owner, entry=entry)
    for related in (three.company.entries, entry.comments, entry.files):
        with pytest.raises(Unguarded):
            list(related.all())
        assert related.visible_to(three.owner).count() == 1
        assert related.visible_to(three.stranger).count() == 0
    with pytest.raises(Unguarded):
        list(Company(pk=three.company.pk).people.all())


def test_prefetching_is_guarded(three: Three) -> None:
    make_entry(three.company)
    companies = Record.objects.visible_to(three.owner)
    with pytest.raises(Unguarded):
        list(companies.prefetch_related("entries"))
    with pytest.raises(Unguarded):
        list(companies.prefetch_related(Prefetch("entries", queryset=Entry.objects.all())))
    seen = Prefetch("entries", queryset=Entry.objects.visible_to(three.owner))
    assert len(companies.prefetch_related(seen)[0].entries.all()) == 1


def test_bulk_changes_are_guarded(three: Three) -> None:
    with pytest.raises(Unguarded):
        Record.objects.bulk_update([three.company], ["title"])


def test_nobody_goes_around_by_the_plain_manager() -> None:
    package = Path(__file__).resolve().parents[2]
    users = [
        path.name
        for path in package.rglob("*.py")
        if "tests" not in path.parts and "_base_manager" in path.read_text(encoding="utf-8")
    ]
    assert users == []


def test_the_guard_costs_no_query(three: Three, django_assert_num_queries: Any) -> None:
    three.owner.refresh_from_db()
    with django_assert_num_queries(5):  # role, grants, teams, circles, and the rows
        list(Record.objects.visible_to(three.owner))
    assert connection.in_atomic_block
    assert Employment.objects.count() == 0
