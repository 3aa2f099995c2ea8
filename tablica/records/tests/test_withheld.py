"""Who edits a record cannot take it from the others' sight: at every door, for every role."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tablica.accounts.models import User
from tablica.records.models import Record
from tablica.records.rules import may, withheld
from tablica.records.values import raw_audience
from tablica.shared.errors import Refused
from tablica.wall.commands import lives
from tests import world
from tests.cast import Three, cast, make_record
from tests.checksum import nothing_changes

pytestmark = pytest.mark.django_db
ALL = {"owner", "team", "audience"}


@pytest.fixture
def open_to_all(three: Three) -> Record:
    """A company of the owner's that everybody sees and edits."""
    return make_record("company", "Open", owner=three.owner, team=three.team).record


def as_user(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def attacks(three: Three) -> list[dict[str, Any]]:
    """What a colleague sets so that only they see it afterwards."""
    me, mine = three.colleague, world.named(three.colleague)
    return [
        {"owner": me},
        {"owner": me, "audience": world.only_me()},
        {"audience": mine},
        {"audience": world.the_team()},
        {"team": None},
        {"title": "Renamed", "owner": None},
    ]


@pytest.mark.parametrize("number", range(6))
def test_the_command_refuses_who_only_edits(three: Three, open_to_all: Record, number: int) -> None:
    values = attacks(three)[number]
    assert may(three.colleague, "edit", open_to_all)
    with nothing_changes(), pytest.raises(Refused):
        lives.change_record(open_to_all.pk, by=three.colleague, values=values, version=None)
    if values.get("owner", three.owner) is not None:
        lives.change_record(open_to_all.pk, by=three.owner, values={"team": None}, version=None)


def test_the_rest_stays_theirs_to_edit(three: Three, open_to_all: Record) -> None:
    same = {"title": "Renamed", "owner": three.owner, "audience": open_to_all.audience}
    body = lives.change_record(open_to_all.pk, by=three.colleague, values=same, version=None)
    assert body.record.title == "Renamed"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("owner", set()),
        ("administrator", set()),
        ("manager", {"audience"}),
        ("member", ALL),
        ("no-delete", ALL),
        ("own-edit", ALL),
    ],
)
def test_each_role(name: str, kept: set[str]) -> None:
    people = cast()
    record = make_record("company", "Open", owner=people["owner"]).record
    assert withheld(people[name], record) == kept


def test_a_manager_passes_it_on_but_does_not_narrow_it(three: Three, open_to_all: Record) -> None:
    manager = world.user("Mina", "manager", three.team)
    for values in ({"audience": world.named(manager)}, attacks(three)[1] | {"owner": manager}):
        with nothing_changes(), pytest.raises(Refused):
            lives.change_record(open_to_all.pk, by=manager, values=values, version=None)
    body = lives.change_record(
        open_to_all.pk, by=manager, values={"owner": three.colleague}, version=None
    )
    assert body.record.owner == three.colleague


def test_the_team_decides_who_reads_what_is_for_the_team(three: Three) -> None:
    manager = world.user("Mina", "manager", three.team, world.team("Far"))
    assert withheld(manager, three.company) == {"audience", "team"}


def test_what_nobody_owns_cannot_be_taken(three: Three) -> None:
    left = make_record("company", "Left").record
    with nothing_changes(), pytest.raises(Refused):
        lives.change_record(
            left.pk, by=three.colleague, values={"owner": three.colleague}, version=None
        )


class TestPages:
    def test_the_form_does_not_offer_it(self, three: Three, open_to_all: Record) -> None:
        address = f"/r/{open_to_all.pk}/edit"
        theirs, own = (
            as_user(u).get(address).content.decode() for u in (three.colleague, three.owner)
        )
        for name in ALL:
            assert f'name="{name}"' not in theirs
            assert f'name="{name}"' in own

    def test_saving_that_form_works(self, three: Three, open_to_all: Record) -> None:
        sent = {"title": "Renamed", "was_title": "Open", "version": 1}
        answer = as_user(three.colleague).post(f"/r/{open_to_all.pk}/edit", sent)
        assert answer.status_code == 302
        open_to_all.refresh_from_db()
        assert (open_to_all.title, open_to_all.owner) == ("Renamed", three.owner)

    def test_a_forged_form_gets_a_sentence(self, three: Three, open_to_all: Record) -> None:
        sent = {"title": "Mine", "owner": three.colleague.pk, "audience": "me", "version": 1}
        client = as_user(three.colleague)
        with nothing_changes():
            answer = client.post(f"/r/{open_to_all.pk}/edit", sent)
        assert answer.status_code == 403
        assert "may change whose this is" in answer.content.decode()

    @pytest.mark.parametrize("name", sorted(ALL))
    def test_in_place(self, three: Three, open_to_all: Record, name: str) -> None:
        address = f"/r/{open_to_all.pk}/fields/{name}"
        client = as_user(three.colleague)
        assert client.get(f"{address}/edit").status_code == 404
        assert as_user(three.owner).get(f"{address}/edit").status_code == 200
        assert f"{address}/edit" not in client.get(f"/companies/{open_to_all.pk}").content.decode()
        values = {"owner": three.colleague.pk, "team": "", "audience": "me"}
        sent = {name: values[name], "version": 1}
        assert client.post(address, sent).status_code == 403
        open_to_all.refresh_from_db()
        assert open_to_all.version == 1


def test_the_api(three: Three, open_to_all: Record) -> None:
    secret = world.token(three.colleague)
    client = Client(headers={"Authorization": f"Bearer {secret}", "If-Match": '"1"'})
    me = three.colleague.pk
    circle = {"people": [me], "teams": []}
    for sent in (
        {"owner": me},
        {"owner": me, "audience": "me"},
        {"audience": circle},
        {"team": None},
    ):
        address = f"/api/v1/records/{open_to_all.pk}"
        answer = client.patch(address, json.dumps(sent), content_type="application/json")
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    open_to_all.refresh_from_db()
    assert (open_to_all.version, raw_audience(open_to_all.audience)) == (1, "everyone")
