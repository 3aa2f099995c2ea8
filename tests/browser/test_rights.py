"""What can be done with a colleague, and who reads a record: by hand, by keys and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server

PASSWORD = "a board on the wall"
PHONE = {"width": 360, "height": 640}
LOW = {"width": 360, "height": 480}
OUTSIDE = """menu => { const { left, top, right, bottom } = menu.getBoundingClientRect();
    return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight; }"""


@pytest.fixture(scope="module")
def office(make_server: MakeServer) -> Server:
    """A server that Anna and Arash administer, where Olga works, and where six more do."""
    server = make_server()
    for name, language in (("Anna", "en"), ("Arash", "fa")):
        server.command(
            "user", "add", f"{name.lower()}@example.org", "--name", name, "--role",
            "administrator", "--language", language, "--password-stdin", typed=PASSWORD,
        )  # fmt: skip
    for name in ("Olga", "Bo", "Cy", "Di", "Ed", "Flo", "Gus"):
        server.command("user", "add", f"{name.lower()}@example.org", "--name", name)
    return server.start()


def sign_in(page: Page, office: Server, who: str = "anna") -> None:
    page.goto(f"{office.url}/login")
    page.locator("[name=email]").fill(f"{who}@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("button.main").click()
    expect(page.locator(".shell")).to_be_visible()


def test_the_menu_of_a_colleague_opens_and_shuts_by_keys(
    page: Page, office: Server, browser_errors: list[str]
) -> None:
    sign_in(page, office)
    page.goto(f"{office.url}/settings/people")
    button = page.get_by_role("button", name="What you can do: Olga")
    menu = page.get_by_role("group", name="What you can do: Olga")
    button.focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link", name="Change role and teams")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    menu.get_by_role("button", name="Deactivate").click()
    expect(page.locator(".toast")).to_contain_text("Olga cannot sign in any more")
    row = page.get_by_role("row", name=re.compile("Olga"))
    expect(row).to_contain_text("has left")
    row.get_by_role("button", name="What you can do: Olga").click()
    page.get_by_role("group", name="What you can do: Olga").get_by_role(
        "button", name="Reactivate"
    ).click()
    expect(page.locator(".toast")).to_contain_text("Olga may sign in again")


@pytest.mark.parametrize("who", ["anna", "arash"])
def test_the_menu_of_every_colleague_is_whole_on_a_phone(
    page: Page, office: Server, browser_errors: list[str], who: str
) -> None:
    sign_in(page, office, who)
    page.set_viewport_size(LOW)
    page.goto(f"{office.url}/settings/people")
    buttons = page.locator("#people-list [popovertarget]")
    for number in range(buttons.count()):
        buttons.nth(number).click()
        menu = page.locator("#people-list .menu:popover-open")
        expect(menu).to_have_count(1)
        assert not menu.evaluate(OUTSIDE)
        assert menu.evaluate("menu => menu.scrollHeight - menu.clientHeight") <= 0
        page.keyboard.press("Escape")


def make_company(page: Page, office: Server) -> None:
    page.goto(f"{office.url}/companies/new")
    page.locator("input[name=title]").fill("Lockworks")
    page.locator("select[name=audience]").select_option("some")
    for name in ("Bo", "Cy", "Di", "Ed", "Flo", "Gus"):
        page.get_by_role("checkbox", name=name, exact=True).check()
    page.locator("form.facts button[type=submit]").click()
    expect(page.get_by_role("heading", name="Lockworks")).to_be_visible()


def test_a_lock_tells_who_reads_when_pointed_at_or_stepped_on(
    page: Page, office: Server, browser_errors: list[str]
) -> None:
    sign_in(page, office)
    make_company(page, office)
    names = page.get_by_role("tooltip")
    lock = page.get_by_role("link", name=re.compile("Who reads this: Lockworks"))
    lock.hover()
    expect(names).to_contain_text("Anna")
    expect(names).to_contain_text("and 2 more")
    names.hover()
    page.wait_for_timeout(1_000)
    expect(names).to_be_visible()
    below = lock.bounding_box()
    box = names.bounding_box()
    assert below and box and box["x"] == pytest.approx(below["x"], abs=8), "they hang on the lock"
    page.keyboard.press("Escape")
    expect(names).to_be_hidden()
    page.mouse.move(5, 5)
    page.goto(f"{office.url}/companies")
    page.locator(".list .name", has_text="Lockworks").focus()
    page.keyboard.press("Tab")
    expect(names).to_contain_text("Bo")
    expect(lock).to_have_attribute("aria-describedby", "who-reads")
    page.keyboard.press("Enter")
    expect(names).to_be_hidden()
    expect(page.get_by_role("dialog")).to_contain_text("Gus")


def test_a_tap_on_a_lock_opens_all_who_read(browser: Browser, office: Server) -> None:
    page = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    sign_in(page, office, "arash")
    make_company(page, office)
    page.locator("a.lock").tap()
    expect(page.locator("dialog[open]")).to_contain_text("Gus")
    expect(page.locator("#who-reads:popover-open")).to_have_count(0)
