from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tablica.accounts.models import User
from tablica.records.models import Audience, Change, Record, RecordModel
from tablica.search.queries import search
from tablica.shared.errors import Refused
from tablica.transfer.commands import importing
from tablica.transfer.models import Import, ImportRow
from tablica.transfer.report import Report
from tablica.transfer.tests.conftest import Importer
from tablica.transfer.tests.tables import polluted
from tablica.wall.models import Entry, Follow
from tests.cast import make_record, make_role, make_team, make_user
from tests.checksum import nothing_changes

Found = Callable[[str], dict[str, RecordModel]]

COMPANIES = (
    "Nazwa;NIP;Miasto;Kraj;E-mail;Telefon;Tagi;Uwagi\n"
    "Mleczarnia Łódź;PL 526-000-12-46;Łódź;Polska;biuro@m.pl;+48 22 600 10 20;vip, hurt;=1+1\n"
    "Żuraw;;Gdańsk;;;;;\n"
)


def sums_up(report: Report, rows: int) -> bool:
    parts = report.created + report.updated + report.skipped + report.failed
    return parts == report.rows == rows


def test_companies_come_in_whole(import_text: Importer, records: Found, boss: User) -> None:
    report = import_text(COMPANIES)
    assert (report.created, report.rows, report.finished) == (2, 2, True)
    found = records("company")
    dairy = found["Mleczarnia Łódź"]
    assert {n: getattr(dairy, n) for n in ("tax_id", "city", "country", "email", "phone")} == {
        "tax_id": "PL5260001246", "city": "Łódź", "country": "PL", "email": "biuro@m.pl",
        "phone": "+48226001020",
    }  # fmt: skip
    assert dairy.about == "=1+1"  # type: ignore[attr-defined]
    assert sorted(tag.name for tag in dairy.record.tags.all()) == ["hurt", "vip"]
    assert dairy.record.owner == dairy.record.created_by == boss
    assert [hit.record.id for hit in search(boss, "mleczarni lodz").records] == [dairy.pk]


def test_it_is_quiet(import_text: Importer, boss: User) -> None:
    import_text(COMPANIES)
    entries = Entry.objects.unguarded(reason="tests")
    assert [(e.type, e.author) for e in entries] == [("imported", boss)] * 2
    assert not Follow.objects.exists()


def test_persons_find_their_company_or_bring_it_once(import_text: Importer, records: Found) -> None:
    import_text(COMPANIES)
    report = import_text(
        "First name,Last name,Company,E-mail\n"
        "Jan,Kowalski,mleczarnia lodz,jan@x.pl\n"
        "Anna,Nowak,Nowa Firma,anna@x.pl\n"
        "Ola,Nowak,Nowa Firma;Żuraw,\n"
    )
    assert (report.kind, report.created, report.also_created) == ("person", 3, 1)
    people = {
        title: sorted(c.record.title for c in body.companies.unguarded(reason="tests"))  # type: ignore[attr-defined]
        for title, body in records("person").items()
    }
    assert people == {
        "Jan Kowalski": ["Mleczarnia Łódź"],
        "Anna Nowak": ["Nowa Firma"],
        "Ola Nowak": ["Nowa Firma", "Żuraw"],
    }


def test_deals_with_everything(import_text: Importer, records: Found) -> None:
    import_text(COMPANIES)
    report = import_text(
        "Deal;Client;NIP;Value;Etap;Close date;Contacts\n"
        "Big one;;5260001246;1 234,50 zł;Offer;25/12/2026;Jan Kot, anna@x.pl\n"
        "Other;Żuraw;;EUR 7;negotiation;2026-11-30;Jan Kot\n"
    )
    assert (report.created, report.failed) == (1, 1)
    assert report.failed_rows[0].row == 2
    import_text("Full name;E-mail\nAnna Nowak;anna@x.pl\n")
    report = import_text(
        "Deal;Client;NIP;Value;Etap;Close date;Contacts\n"
        "Big one;;5260001246;1 234,50 zł;Offer;25/12/2026;Jan Kot, anna@x.pl\n"
    )
    deal = records("deal")["Big one"]
    assert report.created == 1
    assert deal.company.record.title == "Mleczarnia Łódź"  # type: ignore[attr-defined]
    assert (str(deal.amount), deal.currency) == ("1234.50", "PLN")  # type: ignore[attr-defined]
    assert (deal.stage.slug, f"{deal.expected_close}") == ("offer", "2026-12-25")  # type: ignore[attr-defined]
    names = [p.record.title for p in deal.people.unguarded(reason="tests")]  # type: ignore[attr-defined]
    assert sorted(names) == ["Anna Nowak", "Jan Kot"]


@pytest.mark.parametrize(
    ("row", "same"),
    [
        ("Other name;526-000-12-46;", True),
        ("MLECZARNIA  LODZ;;", True),
        ("Other name;;BIURO@M.PL", True),
        ("Mleczarnia Łódź;999999;", False),
        ("Mleczarnia Łódź;;other@m.pl", False),
        ("Other name;;", False),
    ],
)
def test_what_is_the_same(import_text: Importer, row: str, same: bool) -> None:
    import_text(COMPANIES)
    report = import_text(f"Nazwa;NIP;E-mail\n{row}\n")
    assert (report.skipped, report.created) == ((1, 0) if same else (0, 1))


def test_namesakes_at_different_companies_are_two(import_text: Importer) -> None:
    report = import_text("Full name,Company\nJan Kot,Alfa\nJan Kot,Beta\nJan Kot,Alfa\n")
    assert (report.created, report.skipped, report.also_created) == (2, 1, 2)


def test_update_fills_in_and_tells_what_changed(
    import_text: Importer, records: Found, boss: User
) -> None:
    import_text(COMPANIES)
    report = import_text(
        "Nazwa;NIP;Miasto;Branża;Tagi\n"
        "MLECZARNIA LODZ;;;Mleko;nowy\n"
        "Żuraw;;Gdańsk;;\n"
        "Świeża;1234567890;;;\n",
        on_duplicate="update",
    )
    assert (report.updated, report.skipped, report.created) == (1, 1, 1)
    dairy = records("company")["Mleczarnia Łódź"]
    assert (dairy.industry, dairy.city) == ("Mleko", "Łódź")  # type: ignore[attr-defined]
    assert sorted(tag.name for tag in dairy.record.tags.all()) == ["hurt", "nowy", "vip"]
    assert Change.objects.get(record=dairy.pk).fields == {"industry": ["", "Mleko"]}
    told = Entry.objects.unguarded(reason="tests").filter(record=dairy.pk).order_by("-pk")[0]
    assert (told.type, told.author) == ("changed", boss)


def test_create_makes_twins_on_purpose(import_text: Importer) -> None:
    import_text(COMPANIES)
    assert import_text(COMPANIES, on_duplicate="create").created == 2
    assert import_text(COMPANIES).skipped == 2


def test_one_bad_row_spoils_no_other(import_text: Importer) -> None:
    report = import_text(
        "Nazwa;E-mail;Kraj;Opiekun;Telefon\n"
        "A;x@example.com;;;\n"
        "B;no address;;;\n"
        "C;;Atlantyda;;\n"
        "D;;;nobody@example.com;\n"
        ";y@example.com;;;\n"
        "E\0;;;;\n"
        "F;;;;;;one;too many\n"
        "G;;;;abc\n"
        ";;;;\n"
        "H;;;;\n"
    )
    assert (report.created, report.failed, report.skipped) == (2, 7, 1)
    assert [p.row for p in report.failed_rows] == [3, 4, 5, 6, 7, 8, 9]
    assert all(len(p.reason) > 10 for p in report.failed_rows)
    assert [p.row for p in report.skipped_rows] == [10]


@pytest.mark.parametrize(
    "seed", [*range(34), *(pytest.param(n, marks=pytest.mark.long) for n in range(34, 200))]
)
@pytest.mark.parametrize("mode", ["skip", "update", "create"])
def test_the_sum_is_right_for_careless_tables(
    seed: int, mode: str, boss: User, tmp_path: Path, import_text: Importer
) -> None:
    path = tmp_path / "companies.csv"
    rows, language = polluted(path, seed)
    options = importing.Options(kind="company", on_duplicate=mode)
    for _again in range(2):
        report = importing.import_table(path, by=boss, options=options)
        assert sums_up(report, rows), (seed, language, report)
        assert len(report.failed_rows) == report.failed
        assert len(report.skipped_rows) == report.skipped
        reasons = [p.reason for p in (*report.failed_rows, *report.skipped_rows)]
        assert all(reason and reason.isprintable() for reason in reasons)
    count = Record.objects.unguarded(reason="tests").count()
    made = ImportRow.objects.filter(outcome__in=["created", "related"]).count()
    assert count == made


@pytest.mark.parametrize("seed", range(8))
def test_a_dry_run_tells_the_same_and_keeps_nothing(
    seed: int, boss: User, tmp_path: Path, import_text: Importer
) -> None:
    import_text(COMPANIES)
    path = tmp_path / "companies.csv"
    polluted(path, seed)
    with nothing_changes():
        told = importing.import_table(path, by=boss, options=importing.Options(dry_run=True))
    done = importing.import_table(path, by=boss, options=importing.Options())
    numbers = ("created", "updated", "skipped", "failed", "also_created", "rows")
    assert [getattr(told, n) for n in numbers] == [getattr(done, n) for n in numbers]
    assert [p.row for p in told.failed_rows] == [p.row for p in done.failed_rows]
    assert told.id is None


def test_a_dry_run_of_persons_knows_the_companies_it_would_bring(import_text: Importer) -> None:
    text = "Full name,Company\nJan Kot,Alfa\nAnna Żak,Alfa\nJan Kot,Beta\nJan Kot,Alfa\n"
    with nothing_changes():
        told = import_text(text, dry_run=True)
    done = import_text(text)
    assert (told.created, told.skipped, told.also_created) == (3, 1, 2)
    assert (done.created, done.skipped, done.also_created) == (3, 1, 2)


NAUGHTY = [
    "undefined", "NULL", "true", "1E+02", "0x0", "<script>alert(1)</script>", "' OR 1=1 --",
    "${7*7}", "{{7*7}}", "%s%n", "../../etc/passwd", "田中さんにあげて下さい", "🙈🙉🙊", "Ω≈ç√∫",
    "ثم نفس سقطت", "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤", "👩‍👩‍👧‍👦", "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)",
    "＝1+1", "нет", "می‌خواهم", "﷽", "İstanbul", "ﬀ", "½", "١٢٣", "a'b\"c", "\\", "C:\\x",
]  # fmt: skip


def test_naughty_strings_are_kept_as_they_are(import_text: Importer, records: Found) -> None:
    quoted = [text.replace('"', '""') for text in NAUGHTY]
    report = import_text(
        "Name\tNotes\n" + "".join(f'"{text}"\t"{text}"\n' for text in quoted),
        on_duplicate="create",
    )
    assert report.failed_rows == []
    kept = {title: body.about for title, body in records("company").items()}  # type: ignore[attr-defined]
    assert kept == {text: text for text in NAUGHTY}


def test_rights_apply(import_text: Importer, records: Found) -> None:
    here, there = make_team(), make_team()
    member = make_user(teams=[here])
    make_record("company", "Hidden", owner=make_user(), team=there, who="team", tax_id="1234567890")
    make_record("company", "Seen", owner=make_user(), city="Łódź")
    reader = make_user(role=make_role("editor-of-own", scopes={"view": "all", "edit": "own"}))
    report = import_text("Name;NIP\nHidden;1234567890\nSeen;\n", by=member)
    assert (report.created, report.skipped) == (1, 1), "what is hidden is not known"
    update = import_text("Name;City\nSeen;Gdynia\n", by=reader, on_duplicate="update")
    assert (update.failed, update.updated) == (1, 0)
    assert records("company")["Seen"].city == "Łódź"  # type: ignore[attr-defined]
    with pytest.raises(Refused), nothing_changes():
        import_text("Name\nA\n", by=make_user(role=make_role("looks", scopes={"view": "all"})))


def test_an_owner_is_named_in_the_table(import_text: Importer, records: Found) -> None:
    anna = make_user("Anna Żak")
    import_text("Name;Owner\nA;anna zak\nB;\n")
    assert records("company")["A"].record.owner == anna
    assert records("company")["B"].record.owner != anna


def test_stopped_between_chunks_it_goes_on(
    import_text: Importer, boss: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 3)
    path = tmp_path / "t.csv"
    path.write_text("Name;NIP\n" + "".join(f"F{n};55500000{n:02d}\n" for n in range(10)))
    asked = iter([False, False, True])
    options = importing.Options()
    half = importing.import_table(path, by=boss, options=options, stop=lambda: next(asked))
    assert (half.created, half.finished) == (6, False)
    whole = importing.import_table(path, by=boss, options=options)
    assert (whole.created, whole.skipped, whole.finished, whole.id) == (10, 0, True, half.id)
    again = importing.import_table(path, by=boss, options=options)
    assert (again.skipped, again.created) == (10, 0)
    assert again.id != whole.id


def test_two_at_once_do_not_double(
    import_text: Importer, boss: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    path = tmp_path / "t.csv"
    path.write_text("Name\n" + "".join(f"F{n}\n" for n in range(6)))
    options = importing.Options(on_duplicate="create")
    inside: list[Report] = []

    def meanwhile(done: int, _total: int) -> None:
        if not inside:
            inside.append(importing.import_table(path, by=boss, options=options))

    with pytest.raises(Refused, match="elsewhere"):
        importing.import_table(path, by=boss, options=options, progress=meanwhile)
    assert inside[0].created == 6
    assert Record.objects.unguarded(reason="tests").count() == 6


def test_somebody_who_left_stops_importing(
    import_text: Importer, boss: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 1)
    path = tmp_path / "t.csv"
    path.write_text("Name\nA\nB\nC\n")

    def leave(done: int, _total: int) -> None:
        User.objects.filter(pk=boss.pk).update(deactivated_at="2026-01-01T00:00:00Z")

    with pytest.raises(Refused, match="Barbara Boss"):
        importing.import_table(path, by=boss, options=importing.Options(), progress=leave)
    assert Record.objects.unguarded(reason="tests").count() == 1


def test_a_failed_chunk_leaves_nothing_of_itself(
    import_text: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    real = ImportRow.objects.bulk_create
    calls: list[int] = []

    def break_second(rows: list[ImportRow]) -> object:
        calls.append(len(rows))
        if len(calls) == 2:
            raise ConnectionError("the cable was cut")
        return real(rows)

    monkeypatch.setattr(ImportRow.objects, "bulk_create", break_second)
    text = "Name\nA\nB\nC\nD\n"
    with pytest.raises(ConnectionError):
        import_text(text)
    assert Record.objects.unguarded(reason="tests").count() == 2
    assert import_text(text).created == 4
    assert Record.objects.unguarded(reason="tests").count() == 4
    assert Import.objects.count() == 1


def test_a_row_takes_nothing_from_the_sight_of_others(import_text: Importer, boss: User) -> None:
    """Whose a record is and who reads it stays with its owner; the other fields are updated."""
    other = make_user("Olga")
    company = make_record("company", "Orchard", owner=boss).record
    for heading, value in (("owner", other.email), ("audience", "me"), ("audience", "team")):
        text = f"company,{heading}\nOrchard,{value}\n"
        report = import_text(text, by=other, kind="company", on_duplicate="update")
        assert (report.failed, report.updated) == (1, 0), heading
    report = import_text(
        "company,city\nOrchard,Kraków\n", by=other, kind="company", on_duplicate="update"
    )
    assert report.updated == 1
    company.refresh_from_db()
    assert (company.owner, company.audience_id) == (boss, Audience.EVERYONE)
