"""Files that arrive whole over lines that break, pictures from the clipboard, a voice memo."""

from __future__ import annotations

import hashlib
import os
import random
import re
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tablica.shared.testing.browser import ARGUMENTS, program
from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server
from tests.browser.office import PASSWORD
from tests.browser.test_main_job import add, entry, sign_in

MEGABYTE = 2**20
NOISE = re.compile(r"ERR_|409|410|423")
"""What a browser says of lines that break, of a piece that comes while another is kept, and of a
draft that was on its way when it was posted."""
MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


class BrokenLine:
    """A line to a server that can be cut, slowed down, and led to another server."""

    def __init__(self) -> None:
        self.target = ("127.0.0.1", 0)
        self.passed = 0
        self.cuts: list[int] = []
        self.cut_off = 0
        self.pause = threading.Event()
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def lead_to(self, server: Server) -> None:
        parts = urlsplit(server.url)
        self.target = (parts.hostname or "", parts.port or 0)

    def cut(self) -> None:
        """Break every connection that there is."""
        for one in self._open:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self._open = []

    def close(self) -> None:
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._listening.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self.target)
            except OSError:
                near.close()
                continue
            self._open += [near, far]
            for one, other, counted in ((near, far, True), (far, near, False)):
                threading.Thread(
                    target=self._carry, args=(one, other, counted), daemon=True
                ).start()

    def _carry(self, one: socket.socket, other: socket.socket, counted: bool) -> None:
        try:
            while piece := one.recv(16 * 2**10):
                other.sendall(piece)
                if counted:
                    self._count(len(piece))
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def _count(self, length: int) -> None:
        self.passed += length
        if self.cuts and self.passed >= self.cuts[0]:
            self.cuts.pop(0)
            self.cut_off += 1
            self.cut()


@pytest.fixture(scope="module")
def office(make_server: MakeServer) -> Server:
    """A server where Anna works."""
    server = make_server()
    server.command(
        "user", "add", "anna@example.org", "--name", "Anna Nowak", "--role", "manager",
        "--password-stdin", typed=PASSWORD,
    )  # fmt: skip
    return server.start()


@pytest.fixture
def line() -> Iterator[BrokenLine]:
    line = BrokenLine()
    yield line
    line.close()


def film(folder: Path, size: int) -> tuple[Path, str]:
    """A large file, and its SHA-256."""
    content = random.Random(size).randbytes(size)
    path = folder / "film of the shop.bin"
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


def chip(page: Page, state: str) -> Locator:
    return page.locator(f".chosen .file[data-state={state}]")


def fetched(page: Page, link: Locator) -> str:
    """The SHA-256 of what one gets by a link."""
    with page.expect_download() as download:
        link.click()
    return hashlib.sha256(download.value.path().read_bytes()).hexdigest()


class Through:
    """An office reached over a line."""

    def __init__(self, line: BrokenLine) -> None:
        self.url = line.url


def test_a_line_that_breaks_twice_brings_the_file_whole(
    line: BrokenLine, page: Page, office: Server, tmp_path: Path, browser_errors: list[str]
) -> None:
    line.lead_to(office)
    through = Through(line)
    sign_in(page, through, "anna")  # type: ignore[arg-type]
    add(page, through, "companies", "Broken Lines Ltd")  # type: ignore[arg-type]
    path, sha256 = film(tmp_path, 24 * MEGABYTE)
    line.cuts = [line.passed + 5 * MEGABYTE + 300_000, line.passed + 15 * MEGABYTE + 700_000]
    page.locator("form.composer textarea[name=text]").fill("The film")
    page.locator("input[name=files]").set_input_files(path)
    page.locator("form.composer button[type=submit]").click()
    expect(page.locator("form.composer button[type=submit]")).to_contain_text("when the files")
    shown = entry(page, "The film").locator("a.file")
    expect(shown).to_be_visible(timeout=60_000)
    assert line.cut_off == 2
    assert line.passed < 34 * MEGABYTE, "it went on, and did not begin anew"
    assert fetched(page, shown) == sha256
    page.goto("about:blank")
    assert [error for error in browser_errors if not NOISE.search(error)] == []
    browser_errors.clear()


def test_a_server_that_is_killed_and_started_again_loses_no_piece(
    line: BrokenLine,
    page: Page,
    make_server: MakeServer,
    tmp_path: Path,
    browser_errors: list[str],
) -> None:
    server = make_server()
    server.command(
        "user", "add", "anna@example.org", "--name", "Anna Nowak", "--role", "manager",
        "--password-stdin", typed=PASSWORD,
    )  # fmt: skip
    line.lead_to(server.start("--no-work"))
    through = Through(line)
    sign_in(page, through, "anna")  # type: ignore[arg-type]
    client = add(page, through, "companies", "Killed Servers Ltd")  # type: ignore[arg-type]
    path, sha256 = film(tmp_path, 24 * MEGABYTE)
    line.cuts = [line.passed + 9 * MEGABYTE]
    before = line.passed
    page.locator("input[name=files]").set_input_files(path)
    for _wait in range(300):
        if line.cut_off:
            break
        page.wait_for_timeout(20)
    os.kill(server.pid, signal.SIGKILL)
    server.stop(number=signal.SIGKILL)
    line.lead_to(server.start("--no-work"))
    expect(chip(page, "there")).to_be_visible(timeout=60_000)
    assert line.passed - before < 30 * MEGABYTE
    page.goto(client)
    expect(chip(page, "there")).to_contain_text("film of the shop.bin")
    page.locator("form.composer button[type=submit]").click()
    shown = page.locator("#entries a.file")
    expect(shown).to_be_visible()
    assert fetched(page, shown) == sha256
    page.goto("about:blank")
    assert [error for error in browser_errors if not NOISE.search(error)] == []
    browser_errors.clear()


def test_an_upload_goes_on_after_the_page_was_loaded_anew(
    line: BrokenLine, page: Page, office: Server, tmp_path: Path, browser_errors: list[str]
) -> None:
    line.lead_to(office)
    through = Through(line)
    sign_in(page, through, "anna")  # type: ignore[arg-type]
    client = add(page, through, "companies", "Reloading Ltd")  # type: ignore[arg-type]
    path, sha256 = film(tmp_path, 16 * MEGABYTE)
    before = line.passed
    line.cuts = [before + 6 * MEGABYTE]
    page.locator("input[name=files]").set_input_files(path)
    for _wait in range(300):
        if line.cut_off:
            break
        page.wait_for_timeout(20)
    page.goto(client)
    expect(chip(page, "there")).to_be_visible(timeout=30_000)
    assert line.passed - before < 22 * MEGABYTE
    page.locator("form.composer button[type=submit]").click()
    shown = page.locator("#entries a.file")
    expect(shown).to_be_visible()
    assert fetched(page, shown) == sha256
    page.goto("about:blank")
    assert [error for error in browser_errors if not NOISE.search(error)] == []
    browser_errors.clear()


PASTE = """element => {
    const bytes = Uint8Array.from(atob(%r), letter => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'image.png', {type: 'image/png'}));
    const target = document.activeElement ?? element;
    target.dispatchEvent(
        new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""
DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_a_picture_from_the_clipboard_is_shown_and_has_a_name_that_says_when(
    page: Page, office: Server
) -> None:
    sign_in(page, office, "anna")
    add(page, office, "companies", "Pasting Ltd")
    page.locator("form.composer").get_by_role("textbox", name="Text").first.click()
    page.locator("form.composer").evaluate(PASTE % DOT)
    expect(chip(page, "there").locator("img.thumb")).to_be_visible()
    expect(chip(page, "there")).to_contain_text("Picture 20")
    page.locator("form.composer button[type=submit]").click()
    picture = page.locator("#entries .preview img")
    expect(picture).to_be_visible()
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('#entries .preview img').naturalWidth === 1")


def test_several_at_once_and_one_that_is_too_large(
    page: Page, office: Server, browser_errors: list[str]
) -> None:
    sign_in(page, office, "anna")
    add(page, office, "companies", "Many files Ltd")
    some = [
        {"name": f"part {n}.txt", "mimeType": "text/plain", "buffer": b"x" * (n * 1000 + 1)}
        for n in range(6)
    ]
    nothing = {"name": "nothing.txt", "mimeType": "text/plain", "buffer": b""}
    page.locator("input[name=files]").set_input_files([*some, nothing])
    expect(chip(page, "there")).to_have_count(6)
    expect(chip(page, "failed")).to_contain_text("The file is empty.")
    expect(chip(page, "failed").get_by_role("button", name="Try again")).to_be_visible()
    page.locator("form.composer button[type=submit]").click()
    expect(page.locator("form.composer .error")).to_contain_text("A file has not come")
    page.get_by_role("button", name="Remove: nothing.txt").click()
    page.get_by_role("button", name="Remove: part 0.txt").click()
    page.locator("form.composer button[type=submit]").click()
    expect(page.locator("#entries a.file")).to_have_count(5)
    assert [error for error in browser_errors if "422" not in error] == []
    browser_errors.clear()


@pytest.fixture
def speaker(browser: Browser) -> Iterator[Page]:
    """A page in a browser with a microphone that hums."""
    own = browser.browser_type.launch(executable_path=program(), args=[*ARGUMENTS, *MICROPHONE])
    context = own.new_context(permissions=["microphone"], locale="en-GB")
    yield context.new_page()
    own.close()


def test_a_voice_memo_is_recorded_heard_and_posted(speaker: Page, office: Server) -> None:
    sign_in(speaker, office, "anna")
    client = add(speaker, office, "companies", "Speaking Ltd")
    speaker.locator("form.composer").get_by_role("textbox", name="Text").first.click()
    speaker.get_by_role("button", name="Record a voice memo").click()
    expect(speaker.locator(".memo time")).to_contain_text("0:02")
    assert speaker.locator(".memo meter").evaluate("meter => meter.value") >= 0
    speaker.locator(".memo").get_by_role("button", name="Stop").click()
    expect(chip(speaker, "there")).to_contain_text("Voice memo 20")
    expect(speaker.locator(".chosen audio")).to_be_visible()
    expect(speaker.locator("form.composer .draft-line")).to_contain_text("Draft from")
    speaker.goto(client)
    expect(chip(speaker, "there")).to_contain_text("Voice memo 20")
    speaker.locator("form.composer button[type=submit]").click()
    player = speaker.locator("#entries .heard audio")
    expect(player).to_be_visible()
    length = player.evaluate(
        """async player => {
            player.muted = true;
            await player.play();
            player.currentTime = 1;
            await new Promise(done => player.addEventListener('seeked', done, {once: true}));
            return [player.currentTime, player.error];
        }"""
    )
    assert length[0] >= 1
    assert length[1] is None
    part = speaker.evaluate(
        """async url => {
            const answer = await fetch(url, {headers: {Range: 'bytes=10-19'}});
            return [answer.status, (await answer.arrayBuffer()).byteLength,
                    answer.headers.get('Content-Range'), answer.headers.get('Content-Type')];
        }""",
        player.get_attribute("src"),
    )
    assert part[:2] == [206, 10]
    assert part[2].startswith("bytes 10-19/")
    assert part[3] == "audio/webm"


def test_a_memo_that_is_discarded_leaves_nothing(speaker: Page, office: Server) -> None:
    sign_in(speaker, office, "anna")
    add(speaker, office, "companies", "Silent Ltd")
    speaker.locator("form.composer").get_by_role("textbox", name="Text").first.click()
    speaker.get_by_role("button", name="Record a voice memo").click()
    expect(speaker.locator(".memo time")).to_contain_text("0:01")
    speaker.locator(".memo").get_by_role("button", name="Discard").click()
    expect(speaker.locator(".memo")).to_have_count(0)
    expect(speaker.locator(".chosen .file")).to_have_count(0)


def test_a_microphone_that_is_refused_is_said(page: Page, office: Server) -> None:
    sign_in(page, office, "anna")
    add(page, office, "companies", "Refusing Ltd")
    page.evaluate(
        """() => { navigator.mediaDevices.getUserMedia = async () => {
            throw new DOMException('no', 'NotAllowedError'); }; }"""
    )
    page.locator("form.composer").get_by_role("textbox", name="Text").first.click()
    page.get_by_role("button", name="Record a voice memo").click()
    expect(page.locator("form.composer .error")).to_contain_text("does not let this page")
