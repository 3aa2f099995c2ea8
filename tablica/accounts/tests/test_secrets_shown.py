"""Keys and links are shown once, and lie nowhere readable until then; nobody hoards keys."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client

from tablica.accounts.commands.links import make_link
from tablica.accounts.commands.tokens import MOST_TOKENS, make_token, revoke_token
from tablica.accounts.models import ApiToken, OneTimeLink, User
from tablica.shared.mail.configuration import smtp_from
from tablica.shared.mail.models import Letter
from tests import world
from tests.checksum import nothing_changes

pytestmark = pytest.mark.django_db
GOOD = "correct horse battery"


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(world.user("Boss", role="administrator"))
    return client


def in_sessions() -> str:
    return "".join(str(one.get_decoded()) for one in Session.objects.all())


def test_a_new_token_lies_in_no_session_as_it_is(boss: Client) -> None:
    boss.post("/settings/tokens", {"name": "Shop", "scope": "read", "days": "30"})
    assert "once_token" in in_sessions()
    assert "tab_" not in in_sessions()
    assert "tab_" in boss.get("/settings/tokens").content.decode()
    assert "tab_" not in boss.get("/settings/tokens").content.decode()


def test_nor_does_a_link_to_come_in(boss: Client) -> None:
    boss.post(f"/settings/people/{world.user('Anna').pk}/invitation")
    assert "once_link" in in_sessions()
    assert "/setup/" not in in_sessions()
    assert re.search(r"/setup/[\w-]{40}", boss.get("/settings/people").content.decode())


def test_nobody_has_more_than_some_tokens_at_a_time() -> None:
    anna = world.user("Anna")
    for _ in range(MOST_TOKENS):
        make_token(anna, by=anna)
    with nothing_changes(), pytest.raises(ValidationError):
        make_token(anna, by=anna)
    client = Client()
    client.force_login(anna)
    answer = client.post("/settings/tokens", {"name": "One", "scope": "read", "days": "30"})
    assert answer.status_code == 422
    assert f"You have {MOST_TOKENS} tokens" in answer.content.decode()
    first = ApiToken.objects.order_by("pk").first()
    assert first
    revoke_token(first)
    make_token(anna, by=anna)


def test_whose_password_was_chosen_by_a_link_is_told(settings, boss: Client) -> None:
    """Else an administrator could come in as somebody, who would think they forgot it."""
    settings.SMTP = smtp_from("smtp://localhost:25", "crm@example.org", "https://crm.example.org")
    anna: User = world.user("Anna", password=GOOD)
    secret = make_link(OneTimeLink.Purpose.PASSWORD, user=anna, by=None)
    assert not Letter.objects.exists()
    Client().post(f"/setup/{secret}", {"password": "another good password"})
    assert [one.to for one in Letter.objects.all()] == [anna.email]


def test_whoever_accepts_an_invitation_needs_no_letter(settings) -> None:
    settings.SMTP = smtp_from("smtp://localhost:25", "crm@example.org", "https://crm.example.org")
    anna: User = world.user("Anna")
    secret = make_link(OneTimeLink.Purpose.INVITATION, user=anna, by=None)
    Client().post(f"/setup/{secret}", {"password": "another good password"})
    assert not Letter.objects.exists()
