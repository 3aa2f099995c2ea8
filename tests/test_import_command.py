"""`tablica import` as people run it: what it prints, its exit codes, Ctrl-C and kill -9."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tablica.cli.main import main
from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server
from tests.cast import make_user
from tests.checksum import nothing_changes

COMPANIES = (
    "Nazwa;NIP;Miasto;Tagi;Rubryka\nŻuraw;5260001246;Łódź;vip;x\nMłyn;;Ćma;;\n;;;;\nZ\0;;;;\n"
)


@pytest.fixture
def installation(make_server: MakeServer) -> Server:
    """An installation with one administrator."""
    made = make_server()
    words = "a long enough word"
    made.command("user", "add", "anna@example.com", "--role", "administrator", "--password-stdin",
                 typed=words)  # fmt: skip
    return made


@pytest.fixture
def companies(tmp_path: Path) -> Path:
    path = tmp_path / "firmy.csv"
    path.write_text(COMPANIES, encoding="cp1250")
    return path


def run(installation: Server, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tablica", *map(str, arguments)],
        env=installation.environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_table_comes_in_and_goes_out_again(installation: Server, companies: Path) -> None:
    dry = installation.facts("import", str(companies), "--dry-run")
    report = installation.facts("import", str(companies), "--kind", "company")
    assert {**dry, "id": 1, "dry_run": False} == report
    counted = ("rows", "created", "updated", "skipped", "failed")
    assert [report[name] for name in counted] == [4, 2, 0, 1, 1]
    assert report["ignored_columns"] == ["Rubryka"]
    assert (report["encoding"], report["delimiter"]) == ("cp1250", ";")
    assert [row["row"] for row in report["failed_rows"]] == [5]
    assert "NUL" in report["failed_rows"][0]["reason"]
    listed = installation.facts("import", "list")["imports"]
    assert [(i["id"], i["file"], i["created"]) for i in listed] == [(1, "firmy.csv", 2)]
    undone = installation.facts("import", "undo", "1")
    assert undone == {"id": 1, "removed": 2, "restored": 0, "left": []}
    assert installation.rows("SELECT count(*) FROM records_record") == [(0,)]


def test_people_read_sentences(installation: Server, companies: Path) -> None:
    said = installation.command("import", str(companies))
    assert "4 rows, 2 created, 0 updated, 1 skipped, 1 failed" in said
    assert "Nazwa → title" in said
    assert "Row 5 failed: " in said
    assert said.endswith("tablica import undo 1")


def test_a_spreadsheet_with_a_mapping_as_somebody(installation: Server, tmp_path: Path) -> None:
    installation.command("user", "add", "jan@example.com", "--password-stdin", typed="x" * 20)
    book = openpyxl.Workbook()
    for row in (["Kto", "Gdzie", "Od"], ["Alfa", "Łódź", "=1+1"], ["Beta", "Ryga", 5]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    mapping = tmp_path / "m.json"
    mapping.write_text(json.dumps({"Kto": "title", "Gdzie": "city", "Od": "about"}))
    options = ("--kind", "company", "--mapping", str(mapping), "--as", "jan@example.com")
    report = installation.facts("import", str(tmp_path / "t.xlsx"), *options)
    assert report["created"] == 2
    kept = installation.rows(
        "SELECT r.title, c.city, c.about, u.email FROM records_record r"
        " JOIN people_company c ON c.record_id = r.id"
        " JOIN accounts_user u ON u.id = r.owner_id ORDER BY r.id",
    )
    assert kept == [
        ("Alfa", "Łódź", "=1+1", "jan@example.com"),
        ("Beta", "Ryga", "5", "jan@example.com"),
    ]


REFUSED = [
    (["nowhere.csv"], "nowhere.csv"),
    ([""], "folder"),
    (["firmy.csv", "--kind", "dragon"], "company, person, "),
    (["firmy.csv", "--as", "nobody@example.com"], "nobody@example.com"),
    (["firmy.csv", "--encoding", "klingon"], "klingon"),
    (["picture.png"], "no table"),
    (["empty.csv"], "empty"),
    (["undo"], "which import"),
    (["undo", "7"], "7"),
    (["firmy.csv", "--mapping", "no.json"], "no JSON"),
    (["firmy.csv", "--mapping", "list.json"], '{"Column"'),
    (["firmy.csv", "--mapping", "wrong.json"], "“Nix”"),
]


@pytest.mark.django_db
def test_what_cannot_be_done_at_all_is_1_and_one_sentence(
    companies: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_user("Anna", role="administrator")
    folder = companies.parent
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "no.json").write_text("{")
    (folder / "list.json").write_text("[1]")
    (folder / "wrong.json").write_text('{"Nix": "title"}')
    for words, said in REFUSED:
        is_file = words[0] != "undo"
        named = [str(folder / w) if w.endswith(".json") else w for w in words[1:]]
        with nothing_changes():
            code = main(["import", str(folder / words[0]) if is_file else words[0], *named])
        out, warned = capsys.readouterr()
        assert (code, out) == (1, ""), words
        assert said in warned
        assert len(warned.strip().splitlines()) == 1, warned


@pytest.mark.django_db
def test_sentences_are_in_the_language_of_whoever_imports(
    companies: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    anna, maryam = make_user("Anna", role="administrator"), make_user("Maryam")
    anna.language, maryam.language = "pl", "fa"
    anna.save()
    maryam.save()
    assert main(["import", str(companies), "--kind", "smok"]) == 1
    assert "„smok”" in capsys.readouterr().err
    assert main(["import", str(companies), "--kind", "smok", "--as", maryam.email]) == 1
    assert "«smok»" in capsys.readouterr().err


@pytest.mark.django_db
def test_cards_are_told_by_their_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_user("Anna", role="administrator")
    path = tmp_path / "contacts.vcf"
    good = "BEGIN:VCARD\nVERSION:3.0\nFN:Żaneta Łącka\nX-ODD:1\nEND:VCARD\n"
    path.write_text(good + "BEGIN:VCARD\nTEL:1\nEND:VCARD\n", encoding="utf-8")
    assert main(["import", str(path)]) == 0
    said = capsys.readouterr().out
    assert "2 rows, 1 created, 0 updated, 0 skipped, 1 failed" in said
    assert "Card 2 failed: The card has no name." in said
    assert "Left out: X-ODD." in said


def test_without_an_administrator_it_says_what_to_do(
    make_server: MakeServer, companies: Path
) -> None:
    done = run(make_server(), "import", companies)
    assert done.returncode == 1
    assert "tablica user add" in done.stderr


def table(path: Path, count: int) -> Path:
    lines = [f"Firma {n};{5550000000 + n};Łódź;t{n % 7},vip" for n in range(count)]
    path.write_text("\n".join(["Nazwa;NIP;Miasto;Tagi", *lines]), encoding="utf-8")
    return path


def everything(installation: Server) -> list[Any]:
    """What the company has, without times and numbers that differ from run to run."""
    return [
        installation.rows(statement)
        for statement in (
            "SELECT r.title, c.tax_id, c.city FROM records_record r"
            " JOIN people_company c ON c.record_id = r.id ORDER BY 2",
            "SELECT r.title, t.key FROM records_recordtag x JOIN records_record r"
            " ON r.id = x.record_id JOIN records_tag t ON t.id = x.tag_id ORDER BY 1, 2",
            "SELECT r.title, e.type FROM wall_entry e JOIN records_record r"
            " ON r.id = e.record_id ORDER BY 1, 2",
            "SELECT r.title FROM search_searchdocument d JOIN records_record r"
            " ON r.id = d.record_id ORDER BY 1",
            "SELECT number, outcome FROM transfer_importrow ORDER BY 1",
        )
    ]


def started(installation: Server, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tablica", "import", str(path), "--json"],
        env=installation.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def dealt_with(installation: Server) -> int:
    found = installation.rows("SELECT done FROM transfer_import ORDER BY id DESC LIMIT 1")
    return int(found[0][0]) if found else 0


def wait_for(installation: Server, count: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while dealt_with(installation) < count and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_killed_anywhere_and_run_again_the_end_is_the_same(
    make_server: MakeServer, installation: Server, tmp_path: Path
) -> None:
    path = table(tmp_path / "t.csv", 900)
    quiet = make_server()
    quiet.command("user", "add", "anna@example.com", "--role", "administrator", "--password-stdin",
                  typed="a long enough word")  # fmt: skip
    began = time.monotonic()
    quiet.command("import", str(path))
    hundred = (time.monotonic() - began) / 9
    rng = random.Random(7)
    killed = 0
    for goal in (1, 101, 201):
        process = started(installation, path)
        wait_for(installation, goal, process)
        time.sleep(rng.random() * hundred)
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        done = dealt_with(installation)
        assert installation.rows("SELECT count(*) FROM transfer_importrow") == [(done,)]
        assert installation.rows("SELECT count(*) FROM records_record") == [(done,)]
    assert killed >= 2, "else the test proves nothing"
    report = installation.facts("import", str(path))
    assert (report["rows"], report["finished"], report["failed"]) == (900, True, 0)
    assert report["created"] == 900
    assert everything(installation) == everything(quiet)


def test_ctrl_c_stops_between_chunks_and_goes_on(installation: Server, tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", 1200)
    process = started(installation, path)
    wait_for(installation, 1, process)
    process.send_signal(signal.SIGINT)
    said, warned = process.communicate(timeout=60)
    report = json.loads(said)
    assert process.returncode == 130
    assert report["finished"] is False
    assert 0 < report["created"] < 1200
    assert report["created"] % 100 == 0
    assert "goes on" in json.loads(warned)["error"]
    assert installation.facts("import", str(path))["created"] == 1200
