"""Signing in, and carrying a deal over the board by keys, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server

PASSWORD = "a board on the wall"


@pytest.fixture(scope="module")
def office(make_server: MakeServer) -> Server:
    """A server where Anna works."""
    server = make_server()
    server.command(
        "user", "add", "anna@example.org", "--name", "Anna Nowak", "--role", "administrator",
        "--password-stdin", typed=PASSWORD,
    )  # fmt: skip
    return server.start()


def fill_in(page: Page, password: str) -> None:
    page.get_by_label("E-mail").fill("anna@example.org")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def sign_in(page: Page, office: Server) -> None:
    page.goto(f"{office.url}/login")
    fill_in(page, PASSWORD)
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def test_one_comes_in_to_the_page_that_was_wanted_and_goes_out(
    page: Page, office: Server, browser_errors: list[str]
) -> None:
    page.goto(f"{office.url}/settings/me")
    expect(page).to_have_url(re.compile(r"/login\?next="))
    fill_in(page, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("do not fit together")
    expect(page.get_by_label("E-mail")).to_have_value("anna@example.org")
    browser_errors.clear()  # the browser notes the 422 itself
    fill_in(page, PASSWORD)
    expect(page.get_by_role("heading", name="My profile")).to_be_visible()

    page.get_by_role("button", name="My menu").click()
    page.locator("#menu-me").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="My profile")).not_to_be_visible()


def test_the_door_speaks_persian_from_right_to_left(page: Page, office: Server) -> None:
    page.goto(f"{office.url}/login")
    page.get_by_role("link", name="فارسی").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


def card_in(page: Page, stage: str) -> Locator:
    return page.locator(f"[data-stage={stage}] .card", has_text="Cold displays")


def test_a_deal_is_carried_by_keys_and_taken_back(page: Page, office: Server) -> None:
    sign_in(page, office)
    page.goto(f"{office.url}/deals/new")
    page.locator("input[name=title]").fill("Cold displays for four shops")
    page.get_by_role("button", name="Add", exact=True).click()
    page.goto(f"{office.url}/deals/board")
    here = card_in(page, "new")
    expect(here).to_have_count(1)
    left = page.locator("[data-stage=new] .card").count() - 1

    here.focus()
    for key in ("Space", "ArrowRight", "Escape"):
        page.keyboard.press(key)
    expect(here).to_have_count(1)

    here.focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "Space"):
        page.keyboard.press(key)
    there = card_in(page, "offer")
    expect(there).to_have_attribute("data-version", "2")
    expect(page.locator("#lane-head-offer .num").first).to_have_text("1")
    expect(page.locator("#lane-head-new .num").first).to_have_text(str(left))
    page.reload()
    expect(there).to_have_count(1)

    there.get_by_role("button", name="Move to…").click()
    page.get_by_role("button", name="Move to Negotiation").click()
    expect(card_in(page, "negotiation")).to_have_count(1)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(there).to_have_count(1)

    there.get_by_role("button", name="Move to…").click()
    page.locator("#card-menu").get_by_text("Lost…").click()
    expect(page.get_by_label("Why was it lost?")).to_be_focused()
    page.keyboard.type("Price")
    page.get_by_role("button", name="Mark as lost").click()
    expect(there).to_have_count(0)
    expect(page.locator("#card-menu")).not_to_be_visible()
    expect(page.locator("#lane-head-offer .num").first).to_have_text("0")


def test_a_card_is_dropped_on_a_stage(page: Page, office: Server) -> None:
    sign_in(page, office)
    for title in ("Cold displays first", "Cold displays second"):
        page.goto(f"{office.url}/deals/new")
        page.locator("input[name=title]").fill(title)
        page.get_by_role("button", name="Add", exact=True).click()
    page.goto(f"{office.url}/deals/board")
    for title in ("first", "second"):
        page.locator(".card", has_text=f"Cold displays {title}").drag_to(
            page.locator("[data-stage=qualified]"), target_position={"x": 100, "y": 60}
        )
        expect(card_in(page, "qualified").last).to_contain_text(title)
        expect(card_in(page, "qualified").last).to_have_attribute("data-version", "2")
    page.reload()
    expect(card_in(page, "qualified")).to_contain_text(["first", "second"])


def test_a_loss_is_told_with_its_reason(
    page: Page, office: Server, browser_errors: list[str]
) -> None:
    sign_in(page, office)
    page.goto(f"{office.url}/deals/new")
    page.locator("input[name=title]").fill("Reading room")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Lost…").click()
    page.get_by_role("button", name="Mark as lost").click()
    expect(page.locator("#lose-errors")).to_contain_text("Say in a few words why it was lost.")
    browser_errors.clear()  # the browser notes the 422 itself
    page.get_by_label("Why was it lost?").fill("Went to a competitor")
    page.get_by_role("button", name="Mark as lost").click()
    expect(page.locator("#way")).to_contain_text("Went to a competitor")
    expect(page.locator("#fresh")).to_contain_text("lost this deal")
    page.get_by_role("button", name="Open again").click()
    expect(page.get_by_role("button", name="Lost…")).to_be_visible()


def test_a_record_is_picked_by_typing(page: Page, office: Server) -> None:
    sign_in(page, office)
    page.goto(f"{office.url}/companies/new")
    page.locator("input[name=title]").fill("Złoty Kłos Bakeries")
    page.get_by_role("button", name="Add", exact=True).click()
    page.goto(f"{office.url}/deals/new")
    page.locator("input[name=title]").fill("Ovens")
    box = page.get_by_role("combobox", name="Company", exact=True)
    box.press_sequentially("zloty")
    expect(page.locator(".offers li")).to_have_count(1)
    box.press("Enter")
    expect(box).to_have_value("Złoty Kłos Bakeries")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("complementary", name="About")).to_contain_text("Złoty Kłos Bakeries")


def test_the_first_one_is_met_in_their_language_and_their_time(
    browser: Browser, make_server: MakeServer
) -> None:
    server = make_server()
    server.command("migrate")
    server.start()
    context = browser.new_context(locale="fa-IR", timezone_id="Asia/Tehran")
    page = context.new_page()
    page.goto(server.facts("welcome", "--url", server.url)["link"])
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("[name=timezone]")).to_have_value("Asia/Tehran")
    expect(page.locator("[name=language][value=fa]")).to_be_checked()
    context.close()
