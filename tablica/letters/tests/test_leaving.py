"""The way out in every letter: one click, no sign-in, nothing revealed, nothing else opened."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from tablica.letters import keys
from tablica.letters.models import Choice, Key
from tablica.letters.queries import choices_of
from tablica.letters.tests.working import anew, wants, work
from tablica.shared.mail.tests.sink import Sink
from tablica.wall.commands import entries
from tests.cast import Three, again
from tests.checksum import nothing_changes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_waits")]
HTTPS = {"HTTP_HOST": "localhost"}


def path_of(three: Three, mail_server: Sink) -> str:
    """The way out in a letter to the colleague about a mention."""
    entries.write_entry(three.company.pk, by=three.owner, text=f"@{three.colleague.name} come")
    work(minutes=3)
    found = str(mail_server.mails[-1]["List-Unsubscribe"]).strip(" <>")
    return found.removeprefix("https://crm.example.org")


def mention(three: Three) -> str:
    return choices_of(three.colleague)["mention"]


def test_one_click_ends_letters_for_that_reason(three: Three, mail_server: Sink) -> None:
    path = path_of(three, mail_server)
    program = Client(enforce_csrf_checks=True)
    answer = program.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    others = {r: often for r, often in choices_of(three.colleague).items() if r != "mention"}
    assert mention(three) == "never"
    assert others["author"] == others["talk"] == "now"
    assert choices_of(three.owner)["mention"] == "now"
    entries.write_entry(three.company.pk, by=three.owner, text=f"@{three.colleague.name} again")
    work(minutes=3)
    assert len(mail_server.mails) == 1
    assert program.post(path).status_code == 200, "twice is once"
    assert mention(three) == "never"


def test_looking_changes_nothing_and_says_what_the_button_does(
    three: Three, mail_server: Sink
) -> None:
    path = path_of(three, mail_server)
    with nothing_changes():
        page = Client().get(path)
        assert Client().head(path).status_code == 200
    assert page.status_code == 200
    assert "no letter any more when this happens: Somebody mentions you" in page.text
    assert f'action="{path}"' in page.text
    for told in (three.colleague.name, three.colleague.email, three.company.title):
        assert told not in page.text


def test_it_can_be_undone(three: Three, mail_server: Sink) -> None:
    wants(three.colleague, mention="weekly")
    path = path_of_reason(three, "mention")
    browser = Client(enforce_csrf_checks=True)
    page = browser.post(path)
    assert f'action="{path}/undo"' in page.text
    assert browser.post(f"{path}/undo").status_code == 403, "only this page's own form"
    token = page.context["csrf_token"]
    answer = browser.post(f"{path}/undo", {"csrfmiddlewaretoken": str(token)})
    assert answer.status_code == 200
    assert mention(three) == "weekly"
    assert Client().post(f"{path}/undo").status_code == 200, "nothing to undo changes nothing"
    assert mention(three) == "weekly"


def path_of_reason(three: Three, reason: str) -> str:
    token = keys.token_for(three.colleague, Key.Purpose.LEAVE, reason=reason)
    return f"/letters/leave/{token}"


def test_a_digest_ends_as_a_whole_and_comes_back(three: Three, mail_server: Sink) -> None:
    wants(three.colleague, mention="daily", author="weekly")
    path = path_of_reason(three, "daily")
    assert "no daily digest" in Client().get(path).text
    Client().post(path)
    assert choices_of(three.colleague) == {
        "mention": "never", "author": "weekly", "talk": "now", "follow": "never", "like": "never",
        "deputy": "now", "share": "now",
    }  # fmt: skip
    Client().post(f"{path}/undo")
    assert choices_of(three.colleague)["mention"] == "daily"
    assert choices_of(three.colleague)["follow"] == "daily"


def test_choosing_on_the_page_leaves_nothing_to_undo(three: Three, mail_server: Sink) -> None:
    from tablica.letters.commands.choices import choose

    path = path_of_reason(three, "mention")
    Client().post(path)
    wanted = {**choices_of(three.colleague), "talk": "daily"}
    choose(again(three.colleague), often=wanted, hour=8, weekday=0)
    Client().post(f"{path}/undo")
    assert mention(three) == "never"


def test_a_wrong_secret_opens_nothing(three: Three, mail_server: Sink) -> None:
    path = path_of_reason(three, "mention")
    note = entries.write_entry(three.company.pk, by=three.owner, text="We sign")
    answer_token = keys.token_for(three.colleague, Key.Purpose.ANSWER, entry=note.pk)
    wrong = [path[:-1], path + "a", path[:-1] + ("a" if path[-1] != "a" else "b"), path + "%00"]
    wrong += [f"/letters/leave/{answer_token}", "/letters/leave/x", f"/letters/leave/{'a' * 5000}"]
    for one in wrong:
        with nothing_changes():
            for ask in (Client().get, Client().post):
                assert ask(one).status_code == 404, one
    assert Client().post(f"{path[:-1]}/undo").status_code == 404
    assert keys.opened_by(path.rpartition("/")[2], Key.Purpose.ANSWER) is None


def test_a_secret_says_nothing_and_ends_with_its_person(three: Three, mail_server: Sink) -> None:
    token = path_of_reason(three, "mention").rpartition("/")[2]
    assert token == path_of_reason(three, "mention").rpartition("/")[2], "the same in every letter"
    assert len(token) == 32
    assert not Key.objects.filter(digest__contains=token).exists()
    anew(three.colleague, deactivated_at=timezone.now())
    assert Client().get(f"/letters/leave/{token}").status_code == 404
    keys.forget_keys(timezone.now())
    anew(three.colleague, deactivated_at=None)
    assert Client().get(f"/letters/leave/{token}").status_code == 404, "for good"
    assert path_of_reason(three, "mention").rpartition("/")[2] != token


def test_the_page_speaks_the_language_of_its_person(three: Three, mail_server: Sink) -> None:
    anew(three.colleague, language="fa")
    page = Client().get(path_of_reason(three, "mention")).text
    assert 'dir="rtl"' in page


def test_only_this_address_goes_without_a_form_token(three: Three, mail_server: Sink) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(three.colleague)
    for path in ("/settings/notifications", "/settings/mail/trial"):
        assert browser.post(path).status_code == 403
    assert not Choice.objects.exists()
