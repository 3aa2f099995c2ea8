"""Going on through hits in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server

PASSWORD = "a board on the wall"


@pytest.fixture(scope="module")
def office(make_server: MakeServer) -> Server:
    """A server where Anna works."""
    server = make_server()
    server.command(
        "user", "add", "anna@example.org", "--name", "Anna Nowak", "--role", "manager",
        "--password-stdin", typed=PASSWORD,
    )  # fmt: skip
    return server.start()


def test_more_adds_the_next_hits_once(page: Page, office: Server) -> None:
    token = office.command("token", "anna@example.org", "--scope", "write").split()[-1]
    headers = {"Authorization": f"Bearer {token}"}
    numbers = []
    for n in range(65):
        sent = {"kind": "company", "title": f"Piekarnia {n}"}
        answer = page.request.post(f"{office.url}/api/v1/records", headers=headers, data=sent)
        numbers.append(answer.json()["id"])
    for n in range(35):
        sent = {"type": "note", "text": f"piekarnia {n}"}
        wall = f"{office.url}/api/v1/records/{numbers[0]}/wall"
        assert page.request.post(wall, headers=headers, data=sent).status == 201
    page.goto(f"{office.url}/login")
    page.get_by_label("E-mail").fill("anna@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    page.goto(f"{office.url}/search?q=piekarnia")
    records = page.locator("#results section").first.locator(".near-row")
    expect(records).to_have_count(30)
    more = page.locator("#results section").first.get_by_role("link", name="More")
    more.click()
    expect(records).to_have_count(60)
    more.click()
    expect(records).to_have_count(65)
    expect(more).to_have_count(0)
    assert len(set(records.evaluate_all("rows => rows.map(row => row.href)"))) == 65
    hits = page.locator("#results .hit")
    page.keyboard.press("End")
    expect(hits).to_have_count(35)
    assert page.url.endswith("/search?q=piekarnia")
