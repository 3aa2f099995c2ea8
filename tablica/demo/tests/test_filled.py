"""What the demo fills in: rows as good as if people had made them one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Count, F, Max, Q
from pytest_django import DjangoDbBlocker

from tablica.accounts.models import Team, User
from tablica.demo.fill import Filled, fill
from tablica.demo.story import tell
from tablica.people.models import Company, Employment, Person
from tablica.records.kinds import all_kinds
from tablica.records.models import Change, Record
from tablica.sales.models import Deal, Stage
from tablica.search.indexing import index_entries, index_records
from tablica.search.models import SearchDocument
from tablica.shared import markdown
from tablica.shared.blobs import default_store
from tablica.wall.models import Comment, Entry, File, Follow, Move, Placement
from tablica.wall.types import type_named

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
PASSWORD = "chalk-board-seven-lines"
WHY = "the test looks at everything"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Filled]:
    """A filled database, the same for all tests here; each test's own writes are taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield fill("600", seed=1, password=PASSWORD, now=NOW)
        transaction.set_rollback(True)


def test_it_says_what_there_is(filled: Filled) -> None:
    counts = filled.counts
    assert counts["companies"] == Company.objects.unguarded(reason=WHY).count() == 12
    assert counts["persons"] == Person.objects.unguarded(reason=WHY).count()
    assert counts["deals"] == Deal.objects.unguarded(reason=WHY).count()
    assert counts["entries"] == Entry.objects.unguarded(reason=WHY).count()
    assert counts["comments"] == Comment.objects.unguarded(reason=WHY).count() > 20
    assert counts["files"] == File.objects.unguarded(reason=WHY).count() > 5
    assert len(filled.people) == User.objects.count()


def test_people_can_sign_in_and_have_their_rights(filled: Filled) -> None:
    zofia = User.objects.get(email="zofia@zielonyregal.example")
    assert zofia.check_password(PASSWORD)
    assert not zofia.check_password("something else")
    assert {u.role.slug for u in User.objects.select_related("role")} == {
        "administrator",
        "manager",
        "member",
    }
    assert not User.objects.filter(teams=None).exists()
    assert Team.objects.filter(parent=None).count() == 2


def test_every_record_has_its_body(filled: Filled) -> None:
    for kind in all_kinds():
        bodies = set(kind.model.objects.unguarded(reason=WHY).values_list("pk", flat=True))
        records = Record.objects.unguarded(reason=WHY).of_kind(kind.name)
        assert bodies == set(records.values_list("pk", flat=True)), kind.name


def test_versions_and_history_agree(filled: Filled) -> None:
    records = Record.objects.unguarded(reason=WHY).annotate(
        changed=Count("changes"), last=Max("changes__version")
    )
    assert not records.exclude(version=F("changed") + 1).exists()
    assert not records.filter(changed__gt=0).exclude(version=F("last")).exists()
    assert Change.objects.count() > 20


def test_what_entries_tell_is_in_the_history(filled: Filled) -> None:
    for entry in Entry.objects.unguarded(reason=WHY).filter(data__has_key="changes"):
        change = Change.objects.get(record=entry.record_id, version=entry.data["version"])
        assert {c["field"]: [c["from"], c["to"]] for c in entry.data["changes"]} == change.fields
        assert change.by_id == entry.author_id and change.at == entry.happened_at


def test_records_were_touched_when_their_newest_entry_came(filled: Filled) -> None:
    newest = dict(
        Entry.objects.unguarded(reason=WHY)
        .values_list("record")
        .annotate(Max("happened_at"))
        .order_by("record")
    )
    records = Record.objects.unguarded(reason=WHY)
    late = [r.pk for r in records if r.touched_at < newest[r.pk]]
    assert late == []


def test_every_type_of_entry_is_known(filled: Filled) -> None:
    types = Entry.objects.unguarded(reason=WHY).values_list("type", flat=True).distinct()
    for name in set(types):
        assert type_named(name).name == name


def test_texts_are_rendered_as_when_they_are_written(filled: Filled) -> None:
    for entry in Entry.objects.unguarded(reason=WHY).exclude(body="")[:200]:
        assert entry.html == markdown.render(entry.body)


def test_typed_tags_are_on_the_entry(filled: Filled) -> None:
    typed = Entry.objects.unguarded(reason=WHY).filter(body__contains="#")
    for entry in typed.prefetch_related("tags"):
        names = {tag.key for tag in entry.tags.all()}
        assert set(markdown.tags_in(entry.body)) <= names | {t.name for t in entry.tags.all()}


def test_stages_and_outcomes_keep_the_rules(filled: Filled) -> None:
    deals = Deal.objects.unguarded(reason=WHY)
    assert not deals.filter(Q(outcome="lost") & Q(outcome_reason="")).exists()
    assert not deals.filter(stage__in=Stage.objects.exclude(slug__in=[
        "new", "qualified", "offer", "negotiation"])).exists()  # fmt: skip
    for deal in deals.select_related("stage"):
        told = (
            Entry.objects.unguarded(reason=WHY)
            .filter(record=deal.pk, type="stage")
            .order_by("happened_at")
            .last()
        )
        assert deal.stage.slug == (told.data["changes"][0]["to"] if told else "new")


def test_forms_would_take_every_record_as_it_is(filled: Filled) -> None:
    """Nobody is asked to mend what the demo made before they can save it."""
    for body in Company.objects.unguarded(reason=WHY).select_related("record"):
        try:
            body.full_clean(exclude=["record"], validate_unique=False)
        except ValidationError as error:  # pragma: no cover - only when it fails
            pytest.fail(f"{body}: {error}")


def test_what_the_index_holds_is_what_indexing_would_make(filled: Filled) -> None:
    before = _words()
    documents = SearchDocument.objects.unguarded(reason=WHY)
    count = documents.count()
    written = Entry.objects.unguarded(reason=WHY).exclude(body="").values_list("pk", flat=True)
    index_entries(list(written))
    index_records(Record.objects.unguarded(reason=WHY).values_list("pk", flat=True))
    assert documents.count() == count
    assert _words() == before


def _words() -> int:
    """How many documents the index answers with for words of the story."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT count(*) FROM search_words WHERE search_words MATCH %s",
                ["montaż OR serwis OR offer OR срок"],
            )
        else:
            cursor.execute(
                "SELECT count(*) FROM search_words WHERE words @@ %s::tsquery",
                ["montaz | serwis | offer | срок"],
            )
        return int(cursor.fetchone()[0])


def test_files_have_their_bytes(filled: Filled) -> None:
    for file in File.objects.unguarded(reason=WHY):
        assert default_store().verify(file.sha256)
        assert default_store().path(file.sha256).stat().st_size == file.size


def test_moves_leave_a_trace_on_the_wall_they_left(filled: Filled) -> None:
    for move in Move.objects.filter(kept=False):
        assert move.entry.version == 2
        traces = Entry.objects.unguarded(reason=WHY).filter(
            record=move.source, type="moved", data__entry=move.entry_id
        )
        assert traces.count() == 1
    assert Placement.objects.count() == Move.objects.filter(kept=True).count() > 3


def test_the_owner_follows_what_they_own(filled: Filled) -> None:
    follows = set(Follow.objects.values_list("user", "record"))
    owned = Record.objects.unguarded(reason=WHY).values_list("owner", "pk")
    assert set(owned) <= follows
    assert Follow.objects.filter(mode="talk").exists()


def test_new_rows_are_numbered_behind_the_filled_ones(filled: Filled) -> None:
    last = Record.objects.unguarded(reason=WHY).aggregate(last=Max("pk"))["last"]
    made = Record.objects.create(kind="space", title="x", created_at=NOW, touched_at=NOW)
    assert made.pk > last
    assert User.objects.create(
        email="new@zielonyregal.example", name="New", role=User.objects.first().role  # type: ignore[union-attr]
    ).pk > len(filled.people)  # fmt: skip
    assert Employment.objects.order_by("-pk").first() is not None


def test_the_same_seed_fills_the_same(filled: Filled) -> None:
    first = list(Entry.objects.unguarded(reason=WHY).order_by("pk").values_list("pk", "body"))
    chapters = list(tell("600", 1, NOW).chapters)
    entries = [entry for chapter in chapters for entry in chapter.entries]
    assert sorted((entry.key, entry.text) for entry in entries) == first
