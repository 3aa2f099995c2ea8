"""No page is wider than its screen: in a language from the left and in one from the right."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server

PASSWORD = "a board on the wall"
WIDTHS = (360, 768, 1024, 1280, 1440)
LONG = "Przedsiębiorstwo Handlowo-Usługowe Kowalski i Wspólnicy spółka z ograniczoną"
PAGES = (
    "", "?followed=1", "companies", "people", "deals", "deals/board", "spaces", "companies/new",
    "people/new", "deals/new", "spaces/new", "search", "search?q=kowalski", "search?q=nothing",
    "trash", "settings/me", "settings/people", "settings/teams", "settings/tokens",
    "settings/tags", "settings/roles", "settings/roles/new", "settings/trail", "settings/absence",
    "settings/looked-into", "settings/jobs", "settings/me/factors", "settings/people/1/view",
    "settings/people/2/leaving", "settings/people/2/look-in", "nowhere",
)  # fmt: skip
TOO_WIDE = "document.scrollingElement.scrollWidth - innerWidth"
CROWDED = """[...document.querySelectorAll(".thumbs span")]
    .filter((word) => word.getClientRects().length > 1 || word.scrollWidth > word.clientWidth)
    .map((word) => word.textContent)"""


@pytest.fixture(scope="module")
def office(make_server: MakeServer) -> Server:
    """A server where an administrator of each language works, and people with long names."""
    server = make_server()
    for name, language in (("anna", "en"), ("arash", "fa"), ("pawel", "pl"), ("timur", "ru")):
        server.command(
            "user", "add", f"{name}@example.org", "--name", name.capitalize(), "--role",
            "administrator", "--language", language, "--password-stdin", typed=PASSWORD,
        )  # fmt: skip
    for number in range(3):
        server.command(
            "user", "add", f"someone.with.a.long.address{number}@long.example.org",
            "--name", f"Aleksandra Wiśniewska-Kowalczyk {number}",
        )  # fmt: skip
    return server.start()


def sign_in(page: Page, office: Server, who: str) -> None:
    page.goto(f"{office.url}/login")
    page.locator("[name=email]").fill(f"{who}@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("button.main").click()
    expect(page.locator(".shell")).to_be_visible()


def write_something(page: Page, office: Server) -> list[str]:
    """A company and a deal with long names, and something on a wall; their addresses."""
    made = []
    for path in ("companies", "deals"):
        page.goto(f"{office.url}/{path}/new")
        page.locator("input[name=title]").fill(f"{LONG} {path}")
        page.locator("form.facts button[type=submit]").click()
        page.locator("form.composer textarea").fill("Ein-sehr-langes-Wort" * 12)
        page.locator("form.composer textarea").press("Control+Enter")
        expect(page.locator("#fresh article")).to_have_count(1)
        made.append(page.url.removeprefix(f"{office.url}/"))
    return [*made, *(f"r/{one.split('/')[1]}/edit" for one in made)]


@pytest.mark.parametrize("who", ["anna", "arash"])
def test_every_page_fits_every_screen(
    page: Page, office: Server, browser_errors: list[str], who: str
) -> None:
    sign_in(page, office, who)
    wide: list[str] = []
    for address in (*PAGES, *write_something(page, office)):
        page.goto(f"{office.url}/{address}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if (more := page.evaluate(TOO_WIDE)) > 0:
                wide.append(f"/{address} at {width}: {more} px too wide")
    assert wide == []
    browser_errors.clear()  # the browser notes the 404 itself


@pytest.mark.parametrize("who", ["anna", "arash", "pawel", "timur"])
def test_each_word_under_the_thumb_has_its_room(page: Page, office: Server, who: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    sign_in(page, office, who)
    assert page.locator(".thumbs span").count() == 4
    assert page.evaluate(CROWDED) == []
