"""The bell in a real browser: mentioned by one, told to the other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server
from tests.browser.office import let_anna_and_marek_in
from tests.browser.test_main_job import add, entry, sign_in


@pytest.fixture(scope="module")
def office(make_server: MakeServer) -> Server:
    """A server where Anna and Marek work, with its jobs."""
    server = make_server()
    let_anna_and_marek_in(server)
    return server.start("--workers", "1")


def test_who_is_mentioned_hears_of_it(page: Page, office: Server, browser: Browser) -> None:
    sign_in(page, office, "anna")
    add(page, office, "companies", "Ringing Ltd")
    box = page.locator("form.composer textarea")
    box.click()
    expect(page.locator("form.composer .rich .ProseMirror")).to_be_focused()
    page.keyboard.type("Could you call them, @mar")
    page.locator(".hints li", has_text="Marek Lis").click()
    expect(box).to_have_value("Could you call them, @Marek Lis ")
    page.keyboard.press("Control+Enter")
    expect(entry(page, "call them").locator(".mention")).to_have_text("@Marek Lis")

    other = browser.new_page()
    sign_in(other, office, "marek")
    for _ in range(20):
        if other.locator("#bell .count").count():
            break
        other.wait_for_timeout(500)
        other.reload()
    other.locator("#bell").click()
    notice = other.locator(".bell-row")
    expect(notice).to_contain_text("Anna Nowak")
    expect(notice).to_contain_text("because you are mentioned")
    notice.get_by_role("button", name="Mark as read").click()
    expect(other.locator("#bell .count")).to_have_count(0)
    notice.get_by_role("button", name="Mark as").click()
    expect(other.locator("#bell .count")).to_have_text("1")
    notice.get_by_role("button", name="Later, or no more").click()
    other.locator("#notice-menu").get_by_role("button", name="Tomorrow morning").click()
    expect(other.locator(".toast")).to_contain_text("Comes back: tomorrow, 08:00.")
    expect(notice).to_have_count(0)
    other.get_by_role("link", name="Snoozed").click()
    expect(notice).to_contain_text("back tomorrow, 08:00")
    notice.get_by_role("button", name="Later, or no more").click()
    other.locator("#notice-menu").get_by_role("button", name="Bring back now").click()
    expect(notice).to_have_count(0)
    other.get_by_role("link", name="All", exact=True).click()
    expect(other.locator("#bell .count")).to_have_text("1")
    with other.expect_response("**/notifications/*/read"):
        notice.get_by_role("link").click()
    expect(entry(other, "call them")).to_be_visible()
    expect(other.locator("#bell .count")).to_have_count(0)
    other.close()
    expect(page.locator("#bell .count")).to_have_count(0)


def test_why_one_follows_is_told_once(page: Page, office: Server) -> None:
    sign_in(page, office, "marek")
    add(page, office, "companies", "Followed Ltd")
    why = page.locator("#follow .why")
    expect(why).to_contain_text("You follow this because you own this.")
    why.get_by_role("button", name="Got it").click()
    expect(why).to_have_count(0)
    expect(page.locator("#follow")).to_contain_text("Following")
    page.reload()
    expect(why).to_have_count(0)
    expect(page.locator("#follow button")).to_have_attribute("title", "because you own this")
