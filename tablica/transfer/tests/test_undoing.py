from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from tablica.accounts.models import User
from tablica.records.commands import change_record
from tablica.records.models import Record, RecordModel, Tag
from tablica.shared.errors import Refused
from tablica.transfer.commands import importing, undoing
from tablica.transfer.commands.undoing import undo_import
from tablica.transfer.models import Import, ImportRow
from tablica.transfer.tests.conftest import Importer
from tablica.transfer.tests.tables import company, polluted
from tablica.wall.commands import follows, lives
from tablica.wall.commands.comments import write_comment
from tablica.wall.commands.entries import write_entry
from tablica.wall.models import Entry
from tests.cast import make_entry, make_record, make_user
from tests.checksum import difference, snapshot

Found = Callable[[str], dict[str, RecordModel]]
BOOKS = ("transfer_import", "transfer_importrow", "trail_line", "trail_end")


def state() -> dict[str, list[str]]:
    """Everything but the books of the imports themselves, and the trail."""
    return {table: rows for table, rows in snapshot().items() if table not in BOOKS}


def furnish(by: User, seed: int) -> None:
    """A few companies that an import may meet, with tags, entries and a past."""
    rng = random.Random(seed)
    for language in ("en", "pl", "ru", "fa"):
        for _ in range(3):
            name, tax, city, email, *_rest = company(rng, language)
            values = {"title": name, "tax_id": tax, "city": city, "email": email, "owner": by}
            body = lives.create_record("company", by=by, values=values, tags=["vip"])
            write_entry(body.pk, by=by, text=f"We met in {city} #fair")
            if rng.random() < 0.5:
                lives.change_record(body.pk, by=by, values={"city": "Oslo"}, version=None)


@pytest.mark.parametrize(
    "seed", [*range(20), *(pytest.param(n, marks=pytest.mark.long) for n in range(20, 60))]
)
@pytest.mark.usefixtures("import_text")
def test_undo_restores_the_very_database(seed: int, boss: User, tmp_path: Path) -> None:
    rng = random.Random(seed)
    furnish(boss, seed)
    path = tmp_path / "companies.csv"
    polluted(path, seed)
    before = state()
    options = importing.Options(on_duplicate=rng.choice(["skip", "update", "create"]))
    first = importing.import_table(path, by=boss, options=options)
    between = state()
    again = importing.Options(on_duplicate="update", kind="company")
    second = importing.import_table(path, by=boss, options=again)
    assert first.id and second.id
    if first.created:
        assert state() != before, "else the test proves nothing"
    assert undo_import(second.id).left == []
    assert difference(between, state()) == []
    assert undo_import(first.id).left == []
    assert difference(before, state()) == []


def test_persons_deals_and_what_they_brought_go_too(import_text: Importer) -> None:
    import_text("Name\nAlfa\n")
    before = state()
    people = import_text("Full name,Company,Tags\nJan Kot,Alfa,new\nAnna Żak,Beta;Gamma,new\n")
    deals = import_text("Deal,Company,Amount,Contacts\nBig,Beta,7,Jan Kot\nSmall,Delta,8,Ola\n")
    assert (people.also_created, deals.also_created) == (2, 2)
    assert deals.id and people.id
    assert undo_import(deals.id).removed == 4
    assert undo_import(people.id).removed == 4
    assert difference(before, state()) == []


def test_a_deal_that_was_filled_in_is_as_before(import_text: Importer, records: Found) -> None:
    import_text("Name\nAlfa\nBeta\n")
    import_text("Deal,Company,Amount,Currency,Stage\nBig,Alfa,1,EUR,new\n")
    before = state()
    text = "Deal,Amount,Currency,Stage,Contacts,Close date\nBig,2,PLN,Offer,Jan Kot,2027-01-02\n"
    report = import_text(text, on_duplicate="update")
    assert (report.updated, report.also_created) == (1, 1)
    assert records("deal")["Big"].stage.slug == "offer"  # type: ignore[attr-defined]
    assert report.id
    assert undo_import(report.id).restored == 1
    assert difference(before, state()) == []


def changed(body: RecordModel, by: User) -> None:
    change_record(body.pk, by=by, values={"city": "Oslo"}, version=None)


def written_on(body: RecordModel, by: User) -> None:
    write_entry(body.pk, by=by, text="We met")


def followed(body: RecordModel, by: User) -> None:
    follows.follow(body.pk, by=by)


def tagged(body: RecordModel, by: User) -> None:
    lives.tag_record(body.pk, by=by, tags=["mine"])


def linked(body: RecordModel, by: User) -> None:
    values = {"title": "Jan Kot", "companies": [body]}
    lives.create_record("person", by=by, values=values)


def client_of_a_deal(body: RecordModel, by: User) -> None:
    make_record("deal", owner=by, company=body)


def commented(body: RecordModel, by: User) -> None:
    entry = Entry.objects.unguarded(reason="tests").get(record=body.pk)
    write_comment(entry.pk, by=by, text="Good that we have them now")


def trashed(body: RecordModel, by: User) -> None:
    lives.trash_record(body.pk, by=by)


@pytest.mark.parametrize(
    "use",
    [changed, written_on, followed, tagged, linked, client_of_a_deal, commented, trashed],
)
def test_what_people_used_since_stays_and_is_told(
    use: Callable[[RecordModel, User], None], import_text: Importer, records: Found
) -> None:
    report = import_text("Name\nAlfa\nBeta\nGamma\n")
    use(records("company")["Beta"], make_user("Ola", role="manager"))
    assert report.id
    undone = undo_import(report.id)
    assert (undone.removed, [p.row for p in undone.left]) == (2, [3])
    assert "Beta" in undone.left[0].reason
    assert list(records("company")) == ["Beta"]


def test_an_update_that_people_went_on_from_stays(
    import_text: Importer, records: Found, boss: User
) -> None:
    import_text("Name,City\nAlfa,Oslo\nBeta,Oslo\n")
    text = "Name,City\nAlfa,Rome\nBeta,Rome\n"
    report = import_text(text, on_duplicate="update")
    lives.change_record(records("company")["Alfa"].pk, by=boss, values={"city": "Bern"}, version=2)
    assert report.id
    undone = undo_import(report.id)
    assert (undone.restored, [p.row for p in undone.left]) == (1, [2])
    cities = {title: body.city for title, body in records("company").items()}  # type: ignore[attr-defined]
    assert cities == {"Alfa": "Bern", "Beta": "Oslo"}


def test_new_tags_go_unless_somebody_uses_them(import_text: Importer, boss: User) -> None:
    report = import_text("Name;Tags\nAlfa;one, two\nBeta;two\n")
    other = make_record("company", "Other", owner=boss)
    lives.tag_record(other.pk, by=boss, tags=["two"])
    assert report.id
    assert undo_import(report.id).left == []
    assert [tag.name for tag in Tag.objects.all()] == ["two"]


def test_undo_goes_on_after_an_interruption(
    import_text: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state()
    report = import_text("Name\n" + "".join(f"F{n}\n" for n in range(10)))
    monkeypatch.setattr(undoing, "CHUNK", 3)
    real, calls = undoing._mark, []

    def break_second(rows: list[ImportRow]) -> None:
        calls.append(len(rows))
        if len(calls) == 2:
            raise ConnectionError("the cable was cut")
        real(rows)

    monkeypatch.setattr(undoing, "_mark", break_second)
    assert report.id
    with pytest.raises(ConnectionError):
        undo_import(report.id)
    assert Record.objects.unguarded(reason="tests").count() == 7
    assert undo_import(report.id).removed == 7
    assert difference(before, state()) == []


def test_undone_it_can_be_imported_anew(import_text: Importer) -> None:
    first = import_text("Name\nAlfa\n")
    assert first.id
    undo_import(first.id)
    second = import_text("Name\nAlfa\n")
    assert (second.created, second.id != first.id) == (1, True)
    assert undo_import(first.id).removed == 0


def test_an_unfinished_import_can_be_undone(
    import_text: Importer, boss: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 1)
    path = tmp_path / "t.csv"
    path.write_text("Name\nA\nB\nC\n")

    def undo(done: int, _total: int) -> None:
        if done == 2:
            undo_import(Import.objects.get().pk)

    with pytest.raises(Refused, match="undone"):
        importing.import_table(path, by=boss, options=importing.Options(), progress=undo)
    assert not Record.objects.unguarded(reason="tests").exists()


def test_an_unknown_import_is_refused(boss: User) -> None:
    make_entry(make_record(owner=boss), author=boss, at=timezone.now())
    with pytest.raises(Refused, match="7"):
        undo_import(7)
