"""`tablica user leave`: to the end, also when it is killed in the middle."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest

from tablica.accounts.models import User
from tablica.cli.main import main
from tablica.records.models import Record
from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server
from tests.cast import again, make_record, make_user
from tests.checksum import nothing_changes

RECORDS = 1_000
NAMES = "".join(f"Client {number}\n" for number in range(RECORDS))


@pytest.mark.django_db
def test_everything_goes_to_the_one_who_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    make_user("Boss", role="administrator")
    anna, marek = make_user("Anna"), make_user("Marek")
    for kind in ("company", "deal", "space"):
        make_record(kind, owner=anna)
    words = ["user", "leave", anna.email, "--to", marek.email]
    with nothing_changes():
        assert main([*words, "--dry-run", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["to"] == {marek.email: 3}
    assert main(words) == 0
    assert f"3 to {marek.email}" in capsys.readouterr().out
    assert not again(anna).is_active
    owned = Record.objects.unguarded(reason="tests").filter(owner=marek)
    assert owned.count() == 3


@pytest.mark.django_db
def test_the_last_administrator_stays(capsys: pytest.CaptureFixture[str]) -> None:
    boss, marek = make_user("Boss", role="administrator"), make_user("Marek")
    make_record("company", owner=boss)
    with nothing_changes():
        assert main(["user", "leave", boss.email, "--to", marek.email]) == 1
    assert "administer" in capsys.readouterr().err


@pytest.mark.django_db
def test_without_anybody_to_take_it_nothing_begins(capsys: pytest.CaptureFixture[str]) -> None:
    make_user("Boss", role="administrator")
    lonely = make_user("Lonely")
    make_record("company", owner=lonely)
    with nothing_changes():
        assert main(["user", "leave", lonely.email]) == 1
    assert "Choose first" in capsys.readouterr().err
    assert User.objects.get(pk=lonely.pk).is_active


def passed_on(office: Server) -> tuple[int, int, int]:
    """How many records the successor owns, and how often an owner was changed and told."""
    marek = "(SELECT id FROM accounts_user WHERE email = 'marek@example.org')"
    ((owned,),) = office.rows(f"SELECT count(*) FROM records_record WHERE owner_id = {marek}")
    ((changed,),) = office.rows("SELECT count(*) FROM records_change")
    ((told,),) = office.rows("SELECT count(*) FROM wall_entry WHERE type = 'changed'")
    return owned, changed, told


def test_killed_in_the_middle_it_goes_on_and_each_record_changes_once(
    make_server: MakeServer,
) -> None:
    office = make_server()
    for name, role in (("boss", "administrator"), ("anna", "member"), ("marek", "member")):
        office.command("user", "add", f"{name}@example.org", "--role", role)
    table = office.data / "clients.csv"
    table.write_text(f"title\n{NAMES}", encoding="utf-8")
    office.command("import", str(table), "--kind", "company", "--as", "anna@example.org")
    words = ["user", "leave", "anna@example.org", "--to", "marek@example.org"]
    running = subprocess.Popen(
        [sys.executable, "-m", "tablica", *words],
        env=office.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not passed_on(office)[0] and running.poll() is None:
        time.sleep(0.005)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL, "it ended before it was killed: the premise fails"
    owned, changed, told = passed_on(office)
    assert owned == changed == told
    assert 0 < owned < RECORDS
    told_at_the_end = office.facts(*words)
    assert told_at_the_end["finished"]
    assert told_at_the_end["to"] == {"marek@example.org": RECORDS}
    assert passed_on(office) == (RECORDS, RECORDS, RECORDS)
