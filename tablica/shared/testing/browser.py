"""A real browser: the chromium of the system, closed to the outside world."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, sync_playwright

from tablica.shared.testing.missing import not_tested

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def program() -> str | None:
    """The browser's path, or None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser, started once for the tests of a module.

    Its driver runs an event loop in this thread for as long as it lives, where Django would refuse
    its own database calls and `asyncio.run` a second loop: other modules must not meet it.
    """
    path = program()
    if path is None:
        not_tested("the pages in a browser", lacking="chromium", install="chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def browser_errors() -> list[str]:
    """What the browser complained about. A test that expects a complaint clears this list."""
    return []


@pytest.fixture
def page(browser: Browser, browser_errors: list[str]) -> Iterator[Page]:
    """A fresh page of a laptop, with no cookies. Errors in its console fail the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(10_000)
    page = context.new_page()

    def remember_message(message: ConsoleMessage) -> None:
        if message.type == "error":
            browser_errors.append(message.text)

    def remember_error(error: Error) -> None:
        browser_errors.append(str(error))

    page.on("console", remember_message)
    page.on("pageerror", remember_error)
    yield page
    context.close()
    assert browser_errors == []
