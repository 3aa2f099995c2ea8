"""The page of the trash."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tablica.accounts.models import User
from tablica.records.models import Audience
from tablica.wall.commands import comments, entries, lives
from tablica.wall.queries.trash import trash_of
from tests import world
from tests.cast import Three
from tests.checksum import nothing_changes


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def lies_in(user: User) -> set[str]:
    return {row.title for row in trash_of(user).rows}


@pytest.fixture
def thrown(three: Three) -> dict[str, int]:
    """Of the owner's team: a company, an entry and a comment in the trash."""
    owner = three.owner
    company = world.company(owner, "Old client", team=three.team, audience=world.the_team())
    lives.trash_record(company.pk, by=owner)
    entry = world.note(three.company, owner, "An entry of no use")
    entries.trash_entry(entry.pk, by=owner)
    kept = world.note(three.company, owner, "kept")
    comment = world.comment(kept, owner, "A comment too much")
    comments.trash_comment(comment.pk, by=owner)
    return {"record": company.pk, "entry": entry.pk, "comment": comment.pk}


@pytest.mark.parametrize("what", ["record", "entry", "comment"])
def test_it_comes_back_by_a_plain_form_and_in_place(three: Three, thrown: dict[str, int], what):
    client = as_user(three.owner)
    assert len(lies_in(three.owner)) == 3
    plain = client.post(f"/trash/{what}/{thrown[what]}/undo")
    assert plain.headers["Location"] == "/trash"
    assert len(lies_in(three.owner)) == 2
    assert client.post(f"/trash/{what}/{thrown[what]}/undo").status_code == 404


def test_in_place_the_answer_is_a_toast(three: Three, thrown: dict[str, int]):
    path = f"/trash/entry/{thrown['entry']}/undo"
    answer = as_user(three.owner).post(path, headers={"HX-Request": "true"})
    assert "The entry is back on Mleczarnia Łódź." in answer.content.decode()
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("what", ["record", "entry", "comment"])
def test_a_stranger_finds_and_takes_nothing(three: Three, thrown: dict[str, int], what: str):
    client = as_user(three.stranger)
    assert "Old client" in as_user(three.owner).get("/trash").content.decode()
    assert "Nothing of yours is in the trash." in client.get("/trash").content.decode()
    with nothing_changes():
        assert client.post(f"/trash/{what}/{thrown[what]}/undo").status_code == 404
        assert client.get(f"/trash/{what}/{thrown[what]}/undo").status_code == 405


def test_a_colleague_who_may_not_delete_does_not_see_it_here(three: Three, thrown: dict[str, int]):
    assert lies_in(three.colleague) == set()
    three.colleague.role = world.role("cleaner", view="all", delete="all")
    three.colleague.save()
    colleague = User.objects.get(pk=three.colleague.pk)
    assert lies_in(colleague) == {"Old client", "An entry of no use", "A comment too much"}


def test_a_private_entry_stays_its_authors(three: Three):
    note = world.note(
        three.company, three.colleague, "private", audience=Audience.objects.get(key="me")
    )
    entries.trash_entry(note.pk, by=three.colleague)
    assert lies_in(three.colleague) == {"private"}
    boss = world.user("Boss", "administrator")
    assert lies_in(boss) == set()


def test_what_hangs_on_a_thrown_record_comes_back_with_it(three: Three, thrown: dict[str, int]):
    lives.trash_record(three.company.pk, by=three.owner)
    assert lies_in(three.owner) == {"Old client", "Mleczarnia Łódź"}


def test_each_thing_is_on_one_page_only(three: Three, monkeypatch: pytest.MonkeyPatch):
    titles = set()
    for number in range(4):
        company = world.company(three.owner, f"Company {number}")
        note = world.note(three.company, three.owner, f"Note {number}")
        titles |= {f"Company {number}", f"Note {number}"}
        lives.trash_record(company.pk, by=three.owner)
        entries.trash_entry(note.pk, by=three.owner)
    met: list[str] = []
    before = None
    while True:
        page = trash_of(three.owner, before=before, limit=3)
        met += [row.title for row in page.rows]
        before = page.next
        if before is None:
            break
    assert sorted(met) == sorted(titles)


def test_more_comes_as_rows(three: Three, thrown: dict[str, int], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tablica.web.views.trash.trash_of", _two_at_a_time)
    client = as_user(three.owner)
    more = re.search(r'hx-get="(/trash\?before=[\w-]+)"', client.get("/trash").content.decode())
    assert more
    rows = client.get(more[1], headers={"HX-Request": "true"}).content.decode()
    assert rows.strip().startswith("<tr")
    assert "Old client" in rows
    assert client.get("/trash?before=nonsense").status_code == 200


def _two_at_a_time(user: User, **more):
    return trash_of(user, limit=2, **more)
