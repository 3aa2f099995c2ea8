"""X8: nothing changes without the token of the form, from another site, or by reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from tests.checksum import difference, snapshot
from tests.gates import worlds
from tests.gates.api_policy import CALLS
from tests.gates.doors import Route, routes, taken_back, values_for, watched
from tests.gates.policy import BY_HAND, PAGES, Door
from tests.gates.worlds import Target, World
from tests.signing import stay_signed_in

pytestmark = pytest.mark.django_db

ELSEWHERE = "https://evil.example"
UNSAFE = [key for key in PAGES if key[1] != "GET"]


@dataclass
class Site:
    """Somebody who may do everything, and a browser that checks what browsers check."""

    world: World
    browser: Client
    token: str
    targets: list[Target]
    before: dict[str, list[str]]


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    with django_db_blocker.unblock(), taken_back():
        world = worlds.build()
        browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
        stay_signed_in(browser, world.people["administrator"])
        browser.get("/settings/me")
        token = browser.cookies["csrf"].value
        wanted = {"everyone", "trashed"}
        targets = [t for t in world.targets if t.state in wanted and t.kind == "deal"]
        yield Site(world, browser, token, targets, snapshot())


def changed(site: Site, writes: Any) -> list[str]:
    if not writes.tables:
        return []
    left_out = {"files on disk": site.before["files on disk"]}
    return difference(site.before, {**snapshot(), **left_out})


def requests(site: Site) -> Iterator[tuple[str, Route, str, dict[str, Any], Door]]:
    """Every change that a page offers, on something of the deal that everybody sees."""
    for (name, method), door in PAGES.items():
        if method == "GET":
            continue
        route = routes()[name]
        for target in site.targets if route.parameters else site.targets[:1]:
            more = door.at(target, site.world)
            url = route.url({**values_for(route, target), **more})
            yield method, route, url, dict(door.send(target, site.world)), door


def test_with_its_token_a_form_works(site: Site) -> None:
    """The premise: the very same requests change something when the token is right."""
    works, doors = set(), set()
    for _method, route, url, sent, door in requests(site):
        if door.public or route.name == "logout":
            continue
        doors.add(route.name)
        with taken_back(), watched() as writes:
            sent["csrfmiddlewaretoken"] = site.token
            response = site.browser.post(url, sent)
            if response.status_code < 400 and changed(site, writes):
                works.add(route.name)
    same_again = {"show-on", "unfollow", "unpin", "deal-reopen", "unreact", "comment-unreact"}
    same_again |= {"notice-unread", "notice-up", "notice-unmute", "notice-unmute-wall", "unmute"}
    same_again |= {"follow-explained", "passkey-making"}
    unchanged = {"mail-trial", "rights", "deactivation-undo", "me", "trail-examination"}
    nothing_there = {"look-in-end", "absence-read", "sharing-end", "sign-ins-end"}
    nothing_there |= {"person-sign-ins-end"}
    same_again |= nothing_there
    same_again |= {"draft-take-back", "entry-draft", "comment-edit-draft"}
    author_only = {"entry", "comment", "entry-version-restore", "comment-version-restore"}
    tried_in_spaces = {"vote", "vote-undo", "closing", "closing-undo", "idea-status"}
    tried_in_spaces |= {"answer", "answer-undo"}
    assert doors - works <= same_again | unchanged | author_only | tried_in_spaces, doors - works


def test_without_its_token_nothing_happens(site: Site) -> None:
    for _method, route, url, sent, _door in requests(site):
        for wrong in ({}, {"csrfmiddlewaretoken": "x" * 64}):
            with taken_back(), watched() as writes:
                response = site.browser.post(url, {**sent, **wrong})
                assert response.status_code == 403, route.name
                assert not changed(site, writes), route.name


def test_from_another_site_nothing_happens(site: Site) -> None:
    for _method, route, url, sent, _door in requests(site):
        sent["csrfmiddlewaretoken"] = site.token
        for origin in (ELSEWHERE, "null"):
            with taken_back(), watched() as writes:
                response = site.browser.post(url, sent, headers={"Origin": origin})
                assert response.status_code == 403, (route.name, origin)
                assert not changed(site, writes), route.name


def test_reading_changes_nothing(site: Site) -> None:
    """By GET and HEAD, with all the fields of the form in the address."""
    for _method, route, url, sent, _door in requests(site):
        for ask in (site.browser.get, site.browser.head):
            with taken_back(), watched() as writes:
                response = ask(url, sent)
                assert response.status_code < 500, route.name
                assert not changed(site, writes), route.name


def test_a_session_opens_nothing_of_the_api(site: Site) -> None:
    """Another site may make the browser send its cookies there: they count for nothing."""
    target = site.targets[0]
    for (name, method), door in CALLS.items():
        if door.public:
            continue
        route = routes()[name]
        url = route.url({**values_for(route, target), **door.at(target, site.world)})
        for origin in (ELSEWHERE, "http://testserver"):
            with taken_back(), watched() as writes:
                response = site.browser.generic(
                    method, url, "{}", "text/plain", headers={"Origin": origin}
                )
                assert response.status_code == 401, name
                assert "Access-Control-Allow-Origin" not in response.headers
                assert not changed(site, writes), name


def test_every_unsafe_page_is_tried(site: Site) -> None:
    tried = {route.name for _method, route, _url, _sent, _door in requests(site)}
    assert {name for name, _method in UNSAFE} == tried
    assert len(tried) > 40
    assert {name for name, _m in BY_HAND} & tried == set()


BY_SECRET = ["token-revocation", "my-password", "one_time_link", "leave-undo", "sign-in-end"]


@pytest.mark.parametrize("name", BY_SECRET)
def test_the_doors_tried_by_hand_want_the_token_too(name: str, site: Site) -> None:
    number = site.world.token_rows["administrator"]
    url = routes()[name].url({"token_id": number, "secret": "unknown", "number": 1})
    with taken_back(), watched() as writes:
        assert site.browser.post(url).status_code == 403
        assert not changed(site, writes)
