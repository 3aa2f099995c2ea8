"""Nothing that people write runs in a real browser; and were it not cleaned, still nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Route, expect

from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server
from tests.browser.office import PASSWORD
from tests.browser.test_main_job import sign_in
from tests.vectors import vectors

VECTORS = [re.sub(r"[\x00-\x08\x0b-\x1f]", "", vector) for vector in vectors()]
TOGETHER = 15
OFF = """
import markdown_it
import nh3


class Off:
    def __init__(self, **rules):
        pass

    def clean(self, html):
        return html


def all_html(self, config="commonmark", options=None, *, _begin=markdown_it.MarkdownIt.__init__):
    _begin(self, config, {**(options or {}), "html": True})
    self.validateLink = lambda address: True


nh3.Cleaner = Off
markdown_it.MarkdownIt.__init__ = all_html
"""
SAYS_SO = "Object.defineProperty(window, 'fired', { set() { console.log('FIRED'); } });"
TRY_EVERYTHING = """async () => {
    const words = [...document.querySelectorAll(".prose *, #entries *")];
    const events = ["mouseover", "pointerenter", "focus", "toggle", "animationstart", "wheel"];
    for (const each of words) {
        for (const name of events) each.dispatchEvent(new Event(name, { bubbles: true }));
    }
    for (const link of document.querySelectorAll(".prose a, .prose button")) {
        if (!/^https?:/.test(link.protocol ?? "")) link.dispatchEvent(new MouseEvent("click"));
    }
    await new Promise((done) => setTimeout(done, 300));
}"""


class Post:
    """Writes through the API as Anna does."""

    def __init__(self, office: Server, page: Page) -> None:
        self.office, self.page = office, page
        words = office.command("token", "anna@example.org", "--name", "x", "--scope", "write")
        self.head = {"Authorization": f"Bearer {words.split()[-1]}"}

    def __call__(self, path: str, **sent: object) -> int:
        """The number of what was made."""
        address = f"{self.office.url}/api/v1{path}"
        answer = self.page.request.post(address, headers=self.head, data=sent)
        assert answer.status == 201, answer.text()
        return int(answer.json()["id"])


def started(server: Server) -> Server:
    server.command(
        "user", "add", "anna@example.org", "--name", "Anna Nowak", "--role", "manager",
        "--password-stdin", typed=PASSWORD,
    )  # fmt: skip
    return server.start()


def line(vector: str) -> str:
    """On one line, as titles are."""
    return " ".join(vector.split())


def plant(office: Server, page: Page) -> str:
    """Put all of them on one wall: as entries and comments, titles and tags; its address."""
    post = Post(office, page)
    wall = post("/records", kind="company", title="Target <b>")
    for at in range(0, len(VECTORS), TOGETHER):
        text = "\n\n".join(VECTORS[at : at + TOGETHER])
        entry = post(
            f"/records/{wall}/wall", text=f"begin {at}\n\n{text}", source=line(VECTORS[at])[:80]
        )
        post(f"/entries/{entry}/comments", text=text)
        post("/records", kind="deal", title=line(VECTORS[at])[:200], fields={"company": wall})
    return f"/companies/{wall}"


@pytest.fixture(scope="module")
def office(make_server: MakeServer) -> Server:
    """A server as everybody has it."""
    return started(make_server())


@pytest.fixture(scope="module")
def careless(make_server: MakeServer, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A server that cleans nothing and lets HTML through; its pages have the policy of all."""
    folder: Path = tmp_path_factory.mktemp("off")
    (folder / "sitecustomize.py").write_text(OFF)
    server = make_server()
    server.environment["PYTHONPATH"] = str(folder)
    return started(server)


class Watch:
    """A page, and what happened on it: attacks that ran, and what was asked of other servers."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.fired: list[str] = []
        self.asked: list[str] = []
        self.going: str | None = None
        page.add_init_script(
            "Object.defineProperty(window, 'fired', {set() {console.log('FIRED')}})"
        )
        page.on("console", self._hear)
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.route("**/*", self._let_through)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.text == "FIRED":
            self.fired.append(self.page.url)

    def _let_through(self, route: Route) -> None:
        """Lets the page be where it is: an attack that leads away must not hide the others."""
        asked = route.request
        if not asked.url.startswith(("http://127.0.0.1:", "data:", "blob:", "about:")):
            self.asked.append(asked.url)
        is_free = self.going is None or asked.url == self.going
        if asked.is_navigation_request() and not is_free:
            route.fulfill(status=204)
        else:
            route.continue_()

    def read(self, address: str) -> int:
        """Go there, and to all further pages of a wall; how many entries were met."""
        seen = 0
        following: str | None = address
        while following:
            self.going = following
            self.page.goto(following)
            self.going = ""
            entries = self.page.locator("article.entry")
            seen += entries.count()
            link = self.page.locator("#entries .more-rows > a")
            following = link.get_attribute("href") if link.count() else None
            following = following and urljoin(address, following)
            with suppress(Error):  # the page was left: what it did before was heard
                self.page.evaluate(TRY_EVERYTHING)
        self.going = None
        return seen


@pytest.fixture
def watched(browser: Browser) -> Iterator[Page]:
    """A page whose complaints are no fault: a policy that stops an attack says so."""
    context = browser.new_context()
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def test_the_detector_fires_where_nothing_stops_them(watched: Page, office: Server) -> None:
    watched.route(
        "**/control", lambda route: route.fulfill(content_type="text/html", body="<p class=prose>")
    )
    watched.goto(f"{office.url}/control")
    fired = watched.evaluate(
        """async (vectors) => {
            let fired = 0;
            for (let at = 0; at < vectors.length; at += 60) {
                window.fired = 0;
                const some = vectors.slice(at, at + 60);
                const frames = some.map(() => document.createElement("iframe"));
                document.body.replaceChildren(...frames);
                frames.forEach((frame, i) => {
                    frame.contentDocument.write(vectors[at + i]);
                    for (const each of frame.contentDocument.querySelectorAll("*")) {
                        for (const name of ["mouseover", "click", "focus", "toggle"]) {
                            each.dispatchEvent(new Event(name));
                        }
                    }
                });
                await new Promise((done) => setTimeout(done, 700));
                fired += frames.filter((frame) => frame.contentWindow?.fired).length;
            }
            return fired;
        }""",
        VECTORS,
    )
    print(f"{fired} of {len(VECTORS)} fire in a page that stops nothing")
    assert fired > 100


def test_nothing_people_write_runs(watched: Page, office: Server) -> None:
    address = plant(office, watched)
    sign_in(watched, office, "anna")
    watch = Watch(watched)
    assert watch.read(office.url + address) > len(VECTORS) / TOGETHER
    for other in ("/", "/deals", "/search?q=window", "/search?q=begin", "/deals/board"):
        watch.read(office.url + other)
    assert (watch.fired, watch.asked) == ([], [])
    watched.evaluate("window.fired = 1")
    watched.wait_for_timeout(100)
    assert watch.fired, "an attack that ran would have been heard"


def test_nothing_runs_even_where_nothing_was_cleaned(watched: Page, careless: Server) -> None:
    address = plant(careless, watched)
    sign_in(watched, careless, "anna")
    watch = Watch(watched)
    raw = watched.request.get(careless.url + address).text()
    assert "<img src=x onerror=window.fired" in raw
    assert watch.read(careless.url + address) > 20
    assert watch.fired == []


def test_nothing_that_is_pasted_runs_or_asks(watched: Page, office: Server) -> None:
    sign_in(watched, office, "anna")
    wall = Post(office, watched)("/records", kind="company", title="Pasted")
    watched.goto(f"{office.url}/companies/{wall}")
    watched.locator("form.composer textarea").click()
    expect(watched.locator(".rich .ProseMirror")).to_be_focused()
    asked: list[str] = []
    watched.on("request", lambda request: asked.append(request.url))
    remote = (
        "<img src='http://tracker.invalid/a.gif'><p background='http://tracker.invalid/b'>words"
    )
    kept = watched.evaluate(
        """async (vectors) => {
            const box = document.querySelector(".rich .ProseMirror");
            const found = [];
            for (const html of vectors) {
                const data = new DataTransfer();
                data.setData("text/html", html);
                data.setData("text/plain", "x");
                const event = { clipboardData: data, bubbles: true, cancelable: true };
                box.dispatchEvent(new ClipboardEvent("paste", event));
                for (const each of box.querySelectorAll("*")) {
                    for (const { name, value } of each.attributes) {
                        const active = /^on|^style$|src/.test(name);
                        if (active || /^\\s*(java|data|vb)/i.test(value)) found.push(html);
                    }
                    each.dispatchEvent(new Event("mouseover"));
                }
                document.querySelector("form.composer").reset();
                await new Promise((done) => setTimeout(done, 2));
            }
            await new Promise((done) => setTimeout(done, 500));
            return found;
        }""",
        [*VECTORS, remote],
    )
    assert kept == []
    assert watched.evaluate("window.fired") is None
    assert [url for url in asked if not url.startswith(office.url)] == []
