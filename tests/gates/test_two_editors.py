"""L8: through whichever door it comes, a stale write is never silent, and both texts are there."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.db import connections
from django.test import Client

from tablica.accounts.commands.me import change_me
from tablica.accounts.commands.people import change_user
from tablica.accounts.commands.roles import Said, change_role
from tablica.accounts.commands.teams import change_team
from tablica.accounts.commands.tokens import make_token
from tablica.accounts.models import Grant, Role, Team, User
from tablica.accounts.queries import seal_of_profile, seal_of_role, seal_of_team, seal_of_user
from tablica.leaving.commands.rule import change_rule
from tablica.leaving.models import the_rule
from tablica.leaving.queries.rule import seal_of_rule
from tablica.records.models import Change, Record, Tag
from tablica.records.tags import make_tags, rename_tag
from tablica.sales import commands as sales
from tablica.sales.models import Deal
from tablica.shared.errors import Stale
from tablica.wall.commands import comments, entries, lives
from tablica.wall.models import Comment, Entry
from tests import world
from tests.cast import again, make_comment, make_entry, make_record, make_role, make_team, make_user
from tests.checksum import difference, snapshot
from tests.signing import stay_signed_in

pytestmark = pytest.mark.django_db

EDITS = 100
"""How often each of two writes in the test of both at once."""
THEIRS, MINE = "What the other wrote", "What I wrote"


@dataclass
class Scene:
    """One editor at a browser and with a key; the other one calls commands."""

    me: User
    other: User
    browser: Client
    key: dict[str, str]
    deal: Record
    entry: Entry
    comment: Comment
    tag: Tag
    team: Team
    role: Role


@pytest.fixture
def scene(db: None) -> Scene:
    me = make_user("Ada", role="administrator")
    other = make_user("Bob", role="administrator")
    browser = Client()
    stay_signed_in(browser, me)
    deal = make_record("deal", "Before", owner=me, about="Before").record
    entry = make_entry(deal, "Before", author=me)
    return Scene(
        me,
        other,
        browser,
        {"Authorization": f"Bearer {make_token(me, scope='write')}"},
        deal,
        entry,
        make_comment(entry, "Before", author=me),
        make_tags(["before"], by=me)[0],
        make_team("Before"),
        make_role("before", scopes={"view": "all"}),
    )


def rename(scene: Scene) -> None:
    values = {"title": THEIRS}
    lives.change_record(scene.deal.pk, by=scene.other, values=values, version=None)


def move_on(scene: Scene) -> None:
    sales.move_to_stage(scene.deal.pk, by=scene.other, stage="offer")


def win(scene: Scene) -> None:
    sales.win_deal(scene.deal.pk, by=scene.other)


def rewrite(scene: Scene) -> None:
    entries.edit_entry(scene.entry.pk, by=scene.me, version=None, values={"text": THEIRS})


def answer_anew(scene: Scene) -> None:
    comments.edit_comment(scene.comment.pk, by=scene.me, version=None, text=THEIRS)


def rename_the_tag(scene: Scene) -> None:
    rename_tag(scene.tag.pk, by=scene.other, name="theirs")


def rename_the_team(scene: Scene) -> None:
    change_team(scene.team.pk, by=scene.other, name=THEIRS, parent=None)


def change_the_role(scene: Scene) -> None:
    said = Said(THEIRS, "all", scopes={("", "view"): "own"})
    change_role(scene.role.pk, said, by=scene.other)


def rename_me(scene: Scene) -> None:
    change_me(scene.me, name=THEIRS, language="en", timezone_name="UTC", theme="auto")


def promote(scene: Scene) -> None:
    user = User.objects.get(pk=scene.other.pk)
    change_user(user, by=scene.me, role=Role.objects.get(slug="manager"), teams=[])


def open_drafts(scene: Scene) -> None:
    change_rule(by=scene.other, records="successor", entries="keep", drafts="successor")


@dataclass(frozen=True)
class Writing:
    """One door through which something is changed: what I send after the other changed it.

    `texts` are those that the answer must show: what is stored now, and what I typed.
    """

    model: str
    theirs: Callable[[Scene], None]
    url: Callable[[Scene], str]
    sent: Callable[[Scene], dict[str, Any]]
    texts: tuple[str, ...] = (THEIRS, MINE)
    method: str = "POST"
    seal: Callable[[Scene], dict[str, Any]] = field(default=lambda s: {"version": 1})


def _record_form(scene: Scene) -> dict[str, Any]:
    return {
        "title": MINE,
        "was_title": "Before",
        "owner": scene.me.pk,
        "audience": "everyone",
        "stage": "new",
        "currency": "EUR",
        "outcome": "open",
        "about": "Before",
    }


def _at(path: str) -> Callable[[Scene], str]:
    names = ("deal", "entry", "comment", "tag", "team", "role", "other")
    return lambda s: path.format(**{name: getattr(s, name).pk for name in names})


def _api(path: str) -> Callable[[Scene], str]:
    return _at(f"/api/v1{path}")


def _sends(**values: Any) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: values


DOORS: dict[str, Writing] = {
    "form of a record": Writing("records.Record", rename, _at("/r/{deal}/edit"), _record_form),
    "field in place": Writing(
        "records.Record", rename, _at("/r/{deal}/fields/title"), _sends(title=MINE)
    ),
    "trash of a record": Writing("records.Record", rename, _at("/r/{deal}/trash"), _sends(), ()),
    "stage on the board": Writing(
        "records.Record",
        move_on,
        _at("/deals/{deal}/stage"),
        _sends(stage="negotiation"),
        (),
    ),
    "win": Writing("records.Record", win, _at("/deals/{deal}/win"), _sends(reason="x"), ()),
    "lose": Writing("records.Record", win, _at("/deals/{deal}/lose"), _sends(reason="x"), ()),
    "reopen": Writing("records.Record", win, _at("/deals/{deal}/reopen"), _sends(), ()),
    "entry": Writing("wall.Entry", rewrite, _at("/e/{entry}"), _sends(text=MINE)),
    "trash of an entry": Writing("wall.Entry", rewrite, _at("/e/{entry}/trash"), _sends(), ()),
    "comment": Writing("wall.Comment", answer_anew, _at("/comments/{comment}"), _sends(text=MINE)),
    "trash of a comment": Writing(
        "wall.Comment", answer_anew, _at("/comments/{comment}/trash"), _sends(), ()
    ),
    "tag": Writing(
        "records.Tag",
        rename_the_tag,
        _at("/settings/tags/{tag}"),
        _sends(name="mine"),
        ("theirs", "mine"),
    ),
    "team": Writing(
        "accounts.Team",
        rename_the_team,
        _at("/settings/teams/{team}"),
        _sends(name=MINE),
        seal=lambda s: {"seen": seal_of_team(s.team)},
    ),
    "role": Writing(
        "accounts.Role",
        change_the_role,
        _at("/settings/roles/{role}"),
        _sends(
            name=MINE,
            reach="teams",
            **{f"all-{verb}": "all" for verb in Grant.Verb.values},
        ),
        seal=lambda s: {"seen": seal_of_role(s.role)},
    ),
    "rights": Writing(
        "accounts.User",
        promote,
        _at("/settings/people/{other}"),
        lambda s: {"role": s.me.role_id},
        (),
        seal=lambda s: {"seen": seal_of_user(s.other)},
    ),
    "leaving rule": Writing(
        "leaving.LeavingRule",
        open_drafts,
        lambda s: "/settings/leaving",
        _sends(records="keep", entries="keep", drafts="keep"),
        (),
        seal=lambda s: {"seen": seal_of_rule(the_rule())},
    ),
    "profile": Writing(
        "accounts.User",
        rename_me,
        lambda s: "/settings/me",
        _sends(name=MINE, language="en", timezone="UTC", theme="auto"),
        seal=lambda s: {"seen": seal_of_profile(s.me)},
    ),
    "call: record": Writing(
        "records.Record", rename, _api("/records/{deal}"), _sends(title=MINE), (THEIRS,), "PATCH"
    ),
    "call: tags of a record": Writing(
        "records.Record", rename, _api("/records/{deal}"), _sends(tags=["a"]), (THEIRS,), "PATCH"
    ),
    "call: trash of a record": Writing(
        "records.Record", rename, _api("/records/{deal}"), _sends(), (THEIRS,), "DELETE"
    ),
    "call: entry": Writing(
        "wall.Entry", rewrite, _api("/entries/{entry}"), _sends(text=MINE), (THEIRS,), "PATCH"
    ),
    "call: trash of an entry": Writing(
        "wall.Entry", rewrite, _api("/entries/{entry}"), _sends(), (THEIRS,), "DELETE"
    ),
    "call: comment": Writing(
        "wall.Comment",
        answer_anew,
        _api("/comments/{comment}"),
        _sends(text=MINE),
        (THEIRS,),
        "PATCH",
    ),
    "call: trash of a comment": Writing(
        "wall.Comment", answer_anew, _api("/comments/{comment}"), _sends(), (THEIRS,), "DELETE"
    ),
    "call: tag": Writing(
        "records.Tag",
        rename_the_tag,
        _api("/tags/{tag}"),
        _sends(name="mine"),
        ("theirs",),
        "PATCH",
    ),
    "call: removal of a tag": Writing(
        "records.Tag", rename_the_tag, _api("/tags/{tag}"), _sends(), ("theirs",), "DELETE"
    ),
    "call: win": Writing(
        "records.Record", win, _api("/records/{deal}/win"), _sends(reason="x"), (), "POST"
    ),
    "call: lose": Writing(
        "records.Record", win, _api("/records/{deal}/lose"), _sends(reason="x"), (), "POST"
    ),
    "call: stage": Writing(
        "records.Record",
        move_on,
        _api("/records/{deal}/stage"),
        _sends(stage="negotiation"),
        (),
        "POST",
    ),
    "call: reopen": Writing(
        "records.Record", win, _api("/records/{deal}/reopen"), _sends(), (), "POST"
    ),
}


def write(scene: Scene, door: Writing, *, partial: bool, seal: dict[str, Any]) -> Any:
    url, sent = door.url(scene), door.sent(scene)
    if url.startswith("/api/"):
        return Client().generic(
            door.method,
            url,
            json.dumps(sent) if sent else "",
            "application/json",
            headers={**scene.key, "If-Match": f'"{seal["version"]}"'} if seal else scene.key,
        )
    headers = {"HX-Request": "true"} if partial else {}
    return scene.browser.post(url, {**sent, **seal}, headers=headers)


@pytest.mark.parametrize("partial", [False, True], ids=["page", "part"])
@pytest.mark.parametrize("name", DOORS)
def test_a_stale_write_is_never_silent(name: str, partial: bool, scene: Scene) -> None:
    door = DOORS[name]
    seal = door.seal(scene)
    door.theirs(scene)
    before = snapshot()
    response = write(scene, door, partial=partial, seal=seal)
    is_call = door.url(scene).startswith("/api/")
    assert response.status_code == (412 if is_call else 409)
    assert difference(before, snapshot()) == []
    said = unescape(response.content.decode())
    for text in door.texts:
        assert text in said


@pytest.mark.parametrize("name", DOORS)
def test_the_same_write_with_what_is_stored_now_goes_through(name: str, scene: Scene) -> None:
    """The premise: it was refused for its version alone."""
    door = DOORS[name]
    door.theirs(scene)
    scene.deal.refresh_from_db()
    scene.me, scene.other = again(scene.me), again(scene.other)
    scene.team.refresh_from_db()
    scene.role.refresh_from_db()
    seal = door.seal(scene)
    if "version" in seal:
        seal = {"version": 2}
    sent_before = snapshot()
    response = write(scene, door, partial=False, seal=seal)
    assert response.status_code < 400, response.content
    assert difference(sent_before, snapshot()) != [], name


@pytest.mark.parametrize("name", [n for n, d in DOORS.items() if d.method in ("PATCH", "DELETE")])
def test_a_call_without_a_version_is_not_heard(name: str, scene: Scene) -> None:
    before = snapshot()
    assert write(scene, DOORS[name], partial=False, seal={}).status_code == 428
    assert difference(before, snapshot()) == []


def test_every_editable_model_has_its_doors() -> None:
    """What has a version can be edited; each such model is tried through pages and calls."""
    versioned = {
        f"{m._meta.app_label}.{m.__name__}"
        for m in apps.get_models()
        if any(f.name == "version" for f in m._meta.concrete_fields)
    }
    history = {"wall.EntryText", "records.Change", "transfer.ImportRow", "wall.TagMerge"}
    history |= {"records.Absence"}  # not edited, only ended: records/tests/test_lending
    history |= {"wall.Draft"}  # one's own, met by nobody else; two devices: wall/tests/test_drafts
    tried = {door.model for door in DOORS.values()}
    assert versioned - history <= tried
    by_call = {d.model for n, d in DOORS.items() if n.startswith("call: ")}
    assert versioned - history == by_call


def test_fields_that_differ_merge_on_a_form_that_shows_them_all(scene: Scene) -> None:
    """The form of one who saw the first version changes only what was typed anew."""
    shown = scene.browser.get(f"/r/{scene.deal.pk}/edit")
    assert 'name="was_about"' in shown.content.decode()
    values = {"about": THEIRS}
    lives.change_record(scene.deal.pk, by=scene.other, values=values, version=None)
    sent = {**_record_form(scene), "was_about": "Before", "version": 1}
    response = scene.browser.post(f"/r/{scene.deal.pk}/edit", sent)
    assert response.status_code == 302
    deal = Deal.objects.visible_to(scene.me).select_related("record").get()
    assert (deal.record.title, deal.about) == (MINE, THEIRS)


def test_fields_that_differ_merge_in_place(scene: Scene) -> None:
    values = {"about": THEIRS}
    lives.change_record(scene.deal.pk, by=scene.other, values=values, version=None)
    url = f"/r/{scene.deal.pk}/fields/title"
    assert scene.browser.post(url, {"title": MINE, "version": 1}).status_code == 302
    deal = Deal.objects.visible_to(scene.me).select_related("record").get()
    assert (deal.record.title, deal.about) == (MINE, THEIRS)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_lose_no_text() -> None:
    """Both write as fast as they can; what went through is in the history, and nothing else."""
    world.ready()
    people = [make_user("Ada", role="administrator"), make_user("Bob", role="administrator")]
    deal = make_record("deal", "Before", owner=people[0]).record
    entry = make_entry(deal, "Before", author=people[0])
    kept: list[str] = ["Before"]
    start = threading.Barrier(2)

    def work(number: int) -> None:
        by, chance, seen = people[number], random.Random(number), 1
        start.wait(timeout=30)
        try:
            for turn in range(EDITS):
                text = f"{by.name} {turn}"
                version = seen if chance.random() < 0.8 else None
                try:
                    body = lives.change_record(
                        deal.pk, by=by, values={"title": text}, version=version
                    )
                except Stale as stale:
                    seen = stale.current.record.version  # type: ignore[attr-defined]
                else:
                    seen = body.record.version
                    kept.append(text)
                comments.write_comment(entry.pk, by=by, text=text)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    history = Change.objects.filter(record=deal.pk).order_by("version")
    told = [change.fields["title"] for change in history]
    assert len(kept) > EDITS / 2
    assert {"Before"} | {after for _before, after in told} == set(kept)
    assert [before for before, _after in told][1:] == [after for _before, after in told][:-1]
    assert [change.version for change in history] == list(range(2, len(kept) + 1))
    assert Comment.objects.unguarded(reason="tests").count() == 2 * EDITS
