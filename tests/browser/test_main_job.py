"""The main job, done in a real browser as people do it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, Route, expect

from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server
from tests.browser.office import PASSWORD, let_anna_and_marek_in

PDF = {"name": "offer “final”.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 hello"}


@pytest.fixture(scope="module")
def office(make_server: MakeServer) -> Server:
    """A server where Anna and Marek work."""
    server = make_server()
    let_anna_and_marek_in(server)
    return server.start()


def sign_in(page: Page, office: Server, email: str) -> None:
    page.goto(f"{office.url}/login")
    page.get_by_label("E-mail").fill(f"{email}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def add(page: Page, office: Server, path: str, title: str, **values: str) -> str:
    """Add a record by its form; the address of its profile."""
    query = "&".join(f"{name}={value}" for name, value in values.items())
    page.goto(f"{office.url}/{path}/new?{query}")
    page.locator("input[name=title]").fill(title)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    return page.url


def write(page: Page, text: str) -> Locator:
    """Write a note; the entry that appears."""
    box = page.locator("form.composer textarea")
    box.click()
    box.fill(text)
    box.press("Control+Enter")
    expect(box).to_have_value("")
    return entry(page, text.split(" #")[0])


def entry(page: Page, text: str) -> Locator:
    found = page.locator("#entries article.entry", has_text=text).first
    expect(found).to_be_visible()
    return found


def choose(page: Page, of: Locator, action: str) -> None:
    of.get_by_role("button", name="More about this entry").click()
    page.locator(".menu:popover-open").get_by_text(action, exact=True).click()


def test_a_client_is_found_written_about_and_followed_to_the_deal(
    page: Page, office: Server, browser: Browser
) -> None:
    sign_in(page, office, "anna")
    client = add(page, office, "companies", "Złoty Kłos Bakeries")
    number = client.rsplit("/", 1)[1]
    deal = add(page, office, "deals", "Cold displays for four shops", company=number)

    page.locator("[data-search]").fill("zloty klos")
    page.locator("[data-search]").press("Enter")
    page.get_by_role("main").get_by_role("link", name="Złoty Kłos Bakeries").first.click()
    expect(page).to_have_url(client)

    note = write(page, "They want the offer by Tuesday #urgent")
    expect(note.get_by_role("link", name="#urgent")).to_be_visible()

    note.get_by_role("button", name="Like").click()
    expect(entry(page, "by Tuesday").locator(".react .on")).to_contain_text("1")

    note = entry(page, "by Tuesday")
    note.locator(".reply summary").click()
    note.locator(".reply textarea").fill("I will send it on Monday")
    note.locator(".reply textarea").press("Control+Enter")
    expect(entry(page, "by Tuesday").locator(".comment")).to_contain_text("on Monday")

    page.locator("input[name=files]").set_input_files([PDF])
    page.locator("form.composer textarea").fill("The offer as sent")
    page.locator("form.composer").get_by_role("button", name="Post").click()
    file = entry(page, "The offer as sent").locator("a.file")
    expect(file).to_contain_text("offer “final”.pdf")
    with page.expect_download() as download:
        file.click()
    assert download.value.path().read_bytes() == PDF["buffer"]

    choose(page, entry(page, "by Tuesday"), "Move…")
    dialog = page.locator("dialog[open]")
    dialog.get_by_text("Cold displays for four shops").click()
    dialog.get_by_role("button", name="Move", exact=True).click()
    toast = page.locator(".toast", has_text="Moved to Cold displays")
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Undo").click()
    expect(entry(page, "by Tuesday").locator(".comment")).to_contain_text("on Monday")
    choose(page, entry(page, "by Tuesday"), "Move…")
    dialog.get_by_text("Cold displays for four shops").click()
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator(".gone")).to_contain_text("Moved to Cold displays")

    page.get_by_role("switch", name="Context").click()
    shown = entry(page, "by Tuesday")
    expect(shown).to_have_class("entry context")
    expect(shown.locator(".home")).to_contain_text("Cold displays for four shops")
    page.wait_for_url("**context=1*")

    page.goto(deal)
    expect(entry(page, "by Tuesday").locator(".trace")).to_contain_text("Złoty Kłos Bakeries")

    page.goto(office.url)
    expect(entry(page, "by Tuesday").locator(".home")).to_contain_text("Cold displays")
    page.get_by_role("link", name="What I follow").click()
    expect(entry(page, "by Tuesday")).to_be_visible()

    page.goto(client)
    follow = page.locator("#follow")
    follow.get_by_role("button", name="Following").click()
    expect(follow.get_by_role("button", name="Follow", exact=True)).to_be_visible()
    page.goto(f"{office.url}/?followed=1")
    expect(page.locator("#entries article", has_text="The offer as sent")).to_have_count(0)

    page.goto(client)
    choose(page, entry(page, "The offer as sent"), "Delete")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(entry(page, "The offer as sent").locator("a.file")).to_be_visible()


def test_an_answer_that_is_begun_stays_open_while_one_likes(page: Page, office: Server) -> None:
    sign_in(page, office, "anna")
    add(page, office, "companies", "Patient Answers")
    note = write(page, "like me while you answer")
    note.locator(".reply summary").click()
    note.locator(".reply textarea").fill("half of a sentence")
    note.get_by_role("button", name="Like").click()
    expect(note.locator(".react .on")).to_contain_text("1")
    expect(note.locator(".reply textarea")).to_have_value("half of a sentence")
    page.wait_for_timeout(1500)  # the news of it comes back to this page, too
    expect(note.locator(".reply textarea")).to_be_visible()
    note.locator(".reply textarea").press("Control+Enter")
    expect(note.locator(".comment")).to_contain_text("half of a sentence")


def test_filters_have_an_address_of_their_own(page: Page, office: Server) -> None:
    sign_in(page, office, "anna")
    client = add(page, office, "companies", "Filter and Sons")
    write(page, "about chairs #furniture")
    write(page, "about coffee #kitchen")
    page.locator(".filters .words-in").fill("coffee")
    expect(page.locator("#entries article", has_text="about chairs")).to_have_count(0)
    entry(page, "about coffee")
    page.goto(f"{client}?tag=furniture&talk=1")
    entry(page, "about chairs")
    expect(page.locator("#entries article")).to_have_count(1)
    expect(page.locator(".chosen-filters")).to_contain_text("#furniture")

    page.locator(".filters .words-in").fill("chairs")
    page.wait_for_url("**q=chairs**")
    assert "tag=furniture" in page.url, "a filter not yet opened counts as well"
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page.get_by_label("Tag", exact=True)).to_have_value("furniture")
    page.locator(".filters select[name=type]").select_option("call")
    expect(page.locator("#entries article")).to_have_count(0)
    page.locator(".filters select[name=type]").select_option("note")
    expect(page.locator("#entries article")).to_have_count(1)


def test_the_last_words_count_however_slow_the_answers_are(page: Page, office: Server) -> None:
    sign_in(page, office, "anna")
    add(page, office, "companies", "Slow and Sons")
    write(page, "about chairs")
    write(page, "about coffee")
    held: list[Route] = []
    page.route("**/companies/*q=*", lambda asked: held.append(asked))
    for words in ("about", "chairs", "coffee"):
        page.locator(".filters .words-in").fill(words)
        page.wait_for_timeout(600)  # longer than the pause after which one asks
    page.unroute("**/companies/*q=*")
    for asked in held:
        with suppress(Error):  # the page waits no longer for what was asked before
            asked.continue_()
    page.wait_for_url("**q=coffee**")
    entry(page, "about coffee")
    expect(page.locator("#entries article", has_text="about chairs")).to_have_count(0)


def test_a_note_for_some_people_names_them(page: Page, office: Server) -> None:
    sign_in(page, office, "anna")
    add(page, office, "companies", "Discreet Ltd")
    page.locator("form.composer textarea").fill("for two of us")
    page.locator("form.composer [name=audience]").select_option("some")
    page.get_by_label("Marek Lis").check()
    page.locator("form.composer").get_by_role("button", name="Post").click()
    expect(entry(page, "for two of us").locator(".few")).to_contain_text("Marek Lis")


def test_an_answer_left_unsent_is_there_again(page: Page, office: Server) -> None:
    sign_in(page, office, "anna")
    add(page, office, "companies", "Patient Ltd")
    write(page, "what do you think?")
    entry(page, "what do you think?").locator(".reply summary").click()
    box = entry(page, "what do you think?").locator(".reply textarea")
    expect(entry(page, "what do you think?").locator(".reply [role=textbox]")).to_be_focused()
    box.press_sequentially("I think")
    page.reload()
    expect(entry(page, "what do you think?").locator(".reply textarea")).to_have_value("I think")
    expect(page.locator(":focus")).to_have_count(0)


def test_what_was_typed_stays_when_it_is_refused(
    page: Page, office: Server, browser_errors: list[str]
) -> None:
    sign_in(page, office, "anna")
    add(page, office, "companies", "Strict Ltd")
    page.locator("form.composer [data-type=call]").click()
    box = page.locator("form.composer textarea")
    box.fill("a long call")
    page.locator("form.composer input[name=minutes]").evaluate("box => box.type = 'text'")
    page.locator("form.composer input[name=minutes]").fill("many")
    page.locator("form.composer").get_by_role("button", name="Post").click()
    expect(page.locator("form.composer .error")).to_contain_text("between 1 and 1440")
    expect(box).to_have_value("a long call")
    assert [error for error in browser_errors if "422" not in error] == []
    browser_errors.clear()


def test_two_people_never_overwrite_each_other_silently(
    page: Page, office: Server, browser: Browser, browser_errors: list[str]
) -> None:
    sign_in(page, office, "anna")
    client = add(page, office, "companies", "Shared GmbH")
    other = browser.new_page()
    sign_in(other, office, "marek")
    for one in (page, other):
        one.goto(client)
        one.get_by_text("more fields").click()
        one.locator("#field-city button.value").click()
        expect(one.locator("#field-city input[name=city]")).to_be_visible()
    for one, city in ((page, "Kraków"), (other, "Gdańsk")):
        one.locator("#field-city input[name=city]").fill(city)
        one.locator("#field-city input[name=city]").press("Enter")
    expect(page.locator("#field-city")).to_contain_text("Kraków")
    expect(other.locator("#field-city .notice")).to_contain_text("Kraków")
    expect(other.locator("#field-city input[name=city]")).to_have_value("Gdańsk")
    other.locator("#field-city").get_by_role("button", name="Save").click()
    expect(other.locator("#field-city")).to_contain_text("Gdańsk")
    expect(other.locator("#field-city .notice")).to_have_count(0)
    other.close()


def test_a_double_click_posts_once(page: Page, office: Server) -> None:
    sign_in(page, office, "anna")
    add(page, office, "companies", "Twice AG")
    page.locator("form.composer textarea").fill("posted once only")
    page.locator("form.composer").get_by_role("button", name="Post").dblclick()
    entry(page, "posted once only")
    page.reload()
    expect(page.locator("#entries article", has_text="posted once only")).to_have_count(1)
