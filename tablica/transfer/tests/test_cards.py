"""Cards as telephones and mail programs write them become persons and companies."""

from __future__ import annotations

import quopri
import random
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tablica.accounts.models import User
from tablica.people.models import Company, Person
from tablica.records.models import Record, RecordModel
from tablica.shared.errors import Refused
from tablica.transfer.commands.importing import Options, import_table
from tablica.transfer.commands.undoing import undo_import
from tablica.transfer.report import Report
from tablica.transfer.tables import Unreadable, read
from tablica.transfer.tables.vcards import LONGEST_CARD
from tablica.transfer.tests.conftest import Importer
from tests.cast import make_record, make_user
from tests.checksum import difference, nothing_changes, snapshot
from tests.pace import patience

Records = Callable[[str], dict[str, RecordModel]]

IPHONE = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 17.4//EN
N:Łącka;Żaneta;;;
FN:Żaneta Łącka
ORG:Piekarnia Jodła\\, Kraków;Zakupy
TITLE:Kierowniczka
EMAIL;type=INTERNET;type=HOME:zaneta@dom.example
EMAIL;type=INTERNET;type=WORK;type=pref:zaneta@jodla.example
TEL;type=CELL;type=VOICE;type=pref:+48 600 100 200
TEL;type=WORK;type=VOICE:+48 12 345 67 89
item1.TEL:+48 12 000 00 00
item1.X-ABLabel:_$!<Magazyn>!$_
item2.ADR;type=WORK;type=pref:;;ul. Długa 5;Kraków;;31-001;Polska
item2.X-ABADR:pl
item3.URL;type=pref:https\\://jodla.example
item3.X-ABLabel:_$!<HomePage>!$_
BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-15
NOTE:Woli kawę\\nbez cukru\\; zawsze
CATEGORIES:VIP,stały klient
X-SOCIALPROFILE;type=linkedin:https://social.example/zaneta
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAASABIAAD/4QBYRXhpZgAATU0AKgAAAAgAAgESAAMA
 AAABAAEAAIdpAAQAAAABAAAAJgAAAAAAA6ABAAMAAAABAAEAAKACAAQAAAABAAAA
END:VCARD
""".replace("\n", "\r\n")


def only(records: Records, kind: str = "person") -> RecordModel:
    ((_title, found),) = records(kind).items()
    return found


def test_a_card_of_a_telephone(import_text: Importer, records: Records) -> None:
    report = import_text(IPHONE, name="kontakty.vcf")
    assert (report.created, report.also_created, report.failed) == (1, 1, 0)
    person = only(records)
    assert isinstance(person, Person)
    assert person.record.title == "Żaneta Łącka"
    assert companies_of(person) == ["Piekarnia Jodła, Kraków"]
    assert (person.position, person.city) == ("Kierowniczka", "Kraków")
    assert person.email == "zaneta@jodla.example"
    assert (person.mobile, person.phone) == ("+48600100200", "+48123456789")
    assert person.birthday is None
    assert person.about.splitlines() == [
        "Woli kawę",
        "bez cukru; zawsze",
        "Website: https://jodla.example",
        "Address: ul. Długa 5, 31-001 Kraków, Polska",
        "Department: Zakupy",
        "Other e-mails: zaneta@dom.example (home)",
        "Other phones: +48 12 000 00 00 (Magazyn)",
        "Birthday: --03-15",
    ]
    assert {t.name for t in person.record.tags.all()} == {"VIP", "stały-klient"}
    assert report.as_dict()["ignored_columns"] == ["X-SOCIALPROFILE", "PHOTO"]


def numbers_of(person: Person) -> list[int]:
    return [job.company_id for job in person.employments.order_by("pk")]


def companies_of(person: Person) -> list[str]:
    found = Record.objects.unguarded(reason="tests").in_bulk(numbers_of(person))
    return [found[number].title for number in numbers_of(person)]


def quoted(text: str, encoding: str) -> str:
    """As version 2.1 writes it, with the soft breaks of lines."""
    return quopri.encodestring(text.encode(encoding)).decode().replace("\n", "\r\n")


def test_a_card_of_outlook(boss: User, tmp_path: Path, records: Records) -> None:
    about = "Звонить после обеда, спрашивать бухгалтерию; договор лежит у секретаря на столе"
    text = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\n"
        f"N;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:{quoted('Щукин;Юрий', 'cp1251')}\r\n"
        f"FN;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:{quoted('Юрий Щукин', 'cp1251')}\r\n"
        f"ORG;CHARSET=UTF-8;QUOTED-PRINTABLE:{quoted('Хлебный дом «Маяк»', 'utf-8')}\r\n"
        f"NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:{quoted(about, 'utf-8')}\r\n"
        "TEL;WORK;VOICE:+7 495 000 00 01\r\nTEL;CELL;VOICE:+7 900 000 00 02\r\n"
        "TEL;WORK;FAX:+7 495 000 00 03\r\nEMAIL;PREF;INTERNET:yura@mayak.example\r\n"
        "AGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nN:Секретарь\r\nEND:VCARD\r\n"
        "PHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n    /9j/4AAQ==\r\n\r\n"
        "BDAY:19850412\r\nEND:VCARD\r\n"
    )
    path = tmp_path / "Юрий.vcf"
    path.write_text(text, encoding="utf-8", newline="")
    report = import_table(path, by=boss, options=Options())
    assert (report.created, report.failed) == (1, 0), report.failed_rows
    person = only(records)
    assert isinstance(person, Person)
    assert person.record.title == "Юрий Щукин"
    assert companies_of(person) == ["Хлебный дом «Маяк»"]
    assert (person.phone, person.mobile) == ("+74950000001", "+79000000002")
    assert person.birthday == date(1985, 4, 12)
    assert person.about == f"{about}\nOther phones: +7 495 000 00 03 (fax, work)"
    assert report.as_dict()["ignored_columns"] == ["AGENT", "PHOTO"]


GOOGLE = """BEGIN:VCARD
VERSION:3.0
FN:مریم رضایی
N:رضایی;مریم;;;
TEL;TYPE=CELL:۰۹۱۲۳۴۵۶۷۸۹
item1.ORG:داروخانه یاس
NOTE:می‌خواهد فردا زنگ بزنیم
BDAY:1990-02-30
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:
N:;;;;
ORG:Orchard Books Ltd
TEL;TYPE=CELL:+44 20 7946 0000
ADR;TYPE=WORK:;Unit 4;12 High Street;York;;YO1 7EP;United Kingdom
URL:orchard.example
TITLE:Shop
END:VCARD
"""

FOUR = """BEGIN:VCARD
VERSION:4.0
KIND:individual
FN;PREF=2:J. Kowalski
FN;PREF=1:Jan Kowalski
N:Kowalski;Jan;Maria,Józef;dr;
TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+48-22-555-55-55;ext=5
EMAIL:mailto:jan@poczta.example
LANG:pl
BDAY:19771231T101500Z
GENDER:M
UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1
END:VCARD
BEGIN:VCARD
VERSION:4.0
KIND:org
FN:Młyn Wodny
LANG:de
ADR;TYPE=work:;;Rynek 1;Łódź;łódzkie;90-001;Republik Polen
END:VCARD
"""


def test_persons_and_companies_of_one_file(import_text: Importer, records: Records) -> None:
    persons = import_text(GOOGLE, name="contacts.vcf")
    assert persons.kind == "person"
    assert (persons.created, persons.skipped, persons.rows) == (1, 1, 2)
    assert persons.skipped_rows[0].row == 2
    assert "--kind company" in persons.skipped_rows[0].reason
    maryam = only(records)
    assert isinstance(maryam, Person)
    assert maryam.about == "می‌خواهد فردا زنگ بزنیم\nBirthday: 1990-02-30"
    assert companies_of(maryam) == ["داروخانه یاس"]

    companies = import_text(GOOGLE, name="contacts.vcf", kind="company")
    assert (companies.created, companies.skipped) == (1, 1)
    orchard = records("company")["Orchard Books Ltd"]
    assert isinstance(orchard, Company)
    assert (orchard.phone, orchard.country, orchard.city) == ("+442079460000", "GB", "York")
    assert orchard.address == "12 High Street, Unit 4, YO1 7EP"
    assert orchard.website.endswith("orchard.example")
    assert orchard.about == "Position: Shop"


def test_cards_of_version_four(import_text: Importer, records: Records) -> None:
    assert import_text(FOUR, name="nextcloud.vcf").created == 1
    jan = only(records)
    assert isinstance(jan, Person)
    assert (jan.record.title, jan.language) == ("Jan Kowalski", "pl")
    assert (jan.phone, jan.email) == ("+48225555555", "jan@poczta.example")
    assert jan.birthday == date(1977, 12, 31)
    assert jan.about == "Other names: J. Kowalski"
    assert import_text(FOUR, name="nextcloud.vcf", kind="company").created == 1
    mill = only(records, "company")
    assert isinstance(mill, Company)
    assert (mill.address, mill.country) == ("Rynek 1, 90-001, łódzkie", "")
    assert sorted(mill.about.splitlines()) == ["Country: Republik Polen", "Language: de"]


def test_a_company_that_is_here_is_linked(
    import_text: Importer, records: Records, boss: User
) -> None:
    here = make_record("company", "Piekarnia Jodła, Kraków", owner=boss)
    assert import_text(IPHONE, name="k.vcf").also_created == 0
    person = only(records)
    assert isinstance(person, Person)
    assert numbers_of(person) == [here.pk]


def test_a_mapping_brings_in_what_is_else_left_out(import_text: Importer, records: Records) -> None:
    report = import_text(
        IPHONE, name="k.vcf", mapping={"X-SOCIALPROFILE": "about", "NOTE": None, "TITLE": None}
    )
    person = only(records)
    assert isinstance(person, Person)
    lines = person.about.splitlines()
    assert "https://social.example/zaneta" in lines and "Woli kawę" not in lines
    assert person.position == ""
    ignored = report.as_dict()["ignored_columns"]
    assert isinstance(ignored, list) and {"NOTE", "TITLE", "PHOTO"} <= set(ignored)


@pytest.mark.parametrize("kind", ["deal", "space"])
def test_a_card_is_no_deal(import_text: Importer, kind: str) -> None:
    with nothing_changes(), pytest.raises(Refused):
        import_text(IPHONE, name="k.vcf", kind=kind)


def test_the_same_cards_again_are_skipped_and_all_is_taken_back(import_text: Importer) -> None:
    import_text("company\nElsewhere\n", kind="company")
    before = snapshot()
    with nothing_changes():
        assert import_text(IPHONE + GOOGLE, name="k.vcf", dry_run=True).created == 2
    first = import_text(IPHONE + GOOGLE, name="k.vcf")
    assert first.id is not None
    assert import_text(IPHONE + GOOGLE, name="k.vcf").skipped == 3
    undo_import(first.id)
    after = snapshot()
    volatile = {"transfer_import", "transfer_importrow", "trail_line", "trail_end"}
    assert not difference(
        {k: v for k, v in before.items() if k not in volatile},
        {k: v for k, v in after.items() if k not in volatile},
    )


def card(name: str, *lines: str, version: str = "3.0") -> str:
    return "\n".join(["BEGIN:VCARD", f"VERSION:{version}", f"FN:{name}", *lines, "END:VCARD", ""])


FAULTY = {
    "no end": (card("Bad").replace("END:VCARD\n", ""), "END:VCARD"),
    "no name": ("BEGIN:VCARD\nVERSION:3.0\nTEL:1\nEND:VCARD\n", "name"),
    "nul": (card("Ba\0d"), "NUL"),
    "half a character": (card("Ba\udc80d"), "character"),
    "huge line": (card("Bad", "NOTE:" + "x" * (LONGEST_CARD + 5)), "too long"),
    "huge folded line": (card("Bad", "NOTE:" + "x\n " * (LONGEST_CARD + 5)), "too long"),
    "long note": (card("Bad", "NOTE:" + "x" * 20_000), "About"),
    "many tags": (card("Bad", "CATEGORIES:" + ",".join(map(str, range(100_000)))), "At most"),
    "many companies": (card("Bad", *(f"ORG:c{n}" for n in range(5_000))), "At most"),
    "nested": (card("Bad", card("Inner", "END:VCARD")).replace("END:VCARD\nEND", "END"), "END"),
    "no address": (card("Bad", "EMAIL:nobody"), "E-mail"),
    "long name": (card("B" * 5_000), "250"),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_a_faulty_card_costs_nobody_but_itself(
    fault: str, boss: User, tmp_path: Path, records: Records
) -> None:
    bad, said = FAULTY[fault]
    path = tmp_path / "k.vcf"
    path.write_text(card("Łucja") + bad + card("Żółć"), encoding="utf-8", errors="surrogateescape")
    report = import_table(path, by=boss, options=Options())
    assert [row.row for row in report.failed_rows] == [2]
    assert said in report.failed_rows[0].reason
    assert len(report.failed_rows[0].reason.splitlines()) == 1
    assert {"Łucja", "Żółć"} <= set(records("person"))
    assert "Bad" not in records("person")


def test_text_outside_of_cards_is_told(import_text: Importer) -> None:
    report = import_text(card("Ada") + "lost: words\nmore\n" + card("Ewa"), name="k.vcf")
    assert (report.created, report.failed, report.rows) == (2, 1, 3)
    assert report.failed_rows[0].row == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "no_cards"), (b"nothing here\n", "no_cards"), (b"\xff\xfe", "no_cards")],
)
def test_a_file_without_cards_is_refused(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "k.vcf"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        read(path)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8-sig", "Łucja Żak"), ("utf-16", "Łucja Żak"), ("utf-16", "مریم"),
        ("cp1250", "Wójcik Świętosława"), ("cp1251", "Щукин Юрий Николаевич"),
    ],
)  # fmt: skip
def test_the_encoding_is_found_out(encoding: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / "cards.txt"
    path.write_bytes(card(name).encode(encoding))
    table = read(path)
    assert [row.cells for row in table.rows] == [[name]]


def test_a_letter_folded_in_the_middle_is_whole(tmp_path: Path) -> None:
    raw = card("Żółć").encode()
    at = raw.index("Ż".encode()) + 1
    path = tmp_path / "k.vcf"
    path.write_bytes(raw[:at] + b"\r\n " + raw[at:])
    assert [row.cells for row in read(path).rows] == [["Żółć"]]


def test_broken_lines_without_folding_belong_to_what_is_above(tmp_path: Path) -> None:
    path = tmp_path / "k.vcf"
    path.write_text(card("Ada", "NOTE:one", "two words", "three"), encoding="utf-8")
    table = read(path)
    assert dict(zip(table.columns, next(iter(table.rows)).cells, strict=True)) == {
        "FN": "Ada",
        "NOTE": "one\ntwo words\nthree",
    }


def test_ten_thousand_cards_are_read_quickly(tmp_path: Path) -> None:
    lines = ("TEL;TYPE=CELL:+48 600 000 000", "EMAIL:a@b.example", "X-UNKNOWN:1", "ORG:Firma;A;B")
    path = tmp_path / "k.vcf"
    path.write_text("".join(card(f"Osoba {n}", *lines) for n in range(10_000)), encoding="utf-8")
    started = time.process_time()
    assert len(read(path).rows) == 10_000
    took = time.process_time() - started
    assert took < patience(10, time.process_time)


def test_a_file_of_hostile_lines_is_read_in_time_linear_in_its_size(tmp_path: Path) -> None:
    """Each is two megabytes of what makes careless readers take hours."""
    size = 2_000_000
    for hostile in (
        card("A", "X" + ';a="' * (size // 4)),
        card("A", "TEL" + ";TYPE=a" * (size // 7) + ":1"),
        card("A", "N:" + "\\" * size),
        card("A", "x\n" * (size // 2)),
        "BEGIN:VCARD\n" * (size // 12),
        card("A", "NOTE;ENCODING=QUOTED-PRINTABLE:" + "=\n" * (size // 2)),
        "".join(card("A", f"X-{n}:1") for n in range(size // 60)),
    ):
        path = tmp_path / "k.vcf"
        path.write_text(hostile, encoding="utf-8")
        started = time.monotonic()
        table = read(path)
        took = time.monotonic() - started
        assert len(table.columns) < 100
        assert took < patience(30), hostile[:60]


@pytest.mark.parametrize("seed", range(30))
def test_the_outcomes_add_up_whatever_is_in_the_file(
    seed: int, boss: User, import_text: Importer
) -> None:
    rng = random.Random(seed)
    whole = list(IPHONE + GOOGLE + FOUR)
    for _ in range(rng.randrange(1, 60)):
        at = rng.randrange(len(whole))
        whole[at] = rng.choice(
            ["", "\n", ":", ";", "\\", "=", '"', "\0", "\x1f", "é", "\u202e", "\r"]
        )
    report = import_text("".join(whole), name="k.vcf")
    assert report.created + report.updated + report.skipped + report.failed == report.rows
    assert report.finished and report.rows >= 1


def test_a_stopped_import_of_cards_goes_on(
    boss: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tablica.transfer.commands.importing.CHUNK", 2)
    path = tmp_path / "k.vcf"
    path.write_text("".join(card(f"Osoba {n}") for n in range(7)), encoding="utf-8")
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) == 3

    first = import_table(path, by=boss, options=Options(), stop=stop)
    assert (first.created, first.finished) == (4, False)
    whole: Report = import_table(path, by=boss, options=Options())
    assert (whole.id, whole.created, whole.finished) == (first.id, 7, True)
    assert Record.objects.unguarded(reason="tests").count() == 7


def test_a_member_sees_no_hidden_company_through_a_card(
    import_text: Importer, records: Records, boss: User
) -> None:
    hidden = make_record("company", "Piekarnia Jodła, Kraków", owner=boss, who="me")
    member = make_user("Marek")
    assert import_text(IPHONE, name="k.vcf", by=member).also_created == 1
    person = only(records)
    assert isinstance(person, Person)
    assert hidden.pk not in numbers_of(person)
