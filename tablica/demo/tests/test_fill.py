"""Filling an empty database: in transactions, to its end, and only where nothing is."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import F

from tablica.accounts.models import User
from tablica.cli.main import main
from tablica.demo.fill import fill
from tablica.demo.models import Filling
from tablica.notices.models import Notice
from tablica.notices.queries import unread_count
from tablica.records.models import Change, Record
from tablica.search.models import SearchDocument
from tablica.shared.errors import Refused
from tablica.spaces.models import Idea, Poll, Question
from tablica.wall.models import Comment, Entry, EntryTag

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


def test_what_was_stopped_in_the_middle_goes_on_to_the_same_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tablica.demo.fill.TOGETHER", 1)
    monkeypatch.setattr("tablica.demo.filler.ENOUGH", 500)
    with transaction.atomic():
        whole = fill("2000", seed=3, password=PASSWORD, now=NOW)
        told = _everything()
        transaction.set_rollback(True)
    with pytest.raises(KeyboardInterrupt):
        fill("2000", seed=3, password=PASSWORD, now=NOW, progress=_stop_after(1_200))
    assert 0 < Entry.objects.unguarded(reason=WHY).count() < whole.counts["entries"]
    # Its day goes on from where it began, whatever the clock says now.
    again = fill("2000", seed=3, password="another-password-now", now=NOW + timedelta(days=40))
    assert again.counts == whole.counts
    assert _everything() == told
    assert not Filling.objects.exists()
    assert User.objects.all()[0].check_password("another-password-now")
    with pytest.raises(Refused, match="something in this database"):
        fill("2000", seed=3, password=PASSWORD, now=NOW)


def _everything() -> list[list[tuple[object, ...]]]:
    """All that was told, without the numbers that the engine counts for itself."""
    return [
        sorted(table._base_manager.values_list(*fields))
        for table, fields in (
            (Record, ("pk", "kind", "title", "version", "touched_at", "owner")),
            (Entry, ("pk", "record", "body", "happened_at", "version")),
            (Comment, ("pk", "entry", "body")),
            (SearchDocument, ("pk", "record", "happened_at")),
            (EntryTag, ("entry", "tag__name")),
            (Change, ("record", "version", "at")),
        )
    ]


def _stop_after(entries: int) -> Callable[[int, int], None]:
    def stop(told: int, total: int) -> None:
        if told > entries:
            raise KeyboardInterrupt

    return stop


def test_another_story_does_not_go_on_with_what_was_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tablica.demo.fill.TOGETHER", 1)
    monkeypatch.setattr("tablica.demo.filler.ENOUGH", 200)
    with pytest.raises(KeyboardInterrupt):
        fill("600", seed=3, password=PASSWORD, now=NOW, progress=_stop_after(300))
    assert main(["demo", "--size", "600", "--seed", "4"]) == 1
    assert "--size 600 --seed 3" in capsys.readouterr().err
    Entry.objects.unguarded(reason=WHY).order_by("-pk")[0].delete()
    assert main(["demo", "--size", "600", "--seed", "3"]) == 1
    assert "changed since" in capsys.readouterr().err


def test_stopping_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tablica.demo.fill.TOGETHER", 1)
    monkeypatch.setattr("tablica.demo.filler.ENOUGH", 200)
    monkeypatch.setattr("tablica.cli.demo._show", _stop_after(300))
    assert main(["demo", "--size", "600"]) == 130
    assert "The same command goes on" in capsys.readouterr().err
    monkeypatch.setattr("tablica.cli.demo._show", lambda told, total: None)
    assert main(["demo", "--size", "600"]) == 0


def test_two_who_fill_at_once_do_not_mix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tablica.demo.fill.TOGETHER", 1)
    monkeypatch.setattr("tablica.demo.filler.ENOUGH", 200)

    def overtake(told: int, total: int) -> None:
        Filling.objects.update(batches=F("batches") + 1)

    with pytest.raises(Refused, match="Another command"):
        fill("600", seed=3, password=PASSWORD, now=NOW, progress=overtake)


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


def test_people_find_what_happened_lately_behind_the_bell() -> None:
    fill("small", seed=1, password=PASSWORD, now=NOW)
    told = [unread_count(user) for user in User.objects.all()]
    assert sum(count > 0 for count in told) > len(told) // 2
    read = Notice.objects.unguarded(reason=WHY).exclude(read_at=None)
    assert read.filter(reason=Notice.Reason.TALK).exists()
    assert not read.filter(at__gt=NOW - timedelta(days=2)).exists()


def test_spaces_have_questions_polls_and_ideas_in_every_language() -> None:
    fill("small", seed=1, password=PASSWORD, now=NOW)
    emily = User.objects.get(email="emily@zielonyregal.example")
    assert Poll.objects.count() == 4
    assert all(poll.choices.count() == 3 and poll.votes.exists() for poll in Poll.objects.all())
    assert {idea.status for idea in Idea.objects.all()} == {"new", "planned", "done", "declined"}
    for question in Question.objects.all():
        assert question.answer is not None
        assert question.answer.entry_id == question.pk
    answered = Comment.objects.visible_to(emily).filter(pk__in=Question.objects.values("answer"))
    assert answered.count() == 3
