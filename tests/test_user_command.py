"""`tablica user` and `tablica token`: the first people and keys of an installation."""

from __future__ import annotations

import io
import subprocess
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen  # noqa: TID251  asks our own server

import pytest

from tablica.accounts.commands.people import add_user
from tablica.cli.main import main
from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server
from tests.checksum import nothing_changes

WORDS = "a long enough word"


@pytest.fixture
def installation(make_server: MakeServer) -> Server:
    return make_server()


def refused(installation: Server, *arguments: str) -> str:
    """The one sentence with which a command refuses."""
    done = subprocess.run(
        [sys.executable, "-m", "tablica", *arguments],
        env=installation.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


def test_people_are_added_listed_and_deactivated(installation: Server) -> None:
    anna = installation.facts(
        "user", "add", "Anna.Zak@example.com", "--role", "administrator", "--team", "Sales",
        "--team", "Łódź", "--language", "pl", "--password-stdin", typed=WORDS,
    )  # fmt: skip
    assert anna == {
        "id": anna["id"], "email": "anna.zak@example.com", "name": "Anna Zak",
        "role": "administrator", "teams": ["Sales", "Łódź"], "language": "pl", "active": True,
    }  # fmt: skip
    jan = installation.facts("user", "add", "jan@example.com", "--name", "Jan Kot")
    assert (jan["role"], jan["name"]) == ("member", "Jan Kot")
    assert jan["link"].startswith("http://127.0.0.1:8000/")
    installation.command("user", "deactivate", "JAN@example.com")
    people = installation.facts("user", "list")["users"]
    assert [(p["email"], p["active"]) for p in people] == [
        ("anna.zak@example.com", True), ("jan@example.com", False),
    ]  # fmt: skip
    assert "deactivated" in installation.command("user", "list")


def test_a_link_lets_in_again(installation: Server) -> None:
    installation.command("user", "add", "anna@example.com", "--password-stdin", typed=WORDS)
    made = installation.facts(
        "user", "link", "anna@example.com", "--url", "https://crm.example.org"
    )
    assert made["link"].startswith("https://crm.example.org/setup/")
    installation.command("user", "add", "root@example.com", "--role", "administrator")
    installation.command("user", "deactivate", "anna@example.com")
    assert "deactivated" in refused(installation, "user", "link", "anna@example.com")


WRONG = [
    (
        ["user", "add", "x@e.pl", "--role", "boss", "--team", "New"],
        "administrator, manager, member",
    ),
    (["user", "add", "x@e.pl", "--language", "xx"], "en, pl, ru, fa"),
    (["user", "add", "ANNA@example.com"], "already"),
    (["user", "add", "no address"], "address"),
    (["user", "add", "x@e.pl", "--name", "a\u202eb"], "name"),
    (["user", "add", "x@e.pl", "--password-stdin"], "short"),
    (["user", "deactivate", "nobody@example.com"], "nobody@example.com"),
    (["user", "deactivate", "anna@example.com"], "administer"),
    (["user", "link", "nobody@example.com"], "nobody@example.com"),
    (["user", "forget-factors", "anna@example.com"], "no second factor"),
    (["token", "nobody@example.com"], "nobody@example.com"),
    (["token", "anna@example.com", "--expires", "0"], "3660"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("words", "said"), WRONG)
def test_what_is_wrong_is_said_and_nothing_kept(
    words: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_user(email="anna@example.com", name="Anna", by=None, role="administrator")
    monkeypatch.setattr("sys.stdin", io.StringIO("brief"))
    with nothing_changes():
        assert main(words) == 1
    out, warned = capsys.readouterr()
    assert out == ""
    assert said in warned
    assert len(warned.strip().splitlines()) == 1


def test_a_token_is_the_last_word_and_opens_the_api(make_server: MakeServer) -> None:
    server = make_server().start()
    server.command("user", "add", "anna@example.com", "--password-stdin", typed=WORDS)
    token = server.command("token", "anna@example.com", "--scope", "write").split()[-1]
    request = Request(f"{server.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    with urlopen(request) as answer:
        assert answer.status == 200
    server.command("user", "deactivate", "anna@example.com")
    with pytest.raises(HTTPError) as closed:
        urlopen(request)
    assert closed.value.code == 401
    assert "deactivated" in refused(server, "token", "anna@example.com")


def test_a_token_in_json(installation: Server) -> None:
    installation.command("user", "add", "anna@example.com")
    made = installation.facts("token", "anna@example.com", "--name", "sync", "--expires", "7")
    assert made["token"].startswith("tab_")
    assert (made["email"], made["scope"]) == ("anna@example.com", "read")
