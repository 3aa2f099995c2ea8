"""What people follow by itself: as they chose, never against their will, never in bulk."""

from __future__ import annotations

import pytest
from django.test import Client

from tablica.shared.jobs.testing import run_jobs
from tablica.wall.commands import comments, entries, follows, lives
from tablica.wall.models import Entry, Follow
from tablica.wall.signals import quiet
from tests.cast import Three, make_entry, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(three: Three) -> Entry:
    return make_entry(three.company, "Something", author=three.owner)


def followed(user, record) -> tuple[str, str] | None:
    """The mode and the reason, or None."""
    return Follow.objects.filter(user=user, record=record.pk).values_list("mode", "why").first()


def add(by, **values):
    return lives.create_record("company", by=by, values={"title": "New", **values}).record


def test_what_one_adds_and_owns(three: Three) -> None:
    mine = add(three.owner)
    assert followed(three.owner, mine) == ("all", "own")
    theirs = add(three.owner, owner=three.colleague)
    assert followed(three.owner, theirs) == ("all", "create")
    assert followed(three.colleague, theirs) == ("all", "own")


def test_a_new_owner_follows(three: Three) -> None:
    lives.change_record(
        three.company.pk, by=three.owner, values={"owner": three.colleague}, version=None
    )
    assert followed(three.colleague, three.company) == ("all", "own")


def test_where_one_comments(three: Three, note: Entry) -> None:
    comments.write_comment(note.pk, by=three.colleague, text="Yes")
    assert followed(three.colleague, three.company) == ("talk", "comment")


def test_where_one_is_mentioned_only_when_chosen(three: Three) -> None:
    text = f"@{three.colleague.name} @{three.stranger.name}"
    entries.write_entry(three.company.pk, by=three.owner, text=text)
    run_jobs()
    assert followed(three.colleague, three.company) is None
    for user in (three.colleague, three.stranger):
        follows.choose_follows(user, {"mention": "talk"})
    entries.write_entry(three.company.pk, by=three.owner, text=text)
    run_jobs()
    assert followed(three.colleague, three.company) == ("talk", "mention")
    assert followed(three.stranger, three.company) is None, "who may not see it does not follow it"


@pytest.mark.parametrize("mode", ["", "all", "talk"])
def test_as_one_chose(three: Three, note: Entry, mode: str) -> None:
    follows.choose_follows(three.colleague, dict.fromkeys(("own", "create", "comment"), mode))
    comments.write_comment(note.pk, by=three.colleague, text="Yes")
    assert followed(three.colleague, three.company) == ((mode, "comment") if mode else None)
    mine = add(three.colleague)
    assert followed(three.colleague, mine) == ((mode, "own") if mode else None)


def test_what_was_unfollowed_on_purpose_stays_so(three: Three, note: Entry) -> None:
    comments.write_comment(note.pk, by=three.colleague, text="Yes")
    follows.unfollow(three.company.pk, by=three.colleague)
    comments.write_comment(note.pk, by=three.colleague, text="And again")
    lives.change_record(
        three.company.pk, by=three.owner, values={"owner": three.colleague}, version=None
    )
    assert followed(three.colleague, three.company) is None
    follows.follow(three.company.pk, by=three.colleague)
    assert followed(three.colleague, three.company) == ("all", "")


@pytest.mark.parametrize("mode", ["muted", "mentions"])
def test_how_one_follows_by_choice_is_left_alone(three: Three, note: Entry, mode: str) -> None:
    follows.follow(three.company.pk, by=three.colleague, mode=mode)
    comments.write_comment(note.pk, by=three.colleague, text="Yes")
    assert followed(three.colleague, three.company) == (mode, "")


def test_bulk_work_makes_nobody_follow(three: Three, note: Entry) -> None:
    with quiet():
        made = add(three.owner, owner=three.colleague)
        comments.write_comment(note.pk, by=three.colleague, text="Yes")
        lives.change_record(
            three.company.pk, by=three.owner, values={"owner": three.colleague}, version=None
        )
    assert not Follow.objects.filter(record__in=[made.pk, three.company.pk]).exists()


def test_it_is_explained_once_for_each_reason(three: Three) -> None:
    browser = Client()
    browser.force_login(three.owner)
    first, second = add(three.owner), add(three.owner)
    page = browser.get(f"/companies/{first.pk}").text
    assert "You follow this because you own this." in page
    answer = browser.post(f"/r/{first.pk}/follow/explained", headers={"HX-Request": "true"}).text
    assert "You follow this" not in answer
    assert 'title="because you own this"' in answer
    for made in (first, second):
        assert "You follow this" not in browser.get(f"/companies/{made.pk}").text
    other = add(three.owner, owner=three.colleague)
    assert "because you added this." in browser.get(f"/companies/{other.pk}").text


def test_the_page_of_choices(three: Three) -> None:
    browser = Client()
    browser.force_login(three.colleague)
    page = browser.get("/settings/following").text
    assert "Where I comment" in page
    assert browser.post("/settings/following", {"own": "talk", "comment": ""}).status_code == 302
    mine = add(three.colleague)
    assert followed(three.colleague, mine) == ("talk", "own")
    assert browser.post("/settings/following", {"own": "muted"}).status_code == 422
    assert browser.post("/settings/following", {"own": "x"}).status_code == 422
    assert follows.mode_chosen(make_user(), "own") == "all", "others keep the usual"
