"""Nothing but single sign-on: the other ways in are closed, but one on the machine."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from tablica.accounts.commands.links import make_link
from tablica.accounts.models import OneTimeLink, User
from tablica.accounts.tests.door import is_in
from tablica.accounts.tests.single import sign_in
from tablica.cli.main import main
from tablica.shared.errors import Refused
from tests import world
from tests.phone import GOOD


class TestOnly:
    def test_the_password_opens_nothing(self, client: Client, anna, only) -> None:
        page = client.get("/login").content.decode()
        assert 'name="password"' not in page
        assert "/login/passkey" not in page
        sent_ = {"email": anna.email, "password": GOOD}
        assert client.post("/login", sent_).status_code == 403
        assert not is_in(client)
        assert not client.login(username=anna.email, password=GOOD)

    @pytest.mark.parametrize("purpose", ["password", "invitation"])
    def test_nor_does_a_link(self, client, anna, only, settings, purpose) -> None:
        settings.OIDC, kept = None, settings.OIDC
        link = make_link(OneTimeLink.Purpose(purpose), user=anna, by=None)
        assert client.get(f"/setup/{link}").status_code == 200, "the premise"
        settings.OIDC = kept
        assert client.get(f"/setup/{link}").status_code == 404
        posted = client.post(f"/setup/{link}", {"password": "a wholly new password"})
        assert posted.status_code == 404
        with pytest.raises(Refused):
            make_link(OneTimeLink.Purpose(purpose), user=anna, by=None)

    def test_nor_can_one_be_changed(self, client: Client, anna, only) -> None:
        client.force_login(anna)
        words = {"old": GOOD, "new": "a wholly new password"}
        assert client.post("/settings/me/password", words).status_code == 403
        assert 'name="old"' not in client.get("/settings/me").content.decode()

    def test_the_provider_still_does(self, client: Client, anna, only) -> None:
        sign_in(client, only)
        assert is_in(client)

    def test_somebody_new_gets_no_link(self, client: Client, only, db) -> None:
        client.force_login(world.user("Root", role="administrator"))
        new = {"name": "Ola", "email": "ola@example.org", "role": "member", "language": "en"}
        assert client.post("/settings/people", new).status_code == 302
        page = client.get("/settings/people").content.decode()
        assert "/setup/" not in page
        assert "/invitation" not in page
        assert not OneTimeLink.objects.exists()

    def test_on_the_machine_an_administrator_gets_in(self, client, only, capsys, db) -> None:
        world.user("Root", role="administrator")
        assert main(["user", "link", "root@example.org", "--url", "http://testserver"]) == 0
        link = urlsplit(capsys.readouterr().out.split()[-1]).path
        assert client.post(link, {"password": GOOD}).status_code == 302
        assert is_in(client)
        again = Client()
        assert again.post(link, {"password": GOOD}).status_code == 404

    def test_nobody_else_does_nor_from_a_page(self, anna: User, only, capsys) -> None:
        assert main(["user", "link", "anna@example.org"]) == 1
        root = world.user("Root", role="administrator")
        with pytest.raises(Refused):
            make_link(OneTimeLink.Purpose.RESCUE, user=root, by=root)

    def test_a_factor_is_added_soon_after_signing_in(self, client, anna, only) -> None:
        with time_machine.travel(time.time(), tick=False) as clock:
            sign_in(client, only)
            page = client.get("/settings/me/factors/app").content.decode()
            assert 'name="password"' not in page
            sealed = page.split('name="secret" value="')[1].split('"')[0]
            clock.shift(601)
            posted = client.post("/settings/me/factors/app", {"secret": sealed, "code": "123456"})
            assert posted.status_code == 422
            assert "Sign in anew" in posted.content.decode()
