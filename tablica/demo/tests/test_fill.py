"""Filling an empty database: all of it or nothing, and only where nothing is."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest

from tablica.accounts.models import User
from tablica.cli.main import main
from tablica.demo.fill import fill
from tablica.records.models import Record
from tablica.shared.errors import Refused
from tablica.wall.models import Entry

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
PASSWORD = "chalk-board-seven-lines"
WHY = "the test looks at everything"

pytestmark = pytest.mark.django_db


def test_a_team_s_clients_are_hidden_from_other_teams() -> None:
    fill("3000", seed=2, password=PASSWORD, now=NOW)
    hidden = Record.objects.unguarded(reason=WHY).filter(audience__type="team")
    assert hidden.exists()
    foreign = hidden.filter(team__name="East").first()
    karolina = User.objects.get(email="karolina@zielonyregal.example")
    assert foreign is None or not Record.objects.visible_to(karolina).filter(pk=foreign.pk).exists()
    oksana = User.objects.get(email="oksana@zielonyregal.example")
    assert foreign is None or Record.objects.visible_to(oksana).filter(pk=foreign.pk).exists()


def test_a_database_with_anything_in_it_is_refused() -> None:
    fill("150", seed=1, password=PASSWORD, now=NOW)
    before = Entry.objects.unguarded(reason=WHY).count()
    with pytest.raises(Refused):
        fill("100", seed=1, password=PASSWORD, now=NOW)
    assert Entry.objects.unguarded(reason=WHY).count() == before


def test_an_error_on_the_way_leaves_nothing() -> None:
    def stop(told: int, total: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError):
        fill("5000", seed=1, password=PASSWORD, now=NOW, progress=stop)
    assert not Record.objects.unguarded(reason=WHY).exists()
    assert not User.objects.exists()


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    fill("5000", seed=1, password=PASSWORD, now=NOW, progress=lambda a, b: told.append((a, b)))
    assert told and told[0][1] == 5000 and 4_000 <= told[0][0] < 5_500


def test_the_command_line_tells_who_may_sign_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    assert main(["demo", "--size", "150", "--password-stdin", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["password"] == PASSWORD and told["people"][0]["role"] == "manager"
    assert User.objects.get(email=told["people"][0]["email"]).check_password(PASSWORD)
    assert main(["demo"]) == 1
    assert "empty" in capsys.readouterr().err


@pytest.mark.parametrize("size", ["enormous", "5", "-1"])
def test_a_size_that_is_none_is_wrong_usage(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["demo", "--size", size])
    assert stopped.value.code == 2
    assert size in capsys.readouterr().err
