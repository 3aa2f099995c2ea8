"""Second factors: setting up, removing, and taking those of a colleague away."""

from __future__ import annotations

import base64
import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tablica.accounts.commands.factors import take_code, take_factors_away
from tablica.accounts.factors import totp
from tablica.accounts.models import CodeApp, RecoveryCode, Role, User
from tablica.accounts.tests.door import is_in, second, sign_in
from tablica.shared.errors import Hidden, Refused
from tablica.shared.mail.configuration import smtp_from
from tablica.shared.mail.models import Letter
from tablica.shared.trail.models import Line
from tests import world
from tests.phone import GOOD, code, give_app

FACTORS = "/settings/me/factors"


class TestSettingUp:
    def begin(self, client: Client) -> tuple[str, bytes]:
        page = client.get(f"{FACTORS}/app").content.decode()
        sealed = re.search(r'name="secret" value="([^"]+)"', page)
        typed = re.search(r'id="typed">([A-Z2-7 ]+)<', page)
        assert sealed and typed
        assert "<svg" in page
        return sealed[1], base64.b32decode(typed[1].replace(" ", ""))

    def test_a_first_code_and_the_password_set_it_up(self, client: Client, anna: User) -> None:
        client.force_login(anna)
        sealed, secret = self.begin(client)
        now = code(secret=secret)
        sent = {"secret": sealed, "code": now, "password": GOOD}
        assert client.post(f"{FACTORS}/app", sent).headers["Location"] == FACTORS
        app = CodeApp.objects.get(user=anna)
        assert secret not in app.sealed.encode()
        page = client.get(FACTORS).content.decode()
        shown = re.findall(r"<code class=\"ltr\">([a-z2-9-]{29})</code>", page)
        assert len(shown) == 10
        assert "10 codes are left" in page
        assert shown[0] not in client.get(FACTORS).content.decode(), "shown only once"
        assert Line.objects.filter(event="second factor added").exists()
        kept = "".join(RecoveryCode.objects.values_list("digest", flat=True))
        assert shown[0].replace("-", "") not in kept

    def test_codes_that_wait_to_be_shown_are_sealed(self, client: Client, anna: User) -> None:
        client.force_login(anna)
        sealed, secret = self.begin(client)
        now = code(secret=secret)
        client.post(f"{FACTORS}/app", {"secret": sealed, "code": now, "password": GOOD})
        kept = str([s.get_decoded() for s in Session.objects.all()])
        assert "once_codes" in kept
        page = client.get(FACTORS).content.decode()
        for shown in re.findall(r"<code class=\"ltr\">([a-z2-9-]{29})</code>", page):
            assert shown not in kept

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"code": "x"}, "code"), ({"code": ""}, "code"), ({"password": "a guess"}, "password")],
    )
    def test_a_mistake_keeps_the_same_secret(self, client, anna, changes, field) -> None:
        client.force_login(anna)
        sealed, secret = self.begin(client)
        now = code(secret=secret)
        sent = {"secret": sealed, "code": now, "password": GOOD, **changes}
        answer = client.post(f"{FACTORS}/app", sent)
        assert answer.status_code == 422
        assert f'id="id_{field}_error"' in answer.content.decode()
        assert totp.shown(secret) in answer.content.decode()
        assert not CodeApp.objects.exists()

    def test_a_secret_of_ones_own_making_is_not_taken(self, client: Client, anna: User) -> None:
        """Nor one that was made for somebody else."""
        ben = Client()
        ben.force_login(world.user("Ben", password=GOOD))
        sealed, secret = self.begin(ben)
        client.force_login(anna)
        now = code(secret=secret)
        for forged in (sealed, "abc", ""):
            sent = {"secret": forged, "code": now, "password": GOOD}
            assert client.post(f"{FACTORS}/app", sent).headers["Location"] == f"{FACTORS}/app"
        assert not CodeApp.objects.exists()

    def test_it_ends_where_one_is_signed_in_elsewhere(self, client: Client, anna: User) -> None:
        other = Client()
        sign_in(other)
        sign_in(client)
        sealed, secret = self.begin(client)
        now = code(secret=secret)
        client.post(f"{FACTORS}/app", {"secret": sealed, "code": now, "password": GOOD})
        assert is_in(client)
        assert not is_in(other)

    def test_wrong_passwords_are_counted(self, client: Client, anna: User, codes) -> None:
        client.force_login(anna)
        tried = [
            client.post(f"{FACTORS}/app/removal", {"password": "a guess"}).status_code
            for _ in range(11)
        ]
        assert tried == [422] * 10 + [429]
        assert client.post(f"{FACTORS}/app/removal", {"password": GOOD}).status_code == 429
        assert CodeApp.objects.exists()


class TestRemoving:
    def test_with_the_password_and_the_codes_go_too(self, client: Client, anna, codes) -> None:
        client.force_login(anna)
        assert client.get(f"{FACTORS}/app/removal").status_code == 200
        assert client.post(f"{FACTORS}/app/removal", {"password": "no"}).status_code == 422
        assert CodeApp.objects.exists()
        assert client.post(f"{FACTORS}/app/removal", {"password": GOOD}).status_code == 302
        assert not CodeApp.objects.exists()
        assert not RecoveryCode.objects.exists()
        assert client.get(f"{FACTORS}/app/removal").status_code == 404
        assert client.get(f"{FACTORS}/codes").status_code == 404
        assert sign_in(Client()).headers["Location"] == "/"

    def test_new_recovery_codes_end_the_old(self, client: Client, anna, codes) -> None:
        client.force_login(anna)
        assert client.post(f"{FACTORS}/codes", {"password": GOOD}).status_code == 302
        assert not take_code(anna, codes[0])
        assert RecoveryCode.objects.filter(user=anna).count() == 10

    def test_not_the_last_one_when_the_role_asks_for_one(self, client, anna, codes) -> None:
        Role.objects.filter(pk=anna.role_id).update(second_factor=True)
        client.force_login(anna)
        answer = client.post(f"{FACTORS}/app/removal", {"password": GOOD})
        assert answer.status_code == 422
        assert "set up another one first" in answer.content.decode()
        assert CodeApp.objects.exists()
        assert RecoveryCode.objects.count() == 10


class TestTakingAway:
    @pytest.fixture
    def root(self, db: None) -> User:
        return world.user("Root", role="administrator", password=GOOD)

    def test_an_administrator_lets_in_who_lost_the_phone(self, client, anna, codes, root) -> None:
        inside = Client()
        sign_in(inside)
        second(inside, code(1))
        client.force_login(root)
        where = f"/settings/people/{anna.pk}/factors/removal"
        assert "Take away" in client.get(where).content.decode()
        assert client.post(where).status_code == 302
        assert not is_in(inside)
        assert sign_in(Client()).headers["Location"] == "/"
        assert not RecoveryCode.objects.exists()
        line = Line.objects.get(event="second factors taken away")
        assert (line.actor, line.about) == (root.pk, f"user {anna.pk}")
        assert client.get(where).status_code == 404

    def test_nobody_else_does(self, client: Client, anna: User, codes) -> None:
        ben = world.user("Ben", role="manager")
        client.force_login(ben)
        where = f"/settings/people/{anna.pk}/factors/removal"
        assert (client.get(where).status_code, client.post(where).status_code) == (404, 404)
        with pytest.raises(Refused):
            take_factors_away(anna, by=ben)
        assert CodeApp.objects.exists()

    def test_nor_from_oneself_without_the_password(self, root: User) -> None:
        give_app(root)
        with pytest.raises(Refused):
            take_factors_away(root, by=root)
        take_factors_away(root, by=None)
        with pytest.raises(Hidden):
            take_factors_away(root, by=None)

    def test_they_are_told_by_letter(self, client, anna, codes, root, settings, db) -> None:
        url = "https://crm.example.org"
        settings.SMTP = smtp_from("smtp://127.0.0.1:25", "Tablica <crm@example.org>", url)
        settings.TABLICA_URL = url
        anna.language = "pl"
        anna.save()
        take_factors_away(anna, by=root)
        letter = Letter.objects.get()
        assert letter.to == anna.email
        assert f"{url}/settings/me/factors" in letter.text
        assert "12345678901234567890" not in letter.text
