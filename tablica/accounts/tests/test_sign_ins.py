"""Where one is signed in: told truly, ended at once, and never for ever."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tablica.accounts.agents import named
from tablica.accounts.commands.people import deactivate_user
from tablica.accounts.commands.sign_ins import end_sign_ins, forget_sign_ins
from tablica.accounts.models import SignIn, User
from tablica.live.hub import Hub, Listener, _without_right
from tablica.shared.errors import Refused
from tests import world
from tests.checksum import nothing_changes

pytestmark = pytest.mark.django_db
GOOD, NEW = "a board on the wall", "quite another board"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def anna() -> User:
    return world.user("Anna", password=GOOD)


def come_in(user: User, agent: str = FIREFOX, address: str = "10.0.0.1") -> Client:
    browser = Client(REMOTE_ADDR=address, headers={"User-Agent": agent})
    sent = {"email": user.email, "password": GOOD}
    assert browser.post("/login", sent).status_code == 302
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/settings/me").status_code == 200


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox, Linux"),
        (PHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.9", ""),
        ("", ""),
    ],
)
def test_browsers_are_called_what_people_call_them(agent: str, said: str) -> None:
    assert named(agent) == said


def test_each_browser_is_told_and_this_one_is_known(anna: User) -> None:
    here, phone = come_in(anna), come_in(anna, PHONE, "2001:db8::7")
    page = here.get("/settings/me").content.decode()
    assert "Firefox, Linux" in page
    assert "Safari, iPhone" in page
    assert "2001:db8::/64" in page
    assert page.count("this one") == 1
    assert SignIn.objects.filter(user=anna).count() == 2
    other = come_in(world.user("Marek", password=GOOD))
    assert "iPhone" not in other.get("/settings/me").content.decode()
    phone.post("/logout")
    assert "iPhone" not in here.get("/settings/me").content.decode()


def test_another_browser_is_ended_at_once_and_nobody_elses(anna: User) -> None:
    here, phone = come_in(anna), come_in(anna, PHONE)
    number = SignIn.objects.get(agent="Safari, iPhone").pk
    stranger = come_in(world.user("Marek", password=GOOD))
    with nothing_changes():
        assert stranger.post(f"/settings/me/sign-ins/{number}/end").status_code == 404
    assert is_in(phone)
    here.post(f"/settings/me/sign-ins/{number}/end")
    assert (is_in(here), is_in(phone), is_in(stranger)) == (True, False, True)
    phone = come_in(anna, PHONE)
    here.post("/settings/me/sign-ins/end")
    assert (is_in(here), is_in(phone), is_in(stranger)) == (True, False, True)


def test_another_password_ends_all_others_and_this_goes_on(anna: User) -> None:
    here, phone = come_in(anna), come_in(anna, PHONE)
    here.post("/settings/me/password", {"old": GOOD, "new": NEW})
    assert (is_in(here), is_in(phone)) == (True, False)
    (left,) = SignIn.objects.filter(user=anna)
    assert left.session == here.session.session_key
    assert "this one" in here.get("/settings/me").content.decode()


def test_administrators_end_anybodys_and_who_leaves_is_out(anna: User) -> None:
    boss = world.user("Boss", "administrator", password=GOOD)
    theirs, hers = come_in(boss), come_in(anna)
    with nothing_changes(), pytest.raises(Refused):
        end_sign_ins(boss, by=anna)
    assert hers.post(f"/settings/people/{boss.pk}/sign-ins/end").status_code == 404
    theirs.post(f"/settings/people/{anna.pk}/sign-ins/end")
    assert not is_in(hers)
    hers = come_in(anna)
    deactivate_user(anna, by=boss)
    assert not is_in(hers)
    assert not SignIn.objects.filter(user=anna).exists()


def test_use_is_noted_now_and_then_and_no_session_lasts_for_ever(anna: User) -> None:
    began = timezone.now()
    with time_machine.travel(began, tick=False) as clock:
        here = come_in(anna)
        clock.shift(timedelta(minutes=3))
        assert is_in(here)
        assert SignIn.objects.get().seen_at == began
        clock.shift(timedelta(minutes=3))
        here.get("/settings/me", REMOTE_ADDR="10.9.9.9")
        seen = SignIn.objects.get()
        assert (seen.seen_at, seen.net) == (began + timedelta(minutes=6), "10.9.9.9")
        for _ in range(8):  # in use all the time: two weeks without it would end it as well
            clock.shift(timedelta(days=11))
            assert is_in(here)
        clock.shift(timedelta(days=3))
        assert not is_in(here)
        assert not SignIn.objects.exists()


def test_who_administers_comes_in_anew_each_day() -> None:
    boss = world.user("Boss", "administrator", password=GOOD)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        here = come_in(boss)
        clock.shift(timedelta(hours=11))
        assert is_in(here)
        clock.shift(timedelta(hours=2))
        answer = here.get("/settings/people")
        assert answer["Location"] == "/login?next=/settings/people"
        part = come_in(boss)
        clock.shift(timedelta(hours=13))
        assert part.get("/settings/me", headers={"HX-Request": "true"}).status_code == 401


def test_what_is_over_is_forgotten(anna: User) -> None:
    come_in(anna)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert forget_sign_ins() == 1
    assert forget_sign_ins() == 0


def test_a_session_that_does_not_say_when_it_began_has_ended(anna: User) -> None:
    here = come_in(anna)
    session = here.session
    del session["began"]
    session.save()
    assert not is_in(here)
    assert not SignIn.objects.exists(), "nor is it told as open"


def test_a_session_that_its_owner_cannot_end_ends_by_itself(anna: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        here = come_in(anna)
        SignIn.objects.all().delete()
        clock.shift(timedelta(minutes=6))
        assert not is_in(here)


def test_listening_alone_is_no_use(anna: User) -> None:
    began = timezone.now()
    with time_machine.travel(began, tick=False) as clock:
        here = come_in(anna)
        clock.shift(timedelta(hours=1))
        here.get("/live")
        assert SignIn.objects.get().seen_at == began


def test_known_sessions_are_told_when_they_began(anna: User) -> None:
    here, other = come_in(anna), come_in(anna, PHONE)
    for browser in (here, other):
        session = browser.session
        del session["began"], session["seen"]
        session.save()
    SignIn.objects.filter(session=other.session.session_key).delete()
    name = "tablica.accounts.migrations.0012_sessions_know_when_they_began"
    import_module(name).tell_when_they_began(apps, None)
    assert here.session["began"] == int(SignIn.objects.get().began_at.timestamp())
    assert is_in(here)
    assert not is_in(other)


@pytest.mark.parametrize(
    ("role", "after"),
    [
        ("administrator", timedelta(hours=12)),
        ("member", timedelta(days=14)),
        ("member", timedelta(days=90)),
    ],
)
def test_open_streams_end_with_the_session(role: str, after: timedelta) -> None:
    user = world.user("Somebody", role, password=GOOD)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        here = come_in(user)
        key = here.session.session_key or ""
        if after.days == 90:  # in use all the time
            Session.objects.update(expire_date=timezone.now() + timedelta(days=200))
        stream = Listener(Hub(), user, key)
        clock.shift(after - timedelta(minutes=1))
        assert _without_right([stream]) == []
        clock.shift(timedelta(minutes=2))
        assert _without_right([stream]) == [stream]
