"""What is typed survives: a crash, another device, signing out, a lost session, a restart."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tablica.shared.testing.browser import ARGUMENTS, program
from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server
from tests.browser.office import PASSWORD, let_anna_and_marek_in
from tests.browser.test_main_job import add, entry, sign_in

PLAN = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"the plan"}


@pytest.fixture(scope="module")
def office(make_server: MakeServer) -> Server:
    """A server where Anna and Marek work."""
    server = make_server()
    let_anna_and_marek_in(server)
    return server.start()


def text_of(page: Page) -> Locator:
    return page.locator("form.composer textarea[name=text]")


def kept(page: Page) -> Locator:
    """The line that says that the server has it."""
    return page.locator("form.composer .draft-line", has_text="Draft from")


def type_in(page: Page, text: str) -> None:
    text_of(page).fill(text)
    expect(kept(page)).to_be_visible()


def another_device(browser: Browser, office: Server, address: str, who: str = "anna") -> Page:
    page = browser.new_context().new_page()
    sign_in(page, office, who)
    page.goto(address)
    return page


def kept_here(page: Page) -> str:
    """Everything that this browser keeps of words."""
    return str(page.evaluate("JSON.stringify({...localStorage})"))


def crashing(browser: Browser, folder: Path) -> tuple[BrowserContext, int]:
    """A browser of its own, and the number of its process."""
    context = browser.browser_type.launch_persistent_context(
        folder, executable_path=program(), args=ARGUMENTS
    )
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if (
            str(folder) in said
            and "--type=" not in said
            and "playwright" not in said.split("\0")[0]
        ):
            return context, int(process.name)
    raise AssertionError("the browser has no process")


def test_a_draft_survives_a_crash_and_is_there_on_another_device(
    page: Page, office: Server, browser: Browser, tmp_path: Path
) -> None:
    context, process = crashing(browser, tmp_path / "profile")
    first = context.new_page()
    sign_in(first, office, "anna")
    client = add(first, office, "companies", "Crashing Ltd")
    first.locator("form.composer [data-type=call]").click()
    first.locator("form.composer input[name=minutes]").fill("12")
    first.locator("form.composer input[name=tags]").fill("urgent")
    first.locator("form.composer [name=audience]").select_option("some")
    first.get_by_label("Marek Lis").check()
    first.locator("input[name=files]").set_input_files([PLAN])
    expect(first.locator(".chosen .file[data-state=there]")).to_contain_text("plan.txt")
    with first.expect_response(lambda answer: answer.url.endswith("/draft")):
        text_of(first).fill("She said that")
    expect(kept(first)).to_be_visible()
    os.kill(process, signal.SIGKILL)

    sign_in(page, office, "anna")
    page.goto(client)
    expect(text_of(page)).to_have_value("She said that")
    expect(kept(page)).to_be_visible()
    expect(page.locator("form.composer input[name=minutes]")).to_have_value("12")
    expect(page.locator("form.composer input[name=tags]")).to_have_value("urgent")
    expect(page.locator("form.composer [name=audience]")).to_have_value("some")
    expect(page.get_by_label("Marek Lis")).to_be_checked()
    expect(page.locator(".chosen .file")).to_contain_text("plan.txt")

    page.get_by_role("link", name="Drafts").click()
    expect(page.locator(".draft-row", has_text="Crashing Ltd")).to_contain_text("She said that")
    page.locator(".draft-row", has_text="Crashing Ltd").get_by_role("link", name="Go on").click()
    expect(page.locator(".chosen .file")).to_contain_text("plan.txt")
    expect(page.get_by_label("Marek Lis")).to_be_checked()
    page.locator("form.composer").get_by_role("button", name="Post").click()
    posted = entry(page, "She said that")
    expect(posted.locator("a.file")).to_contain_text("plan.txt")
    expect(posted.locator(".few")).to_contain_text("Marek Lis")
    expect(text_of(page)).to_have_value("")
    page.reload()
    expect(entry(page, "She said that")).to_be_visible()
    expect(text_of(page)).to_have_value("")
    page.goto(f"{office.url}/drafts")
    expect(page.locator(".draft-row", has_text="Crashing Ltd")).to_have_count(0)


def test_the_same_browser_after_a_crash_has_it_too(
    office: Server, browser: Browser, tmp_path: Path
) -> None:
    context, process = crashing(browser, tmp_path / "profile")
    first = context.new_page()
    sign_in(first, office, "anna")
    client = add(first, office, "companies", "Crashing again Ltd")
    type_in(first, "half a thought")
    os.kill(process, signal.SIGKILL)
    context, _process = crashing(browser, tmp_path / "profile")
    again = context.new_page()
    if "/login" in again.goto(client).url:  # type: ignore[union-attr]
        sign_in(again, office, "anna")
        again.goto(client)
    expect(text_of(again)).to_have_value("half a thought")
    context.close()


def test_signing_out_leaves_nothing_to_the_next_person_and_loses_nothing(
    page: Page, office: Server
) -> None:
    sign_in(page, office, "anna")
    client = add(page, office, "companies", "Two people, one desk")
    page.locator("input[name=files]").set_input_files([PLAN])
    expect(page.locator(".chosen .file[data-state=there]")).to_be_visible()
    text_of(page).fill("Anna's secret thought")
    assert "secret" in kept_here(page)
    page.get_by_role("button", name="My menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    assert "secret" not in kept_here(page)

    sign_in(page, office, "marek")
    page.goto(client)
    expect(text_of(page)).to_have_value("")
    expect(page.locator(".chosen .file")).to_have_count(0)
    assert "secret" not in kept_here(page)
    assert "secret" not in page.content()
    page.goto(f"{office.url}/drafts")
    expect(page.locator(".draft-row")).to_have_count(0)

    page.context.clear_cookies()
    sign_in(page, office, "anna")
    page.goto(client)
    expect(text_of(page)).to_have_value("Anna's secret thought")
    expect(page.locator(".chosen .file")).to_contain_text("plan.txt")


def test_when_the_session_is_over_the_words_wait_and_are_sent_after_signing_in(
    page: Page, office: Server, browser: Browser, browser_errors: list[str]
) -> None:
    sign_in(page, office, "anna")
    client = add(page, office, "companies", "Patience GmbH")
    page.context.clear_cookies(name="session")
    with page.expect_response(lambda answer: answer.status == 401):
        text_of(page).fill("typed while nobody knew me")
    page.goto(f"{office.url}/login")
    assert "nobody knew me" in kept_here(page)
    sign_in(page, office, "anna")
    page.goto(client)
    expect(text_of(page)).to_have_value("typed while nobody knew me")
    expect(kept(page)).to_be_visible()
    other = another_device(browser, office, client)
    expect(text_of(other)).to_have_value("typed while nobody knew me")
    other.context.close()
    assert [error for error in browser_errors if "401" not in error] == []
    browser_errors.clear()


def test_somebody_elses_words_go_when_another_person_signs_in(page: Page, office: Server) -> None:
    sign_in(page, office, "anna")
    add(page, office, "companies", "One desk GmbH")
    type_in(page, "left on the desk")
    page.context.clear_cookies()
    sign_in(page, office, "marek")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    assert "left on the desk" not in kept_here(page)


def test_two_devices_at_once_lose_nothing(page: Page, office: Server, browser: Browser) -> None:
    sign_in(page, office, "anna")
    client = add(page, office, "companies", "Two devices AG")
    type_in(page, "begun")
    other = another_device(browser, office, client)
    expect(text_of(other)).to_have_value("begun")
    text_of(other).fill("begun on the telephone")
    expect(kept(other)).to_be_visible()
    other.wait_for_timeout(1500)
    text_of(page).fill("begun at the desk")
    offer = page.locator(".draft-line .other")
    expect(offer).to_contain_text("begun on the telephone")
    offer.get_by_role("button", name="Take this text").click()
    expect(text_of(page)).to_have_value("begun on the telephone")
    expect(page.locator(".draft-line .other")).to_contain_text("begun at the desk")
    other.context.close()


def test_what_is_posted_on_one_device_is_gone_on_the_other(
    page: Page, office: Server, browser: Browser
) -> None:
    sign_in(page, office, "anna")
    client = add(page, office, "companies", "Twice and once Ltd")
    type_in(page, "said once")
    other = another_device(browser, office, client)
    expect(text_of(other)).to_have_value("said once")
    other.locator("form.composer").get_by_role("button", name="Post").click()
    entry(other, "said once")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(text_of(page)).to_have_value("")
    expect(page.locator(".draft-line")).to_contain_text("posted or discarded elsewhere")
    page.reload()
    expect(text_of(page)).to_have_value("")
    other.context.close()


def test_discarding_has_an_undo(page: Page, office: Server) -> None:
    sign_in(page, office, "anna")
    add(page, office, "companies", "Undo Ltd")
    type_in(page, "not so bad after all")
    page.locator(".draft-line").get_by_role("button", name="Discard").click()
    expect(text_of(page)).to_have_value("")
    page.locator(".draft-line").get_by_role("button", name="Undo").click()
    expect(text_of(page)).to_have_value("not so bad after all")
    page.locator(".draft-line").get_by_role("button", name="Discard").click()
    expect(page.locator(".draft-line")).to_contain_text("Discarded")
    page.reload()
    expect(text_of(page)).to_have_value("")


def test_a_change_that_was_begun_goes_on(page: Page, office: Server) -> None:
    sign_in(page, office, "anna")
    add(page, office, "companies", "Changing Ltd")
    text_of(page).fill("as it was")
    page.locator("form.composer").get_by_role("button", name="Post").click()
    note = entry(page, "as it was")
    note.get_by_role("button", name="More about this entry").click()
    page.locator(".menu:popover-open").get_by_text("Edit", exact=True).click()
    page.locator("form.editing textarea[name=text]").fill("as it will be")
    expect(page.locator("form.editing .draft-line")).to_contain_text("Draft from")
    page.reload()
    page.locator("article.entry").get_by_role("button", name="Go on").click()
    expect(page.locator("form.editing textarea[name=text]")).to_have_value("as it will be")
    page.locator("form.editing").get_by_role("button", name="Save").click()
    expect(page.locator("form.editing")).to_have_count(0)
    expect(entry(page, "as it will be")).to_be_visible()
    page.reload()
    expect(entry(page, "as it will be")).to_be_visible()
    expect(page.get_by_role("button", name="Go on")).to_have_count(0)


@pytest.mark.parametrize("choice", ["Keep theirs", "Keep mine", "Keep both"])
def test_a_change_that_met_another_leaves_no_draft(
    page: Page, office: Server, browser: Browser, choice: str
) -> None:
    sign_in(page, office, "anna")
    url = add(page, office, "companies", f"{choice} Ltd")
    text_of(page).fill("as it was")
    page.locator("form.composer").get_by_role("button", name="Post").click()
    expect(entry(page, "as it was")).to_be_visible()
    other = another_device(browser, office, url)
    for one in (page, other):
        entry(one, "as it was").get_by_role("button", name="More about this entry").click()
        one.locator(".menu:popover-open").get_by_text("Edit", exact=True).click()
        one.locator("form.editing textarea[name=text]").fill(
            f"as {'I' if one is page else 'we'} want"
        )
        expect(one.locator("form.editing .draft-line")).to_contain_text("Draft from")
    page.locator("form.editing").get_by_role("button", name="Save").click()
    expect(entry(page, "as I want")).to_be_visible()
    other.locator("form.editing").get_by_role("button", name="Save").click()
    other.locator(".late").get_by_text(choice).click()
    expect(other.locator("form.editing")).to_have_count(0)
    stays = "as I want" if choice == "Keep theirs" else "as we want"
    expect(entry(other, stays)).to_be_visible()
    expect(other.get_by_role("button", name="Go on")).to_have_count(0)
    other.goto(f"{office.url}/drafts")
    expect(other.get_by_role("heading", name="Drafts")).to_be_visible()
    expect(other.locator("main")).not_to_contain_text(f"{choice} Ltd")
    other.context.close()


def test_words_typed_while_the_server_is_away_are_kept_and_sent(
    page: Page, make_server: MakeServer, browser_errors: list[str]
) -> None:
    server = make_server()
    server.command(
        "user", "add", "anna@example.org", "--name", "Anna Nowak", "--role", "manager",
        "--password-stdin", typed=PASSWORD,
    )  # fmt: skip
    port = server.start().url.rsplit(":", 1)[1]
    sign_in(page, server, "anna")
    client = add(page, server, "companies", "Restarted Ltd")
    type_in(page, "before")
    server.stop(number=signal.SIGKILL)
    text_of(page).fill("before and meanwhile")
    page.wait_for_timeout(1500)
    server.start("--port", port)
    with page.expect_response(lambda answer: answer.url.endswith("/draft"), timeout=30_000):
        pass
    page.evaluate("localStorage.clear()")
    page.goto(client)
    expect(text_of(page)).to_have_value("before and meanwhile")
    assert [error for error in browser_errors if "ERR_" not in error] == []
    browser_errors.clear()
