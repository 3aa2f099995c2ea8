"""Second factors in a real browser: an app set up and used, a passkey made and shown."""

from __future__ import annotations

import base64
import time

import pytest
from playwright.sync_api import Page, expect

from tablica.accounts.factors import totp
from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server

PASSWORD = "a board on the wall"


@pytest.fixture(scope="module")
def office(make_server: MakeServer) -> Server:
    """A server where these work; passkeys are made for names, not for numbers."""
    server = make_server()
    for name in ("anna", "ben"):
        server.command("user", "add", f"{name}@example.org", "--password-stdin", typed=PASSWORD)
    return server.start()


def home(office: Server) -> str:
    return office.url.replace("127.0.0.1", "localhost")


def sign_in(page: Page, office: Server, name: str) -> None:
    page.goto(f"{home(office)}/login")
    page.get_by_label("E-mail").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="My menu").click()
    page.locator("#menu-me").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def with_a_device(page: Page) -> None:
    """Let the browser have a device that makes passkeys and knows its owner."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_an_app_is_set_up_and_asked_for(
    page: Page, office: Server, browser_errors: list[str]
) -> None:
    sign_in(page, office, "anna")
    page.goto(f"{home(office)}/settings/me")
    page.get_by_role("link", name="See and set up").click()
    page.locator("#app").get_by_role("link", name="Set up").click()
    expect(page.get_by_role("img", name="Picture for the app")).to_be_visible()
    secret = base64.b32decode(page.locator("#typed").inner_text().replace(" ", ""))
    page.get_by_label("The code it shows now").fill(totp.code_at(secret, int(time.time()) // 30))
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Set up").click()
    expect(page.locator(".codes li")).to_have_count(10)
    recovery = page.locator(".codes code").first.inner_text()

    sign_out(page)
    sign_in(page, office, "anna")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_label("Code").fill("12")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("This code does not count")).to_be_visible()
    browser_errors.clear()  # the browser notes the 422 itself
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def test_a_passkey_is_made_and_is_enough(page: Page, office: Server) -> None:
    with_a_device(page)
    sign_in(page, office, "ben")
    page.goto(f"{home(office)}/settings/me/factors")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What is it called?").fill("Grey key")
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("cell", name="Grey key")).to_be_visible()

    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()

    sign_out(page)
    sign_in(page, office, "ben")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def test_a_browser_without_a_passkey_says_so(page: Page, office: Server) -> None:
    page.goto(f"{home(office)}/login")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('none')); }")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("The browser showed no passkey")).to_be_visible()
    expect(page).to_have_url(f"{home(office)}/login")
