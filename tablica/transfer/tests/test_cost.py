"""What a row costs: everything that rows have in common is looked up and kept for many at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tablica.accounts.models import User
from tablica.records.models import Record, RecordTag, Tag
from tablica.records.signals import text_changed, told_together
from tablica.search.indexing import index_records
from tablica.search.models import SearchDocument
from tablica.search.queries import search
from tablica.transfer.tests.conftest import Importer
from tests.cast import make_record

WHY = "tests"


def test_a_row_costs_few_queries(import_text: Importer) -> None:
    lines = [f"Firma {n},{5550000000 + n},vip; t{n % 3}" for n in range(60)]
    with CaptureQueriesContext(
        connection,
    ) as few:
        import_text("\n".join(["company,tax id,tags", *lines[:20]]))
    with CaptureQueriesContext(connection) as many:
        import_text("\n".join(["company,tax id,tags", *lines[20:]]))
    assert (len(many) - len(few)) / 20 <= 11


def test_every_imported_row_is_found(import_text: Importer, boss: User) -> None:
    import_text("company,city\n" + "".join(f"Sowa{n},Toruń\n" for n in range(120)))
    for name in ("Sowa0", "Sowa99", "Sowa119"):
        assert [hit.record.title for hit in search(boss, name).records] == [name]
    documents = SearchDocument.objects.unguarded(reason=WHY)
    assert documents.count() == Record.objects.unguarded(reason=WHY).count() == 120


def test_a_row_that_fails_leaves_no_tag_for_the_next(import_text: Importer) -> None:
    report = import_text(
        "company,tags,email\nAlfa,new,nowhere\nBeta,new,\nGama,NEW,\nDelta,n\u202eew,\n",
        kind="company",
    )
    assert (report.created, report.failed) == (2, 2)
    tag = Tag.objects.get()
    assert RecordTag.objects.filter(tag=tag).count() == 2


def test_changes_are_told_once_at_the_end(db: None) -> None:
    told: list[list[int]] = []

    def hear(sender: object, records: list[int], **kwargs: object) -> None:
        told.append(records)

    text_changed.connect(hear)
    try:
        with told_together():
            for number in (3, 1, 3):
                text_changed.send(None, records=[number])
            assert told == []
        with pytest.raises(ZeroDivisionError), told_together():
            text_changed.send(None, records=[7])
            raise ZeroDivisionError
        text_changed.send(None, records=[5])
    finally:
        text_changed.disconnect(hear)
    assert told == [[3, 1], [5]]


def test_indexing_many_keeps_one_document_each_at_its_time(boss: User) -> None:
    bodies = [make_record(kind, f"Czapla {kind}", owner=boss) for kind in ("company", "person")]
    numbers = [body.pk for body in bodies]
    records = Record.objects.unguarded(reason=WHY)
    later = bodies[0].record.touched_at + timedelta(days=3)
    records.filter(pk=numbers[0]).update(touched_at=later, title="Bocian")
    SearchDocument.objects.unguarded(reason=WHY).filter(record=numbers[1]).delete()
    index_records([*numbers, 10**9])
    documents = SearchDocument.objects.unguarded(reason=WHY).filter(record__in=numbers)
    assert {d.record_id: d.happened_at for d in documents} == dict(
        records.values_list("pk", "touched_at")
    )
    assert [hit.record.pk for hit in search(boss, "bocian").records] == [numbers[0]]
    assert [hit.record.pk for hit in search(boss, "czapla").records] == [numbers[1]]
