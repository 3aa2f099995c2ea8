"""A role that asks for a second factor: whoever has none gets to nothing else before."""

from __future__ import annotations

import pytest
from django.test import Client

from tablica.accounts.models import Role, User
from tablica.live.hub import Listener, _without_right, hub
from tablica.shared.trail.models import Line
from tests import world
from tests.phone import GOOD, give_app

FACTORS = "/settings/me/factors"


@pytest.fixture
def anna(db: None) -> User:
    return world.user("Anna", password=GOOD)


@pytest.fixture
def role(anna: User) -> Role:
    anna.role.second_factor = True
    anna.role.save()
    return anna.role


def sign_in(client: Client) -> None:
    client.post("/login", {"email": "anna@example.org", "password": GOOD})


def test_whoever_has_none_sets_one_up_before_anything(client, anna, role) -> None:
    sign_in(client)
    for url in ("/", "/companies", "/settings/me", "/settings/tokens", f"{FACTORS}/codes"):
        assert client.get(url).headers["Location"] == FACTORS, url
    assert client.post("/settings/tokens", {"name": "x"}).headers["Location"] == FACTORS
    page = client.get(FACTORS)
    assert "First a second factor" in page.content.decode()
    assert client.get(f"{FACTORS}/app").status_code == 200
    part = client.get("/notifications", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (403, FACTORS)
    assert client.get("/live").status_code == 204
    assert client.post("/logout").status_code == 302


def test_pages_that_are_none_say_nothing_either(client, anna, role) -> None:
    seen = world.company(anna, "Zqkcompany")
    client.force_login(anna)
    role.second_factor = False
    role.save()
    assert "Zqkcompany" in client.get("/nowhere").content.decode(), "the premise: it is followed"
    role.second_factor = True
    role.save()
    for url in ("/nowhere", "/?q=%00", f"/companies/{seen.pk}", FACTORS):
        assert "Zqkcompany" not in client.get(url).content.decode()


def test_nor_do_keys_of_programs_count_until_then(client, anna, role) -> None:
    key = {"Authorization": f"Bearer {world.token(anna)}"}
    assert client.get("/api/v1/feed", headers=key).status_code == 403
    give_app(anna)
    assert client.get("/api/v1/feed", headers=key).status_code == 200


def test_afterwards_all_is_there(client: Client, anna: User, role: Role) -> None:
    client.force_login(anna)
    give_app(anna)
    assert client.get("/").status_code == 200
    assert client.get("/live").status_code != 204


def test_open_streams_end_when_a_role_begins_to_ask(client, anna: User) -> None:
    sign_in(client)
    stream = Listener(hub, anna, client.session.session_key)
    assert _without_right([stream]) == []
    Role.objects.filter(pk=anna.role_id).update(second_factor=True)
    assert _without_right([stream]) == [stream]


def test_administrators_say_so_in_the_role(client: Client, anna: User) -> None:
    client.force_login(world.user("Root", role="administrator"))
    grid = {f"all-{verb}": "all" for verb in ("view", "edit", "delete", "export")}
    said = {"name": "x", "reach": "teams", "second_factor": "on", **grid}
    assert client.post(f"/settings/roles/{anna.role_id}", said).status_code == 302
    assert Role.objects.get(pk=anna.role_id).second_factor
    line = Line.objects.get(event="role changed")
    assert (line.data["was"]["second_factor"], line.data["now"]["second_factor"]) == (
        False,
        True,
    )
