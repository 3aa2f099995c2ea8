"""Two people side by side in two browsers: each sees at once what the other does."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server
from tests.browser.office import let_anna_and_marek_in
from tests.browser.test_main_job import add, entry, sign_in, write


@pytest.fixture(scope="module")
def office(make_server: MakeServer) -> Server:
    """Two processes, with their jobs, where Anna and Marek work."""
    server = make_server()
    let_anna_and_marek_in(server)
    return server.start("--workers", "2")


@pytest.fixture
def marek(browser: Browser, office: Server) -> Iterator[Page]:
    """Marek's own browser."""
    page = browser.new_context(locale="en-GB").new_page()
    sign_in(page, office, "marek")
    yield page
    page.context.close()


def test_what_one_writes_the_other_sees(page: Page, office: Server, marek: Page) -> None:
    sign_in(page, office, "anna")
    url = add(page, office, "companies", "Side by Side")
    add(page, office, "deals", "Beside it", company=url.rpartition("/")[2])
    page.goto(url)
    marek.goto(url)
    for n in range(12):
        write(page, f"Line {n}")
    pill = marek.locator("#arrived button")
    expect(pill).to_have_text("12 new entries", timeout=10_000)
    expect(marek.locator("#entries article.entry", has_text="Line")).to_have_count(0)
    pill.click()
    expect(marek.locator("#entries article.entry", has_text="Line")).to_have_count(12)
    expect(marek.locator("#own-count")).to_have_text("12")
    first = marek.locator("#entries article.entry", has_text="Line").first
    expect(first).to_contain_text("Line 11")
    marek.wait_for_function("""() => {
        const who = document.querySelector("#entries article.entry .who").getBoundingClientRect();
        return who.top > document.querySelector("header.top").getBoundingClientRect().bottom;
    }""")

    began = time.monotonic()
    write(page, "Seen within a second?")
    expect(pill).to_be_visible()
    assert time.monotonic() - began < 10
    write(page, "Thrown away at once")
    expect(pill).to_have_text("2 new entries")
    thrown = entry(page, "Thrown away at once")
    thrown.get_by_role("button", name="More about this entry").click()
    page.locator("#entry-menu").get_by_role("button", name="Delete").click()
    expect(pill).to_have_text("1 new entry")
    pill.click()
    expect(entry(marek, "Seen within a second?")).to_be_visible()
    expect(marek.locator("#entries")).not_to_contain_text("Thrown away at once")

    box = page.locator("form.composer textarea")
    box.click()
    box.press_sequentially("I am wri")
    expect(marek.locator("#writing .writing")).to_contain_text("Anna Nowak")
    box.fill("")


def test_answers_and_likes_come_in_place(page: Page, office: Server, marek: Page) -> None:
    sign_in(page, office, "anna")
    url = add(page, office, "companies", "In Place")
    for n in range(15):
        write(page, f"Row {n} " + "and words " * 30)
    marek.goto(url)
    low = entry(marek, "Row 2 ")
    low.scroll_into_view_if_needed()
    marek.wait_for_timeout(300)
    before = low.bounding_box()
    top = entry(page, "Row 14 ")
    top.locator(".reply summary").click()
    top.locator("textarea").fill("An answer above")
    top.locator("textarea").press("Control+Enter")
    expect(top.locator(".comment")).to_contain_text("An answer above")
    expect(entry(marek, "Row 14 ").locator(".comment")).to_contain_text("An answer above")
    after = low.bounding_box()
    assert before and after and abs(before["y"] - after["y"]) < 2, "what one reads has moved"
    top.get_by_role("button", name="Like").first.click()
    expect(entry(marek, "Row 14 ").locator(".react")).to_contain_text("1")

    # While Marek writes an answer of his own, the other's answer comes in and his words stay.
    mine = entry(marek, "Row 13 ")
    mine.locator(".reply summary").click()
    mine.locator("textarea").press_sequentially("Half a sent")
    theirs = entry(page, "Row 13 ")
    theirs.locator(".reply summary").click()
    theirs.locator("textarea").fill("Anna was first")
    theirs.locator("textarea").press("Control+Enter")
    expect(mine.locator(".comment")).to_contain_text("Anna was first")
    expect(mine.locator("textarea")).to_have_value("Half a sent")
    typing = "form => form.contains(document.activeElement)"
    assert mine.locator(".reply form").evaluate(typing), "one is torn out of writing"


def test_a_deal_moves_under_the_eyes_of_the_other(page: Page, office: Server, marek: Page) -> None:
    sign_in(page, office, "anna")
    url = add(page, office, "deals", "Moving Deal", stage="new")
    page.get_by_role("button", name="Got it").click()  # why one follows lies over the stages
    marek.goto(url)
    now = marek.locator("#way [aria-current=step]")
    before = now.inner_text()
    page.locator("#way li button:not([aria-current])").first.click()
    expect(now).not_to_have_text(before, timeout=10_000)
    marek.goto(f"{office.url}/deals/board")
    card = marek.locator(".lane", has_text="Moving Deal")
    expect(card).to_have_count(1)
    where = card.get_attribute("data-stage")
    page.locator("#way li button:not([aria-current])").last.click()
    expect(marek.locator(f'.lane[data-stage="{where}"]', has_text="Moving Deal")).to_have_count(
        0, timeout=10_000
    )


def test_tabs_share_a_connection_and_nothing_is_missed(
    page: Page, office: Server, marek: Page
) -> None:
    sign_in(page, office, "anna")
    url = add(page, office, "companies", "Many Tabs")
    marek.goto(url)
    opened: list[str] = []
    marek.context.on("request", lambda r: opened.append(r.url) if "/live?" in r.url else None)
    tabs = [marek.context.new_page() for _ in range(8)]  # more than a browser's six connections
    for tab in tabs:
        tab.goto(url)
    write(page, "To all tabs")
    for tab in [marek, *tabs]:
        expect(tab.locator("#arrived button")).to_have_text("1 new entry")
    # At most once more, for a page that was read a moment before the first began to listen.
    assert len(opened) <= 1
    marek.close()  # the tab that listened: another takes over
    write(page, "After the first is gone")
    for tab in tabs:
        expect(tab.locator("#arrived button")).to_have_text("2 new entries", timeout=10_000)
    tabs[0].context.set_offline(True)
    write(page, "While the line was broken")
    tabs[0].wait_for_timeout(1500)
    tabs[0].context.set_offline(False)
    for tab in tabs:
        expect(tab.locator("#arrived button")).to_have_text("3 new entries", timeout=15_000)


def test_the_bell_rings_on_an_open_page(page: Page, office: Server, marek: Page) -> None:
    sign_in(page, office, "anna")
    add(page, office, "companies", "Ringing Live")
    before = marek.locator("#bell .count")
    assert before.count() == 0
    write(page, "Look at this, @Marek Lis please")
    expect(before).to_have_text("1", timeout=15_000)


def test_what_one_has_before_ones_eyes_is_read(page: Page, office: Server, marek: Page) -> None:
    sign_in(page, office, "anna")
    marek.goto(f"{office.url}/notifications")
    if marek.locator("#bell .count").count():
        marek.get_by_role("button", name="Mark all as read").click()
    url = add(page, office, "companies", "Open Ltd")
    marek.goto(url)
    write(page, "Do you see this, @Marek Lis")
    expect(marek.locator("#bell .count")).to_have_text("1", timeout=20_000)
    marek.wait_for_timeout(3000)
    expect(marek.locator("#bell .count")).to_have_text("1")  # it waits above, unseen
    marek.locator("#arrived button").click()
    expect(marek.locator("#bell .count")).to_have_count(0, timeout=10_000)

    mine = entry(page, "Do you see this")
    marek.goto(f"{office.url}/people")
    mine.locator(".reply summary").click()
    mine.locator("textarea").fill("And this, @Marek Lis")
    mine.locator("textarea").press("Control+Enter")
    expect(marek.locator("#bell .count")).to_have_text("1", timeout=20_000)
    mine.locator(".comment").get_by_role("button", name="Delete").click()
    expect(marek.locator("#bell .count")).to_have_count(0, timeout=10_000)
