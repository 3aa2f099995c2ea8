"""The editor of entries and comments in a real browser: typing, pasting, and what is stored."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tablica.shared.markdown import render
from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server
from tests.browser.office import PASSWORD
from tests.browser.test_main_job import add, choose, entry, sign_in

PASTED = Path(__file__).parent / "pasted"
EDITOR = ".rich .ProseMirror"


@pytest.fixture(scope="module")
def office(make_server: MakeServer) -> Server:
    """A server where Anna and Marek write, and Arash from right to left."""
    server = make_server()
    for email, name, language in (
        ("anna", "Anna Nowak", "en"),
        ("marek", "Marek Lis", "en"),
        ("arash", "Arash Rostami", "fa"),
    ):
        server.command(
            "user", "add", f"{email}@example.org", "--name", name, "--role", "manager",
            "--language", language, "--password-stdin", typed=PASSWORD,
        )  # fmt: skip
    return server.start()


def begin(page: Page, office: Server, title: str = "Writers Ltd") -> Locator:
    """On the wall of a new company with the hand in the composer; the box under the editor."""
    sign_in(page, office, "anna")
    add(page, office, "companies", title)
    return open_composer(page)


def open_composer(page: Page) -> Locator:
    page.locator("form.composer textarea").click()
    expect(page.locator(f"form.composer {EDITOR}")).to_be_focused()
    return page.locator("form.composer textarea")


@pytest.mark.parametrize("begun", ["She said, ", "She said\n", "She said\n\n", "She said"])
def test_the_editor_comes_while_one_types(page: Page, office: Server, begun: str) -> None:
    sign_in(page, office, "anna")
    held: list[Route] = []
    page.route("**/editor*.js", lambda route: held.append(route))
    add(page, office, "companies", "Slow line Ltd")
    box = page.locator("form.composer textarea")
    box.click()
    page.keyboard.type(begun)
    expect(box).to_have_value(begun)
    held.pop().continue_()
    expect(page.locator(f"form.composer {EDITOR}")).to_be_focused()
    page.keyboard.type("that")
    expect(box).to_have_value(f"{begun}that")


def post(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    expect(page.locator("form.composer textarea")).to_have_value("")


def paste(page: Page, html: str = "", text: str = "") -> None:
    """Paste as the clipboard of another program would have it."""
    page.locator(EDITOR).first.evaluate(
        """(box, [html, text]) => {
            const data = new DataTransfer();
            if (html) data.setData("text/html", html);
            data.setData("text/plain", text);
            const event = { clipboardData: data, bubbles: true, cancelable: true };
            box.dispatchEvent(new ClipboardEvent("paste", event));
        }""",
        [html, text],
    )


def test_the_editor_is_fetched_only_when_one_begins_to_write(page: Page, office: Server) -> None:
    fetched: list[str] = []
    page.on("request", lambda asked: fetched.append(asked.url))
    sign_in(page, office, "anna")
    add(page, office, "companies", "Light Ltd")
    page.wait_for_load_state("networkidle")
    assert not [url for url in fetched if "editor" in url]
    open_composer(page)
    editor = [url for url in fetched if "editor" in url]
    assert len(editor) == 1
    size = len(page.request.get(editor[0]).body())
    print(f"the editor: {size} bytes")
    assert size < 700_000


def test_markdown_turns_into_what_it_means_as_one_types(page: Page, office: Server) -> None:
    box = begin(page, office)
    keys = page.keyboard
    keys.type("## Plan for ~~Monday~~ **Tuesday**")
    keys.press("Enter")
    keys.type("- one")
    keys.press("Enter")
    keys.type("two with `code`, and *more*")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("1. first")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("> said")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("``` ")
    keys.type("x = 1")
    editor = page.locator(EDITOR)
    for part in ("h2 s", "h2 strong", "ul li code", "ul li em", "ol li", "blockquote", "pre"):
        expect(editor.locator(part)).to_have_count(1)
    expect(box).to_have_value(
        "## Plan for ~~Monday~~ **Tuesday**\n\n- one\n- two with `code`, and *more*\n\n"
        "1. first\n\n> said\n\n```\nx = 1\n```"
    )
    post(page)
    note = entry(page, "Plan for")
    for part in ("h2 s", "h2 strong", "ul li code", "ul li em", "ol li", "blockquote", "pre"):
        expect(note.locator(f".prose {part}")).to_have_count(1)


def test_a_table_is_made_filled_and_posted(page: Page, office: Server) -> None:
    box = begin(page, office)
    page.get_by_role("button", name="Table", exact=True).click()
    for words in ("Shop", "Price", "Łódź", "12 | 000"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.get_by_role("button", name="Delete the row").click()
    page.get_by_role("button", name="Column after").click()
    expect(page.locator(f"{EDITOR} tr").first.locator("th")).to_have_count(3)
    page.keyboard.press("Control+z")
    expect(box).to_have_value("| Shop | Price |\n| --- | --- |\n| Łódź | 12 \\| 000 |")
    post(page)
    note = entry(page, "Łódź")
    expect(note.locator(".prose th")).to_have_count(2)
    expect(note.locator(".prose td").last).to_have_text("12 | 000")


def test_the_row_of_signs_does_what_it_says(page: Page, office: Server) -> None:
    box = begin(page, office)
    page.keyboard.type("here")
    page.keyboard.press("Control+a")
    bar = page.get_by_role("toolbar", name="Formatting")
    for name, text in (
        ("Bold", "**here**"), ("Bold", "here"), ("Italic", "*here*"), ("Italic", "here"),
        ("Struck through", "~~here~~"), ("Struck through", "here"), ("Code", "`here`"),
        ("Code", "here"), ("Heading", "# here"), ("Smaller heading", "## here"),
        ("Smaller heading", "here"), ("List", "- here"), ("Numbered list", "1. here"),
        ("Numbered list", "here"), ("Quote", "> here"), ("Quote", "here"),
    ):  # fmt: skip
        bar.get_by_role("button", name=name, exact=True).click()
        expect(box).to_have_value(text)
    bar.get_by_role("button", name="Link").click()
    bar.get_by_label("Address of the link").fill("example.org/x")
    bar.get_by_label("Address of the link").press("Enter")
    expect(box).to_have_value("[here](https://example.org/x)")
    bar.get_by_role("button", name="Link").click()
    bar.get_by_label("Address of the link").fill("javascript:alert(1)")
    bar.get_by_label("Address of the link").press("Enter")
    expect(box).to_have_value("here")
    page.keyboard.press("Control+z")
    expect(box).to_have_value("[here](https://example.org/x)")


PASTES = {
    "word": (
        "# Offer for Złoty Kłos\n\nWe agreed on **four shops** and *cold displays*.\n\n"
        "- first shop\n  - its cellar\n- second shop\n\n1. sign\n2. pay\n\n"
        "| **Shop** | **Price** |\n| --- | --- |\n| Łódź | 12 000 |\n\n"
        "See [the offer](https://example.org/offer)."
    ),
    "docs": (
        "## Agenda\n\nPlain, **bold**, *slanted* ~~gone~~\n\n- tea\n  - green\n- coffee\n\n"
        "[the paper](https://docs.example.org/d/1)"
    ),
    "gmail": (
        "Hello Anna,\n\nthe **price** is fine for us. "
        "[Here](https://example.org/a?b=1&c=2) is the order.\n\n"
        "1. Ten chairs\n2. Two tables\n\n> Our offer stands."
    ),
    "outlook": (
        "Dear all,\n\nMeeting on **Monday**\n\nBring papers\n\n"
        "press [Anna](mailto:anna@example.org)"
    ),
    "libreoffice": (
        "### Terms\n\nPaid in thirty **days**.\n\n1. deliver\n2. invoice\n\n"
        "```\nrm -rf ./old\nls\n```"
    ),
    "web": (
        "# How we bake\n\nBread needs `time` and *patience*.\nAnd salt.\n\nBread\n\n"
        "| Flour | Water |\n| --- | --- |\n| 1 kg | 600 g |\n\nنان تازه **خوب** است"
    ),
}


@pytest.mark.parametrize("source", sorted(PASTES))
def test_what_is_copied_elsewhere_becomes_clean(page: Page, office: Server, source: str) -> None:
    box = begin(page, office)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    paste(page, (PASTED / f"{source}.html").read_text())
    expect(box).to_have_value(PASTES[source].replace("\u00a0", " "))
    page.wait_for_timeout(200)
    assert [url for url in asked if not url.startswith(office.url)] == []
    assert page.evaluate("window.fired") is None


def test_markdown_that_is_pasted_is_understood(page: Page, office: Server) -> None:
    box = begin(page, office)
    source = "# Title\n\n- a\n- **b**\n\n| x | y |\n| --- | --- |\n| 1 | 2 |"
    paste(page, text=source)
    expect(page.locator(f"{EDITOR} td")).to_have_count(2)
    expect(box).to_have_value(source)
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    paste(page, text="2 * 3 * 4 costs $5_000_")
    expect(page.locator(EDITOR)).to_have_text("2 * 3 * 4 costs $5_000_")
    post(page)
    expect(entry(page, "costs").locator(".prose")).to_have_text("2 * 3 * 4 costs $5_000_")


SAMPLES = [
    "plain", "two\nlines", "a\n\nb", "# h1\n\ntext", "## h2", "###### six", "Set\next\n===",
    "Two\n---", "**b** *i* ~~s~~ `c`", "***both***", "**a *b* c**", "*a **b***", "**bold**text",
    "foo**bar**baz", "`` a ` b ``", "**`code`**", "[l](http://x.pl)", '[l *em*](http://x.pl "t")',
    "[a](<b c>)", "[x](/r/12)", "<http://x.pl/a_b>", "http://x.pl/a_b_c*d*", "www.x.pl and a@b.pl",
    "![alt](http://x/y.png)", "![](http://x/y.png)", "- a\n- b", "- a\n\n- b", "* a\n* b\n\n+ c",
    "- a\n  - b\n    - c", "1. a\n2. b", "3) a\n4) b", "1. a\n\n   para\n\n2. b",
    "- a\n\n  ```\n  code\n  ```\n- b", "- # h\n- > q", "-\n- a", "> q\n> r\n\n> s",
    "> - a\n> - b\n>\n> p", "> > deep", "```py\nx = 1\n```", "    indented\n    code",
    "~~~\n```\n~~~", "a\n\n***\n\nb", "---", "- ***\n- b",
    "| a | b |\n|---|:-:|\n| 1 | **2** |\n| `x\\|y` | [l](http://x.pl) |", "| a |\n|---|",
    "text\n| a | b |\n|---|---|\n| c | d |", "\\*not em\\*", "\\# not h", "1\\. not list",
    "2 * 3 * 4 = 24", "a_b_c d_e", "a \\_b\\_ c", "#tag and #two_words @Anna Nowak", "- \\- a",
    "[[12]] and [[13]]", "**[[12]]**", "[see [[12]]](http://x.pl)", "&amp; &lt; &copy;",
    "&amp;amp;", "<b>raw</b> & <script>", "a  b   c", "line  \nbreak", "line\\\nbreak",
    "\\* with #tag_x here",
    "سلام **دنیا**\n\n- یک\n- دو", "mixed سلام `code` and text", "[a][b]\n\n[b]: http://x.pl",
    "- [ ] task\n- [x] done", "a\n- b\n- c", "1. a\n   1. b\n   2. c\n2. d", "2020. A year",
    "+1 for it", "- - nested", "tail \\", "a | b", "> quote\nlazy", "*a*b*c*", "**a,**b",
    "x\n\n\n\ny", "http://a.pl/?x=1&y=2&copy=3", "\u200fسلام", "*** **a** ***", "_a_ __b__",
    "- a\n\n\n- b\n\n1. c\n1. d", "10. x\n11. y", "`a`b`c`", "``` not `closed", "\\[[12]]",
    "-   wide\n\n    para", "> ```\n> code\n> ```", "> | a | b |\n> |---|---|\n> | c | d |",
    "a<br>b", "**a** **b**", "[[12]](http://x.pl)", "`[[12]]`", "0. zero", "a\\\\b",
    "C:\\dir\\file",
]  # fmt: skip


def together(chance: random.Random) -> str:
    """Some of the samples, one after the other, quoted or in a list."""
    blocks = chance.sample([s for s in SAMPLES if "]: " not in s], 3)
    quoted = "\n".join(f"> {line}" for line in blocks[1].split("\n"))
    item = "- " + "\n  ".join(blocks[2].split("\n"))
    return "\n\n".join([blocks[0], quoted, "and", item])


def test_writing_down_what_was_read_means_the_same(page: Page, office: Server) -> None:
    begin(page, office)
    chance = random.Random(7)
    sources = SAMPLES + [together(chance) for _ in range(150)]
    written = page.evaluate(
        """async ([address, sources]) => {
            const { rewritten } = await import(address);
            return sources.map(rewritten);
        }""",
        [page.locator("#rich").get_attribute("data-editor"), sources],
    )
    assert len(written) == len(sources) > 230
    for source, text in zip(sources, written, strict=True):
        assert render(text) == render(source), (source, text)


def test_an_edit_without_a_change_leaves_every_sign(page: Page, office: Server) -> None:
    begin(page, office)
    source = "* odd   list\n* [a][b]\n\n    code\n\n[b]: http://x.pl\n\nSetext\n---"
    page.locator("form.composer textarea").fill(source)
    post(page)
    choose(page, entry(page, "odd"), "Edit")
    form = page.locator("form.editing")
    expect(form.locator(EDITOR)).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    expect(form.locator("textarea")).to_have_value(source)
    form.get_by_role("button", name="Save").click()
    choose(page, entry(page, "odd"), "Edit")
    expect(form.locator("textarea")).to_have_value(source)


def test_a_change_leaves_the_other_blocks_as_they_were_typed(page: Page, office: Server) -> None:
    begin(page, office)
    table = "|a|b|\n|:-|-|\n|1|2|"
    page.locator("form.composer textarea").fill(
        f"* one\n\nTitle\n---\n\n{table}\n\n__bold__ and last"
    )
    page.locator(f"form.composer {EDITOR}").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("!")
    expect(page.locator("form.composer textarea")).to_have_value(
        f"* one\n\nTitle\n---\n\n{table}\n\n**bold** and last!"
    )


def test_records_are_offered_after_brackets_and_shown_as_cards(
    page: Page, office: Server, browser: Browser
) -> None:
    sign_in(page, office, "anna")
    secret = add(page, office, "deals", "Quiet silver deal", audience="me")
    deal = add(page, office, "deals", "Cold displays", amount="12000")
    add(page, office, "companies", "Linked Ltd")
    box = open_composer(page)
    page.keyboard.type("Look at [[cold")
    page.locator(".hints li", has_text="Cold displays").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type("and [[quiet")
    page.locator(".hints li", has_text="Quiet silver").click()
    numbers = [address.rsplit("/", 1)[1] for address in (deal, secret)]
    expect(box).to_have_value(f"Look at [[{numbers[0]}]] and [[{numbers[1]}]] ")
    expect(page.locator(f"{EDITOR} a.record").first).to_contain_text("Cold displays")
    post(page)
    note = entry(page, "Look at")
    expect(note.locator("a.record").first).to_have_attribute("href", f"/r/{numbers[0]}")
    expect(note.locator("a.record").last).to_contain_text("Quiet silver deal")

    other = browser.new_page()
    sign_in(other, office, "marek")
    other.goto(page.url)
    seen = entry(other, "Look at")
    expect(seen.locator("a.record")).to_have_count(1)
    expect(seen.locator(".record.closed")).to_have_text("a record you cannot see")
    assert "silver" not in other.content()
    other.close()

    note.locator("a.record").first.click()
    expect(page.get_by_role("heading", name="Cold displays", level=1)).to_be_visible()


def test_the_address_of_a_record_that_is_pasted_becomes_its_card(
    page: Page, office: Server
) -> None:
    box = begin(page, office, "Addressed Ltd")
    number = page.url.rsplit("/", 1)[1]
    paste(page, text=page.url)
    expect(page.locator(f"{EDITOR} a.record")).to_contain_text("Addressed Ltd")
    expect(box).to_have_value(f"[[{number}]]")
    paste(page, text=f" {office.url}/settings/me")
    expect(box).to_have_value(f"[[{number}]] {office.url}/settings/me")


def test_names_and_tags_are_offered_in_the_editor(page: Page, office: Server) -> None:
    box = begin(page, office)
    page.keyboard.type("Ask @mar")
    page.locator(".hints li", has_text="Marek Lis").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.type("about #urg")
    page.keyboard.press("Escape")
    expect(box).to_have_value("Ask @Marek Lis about #urg")
    post(page)
    expect(entry(page, "Ask").locator(".mention")).to_have_text("@Marek Lis")
    expect(entry(page, "Ask").locator("a.tag")).to_have_text("#urg")


def test_after_a_name_was_chosen_enter_begins_a_line(page: Page, office: Server) -> None:
    box = begin(page, office)
    page.keyboard.type("Thank you, @mar")
    page.locator(".hints li", has_text="Marek Lis").wait_for()
    with page.expect_response("**/people/mentions?*") as asked:
        page.keyboard.press("Enter")
    asked.value.finished()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(page.locator(".hints")).to_have_count(0)
    page.keyboard.press("Enter")
    page.keyboard.type("Anna")
    expect(box).to_have_value("Thank you, @Marek Lis \n\nAnna")


def test_a_draft_that_ends_in_a_name_offers_nothing_by_itself(page: Page, office: Server) -> None:
    box = begin(page, office)
    page.keyboard.type("Ask @mar")
    expect(page.locator("form.composer .draft-line")).to_contain_text("Draft from")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(box).to_have_value("Ask @mar")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".hints")).to_have_count(0)
    assert not [url for url in asked if "/people/mentions" in url]


def test_comments_are_sent_by_enter_and_broken_by_shift_enter(page: Page, office: Server) -> None:
    box = begin(page, office)
    box.fill("Think about it")
    post(page)
    entry(page, "Think about").locator(".reply summary").click()
    reply = entry(page, "Think about").locator(".reply")
    expect(reply.locator(EDITOR)).to_be_focused()
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("- two")
    page.keyboard.press("Enter")
    page.keyboard.type("three")
    page.keyboard.press("Control+Enter")
    comment = entry(page, "Think about").locator(".comment")
    expect(comment.locator("li")).to_have_text(["two", "three"])
    entry(page, "Think about").locator(".reply summary").click()
    expect(entry(page, "Think about").locator(f".reply {EDITOR}")).to_be_focused()
    page.keyboard.type("short")
    page.keyboard.press("Enter")
    expect(comment).to_have_count(2)


def test_words_run_their_own_way_and_code_from_the_left(page: Page, office: Server) -> None:
    sign_in_to_persian(page, office)
    box = page.locator("form.composer textarea")
    box.click()
    editor = page.locator(f"form.composer {EDITOR}")
    expect(editor).to_be_focused()
    page.keyboard.type("سلام **دنیا**")
    page.keyboard.press("Enter")
    page.keyboard.type("plain English")
    page.keyboard.press("Enter")
    page.keyboard.type("``` ")
    page.keyboard.type("x = 1")
    expect(box).to_have_value("سلام **دنیا**\n\nplain English\n\n```\nx = 1\n```")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("> - یک")
    expect(editor.locator("blockquote > ul")).to_have_css("direction", "rtl")
    directions = "e => [...e.children].slice(0, 3).map((each) => getComputedStyle(each).direction)"
    assert editor.evaluate(directions) == ["rtl", "ltr", "ltr"]
    page.keyboard.press("Control+Enter")
    expect(box).to_have_value("")
    prose = page.locator("#entries .prose, #fresh .prose").first
    expect(prose).to_contain_text("plain English")
    assert prose.evaluate(directions) == ["rtl", "ltr", "ltr"]
    expect(prose.locator("blockquote")).to_have_css("direction", "rtl")
    expect(prose.locator("blockquote > ul")).to_have_css("direction", "rtl")


def sign_in_to_persian(page: Page, office: Server) -> None:
    page.goto(f"{office.url}/login")
    page.locator("[name=email]").fill("arash@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("button.main").click()
    expect(page.locator(".shell")).to_be_visible()
    page.goto(f"{office.url}/companies/new")
    page.locator("input[name=title]").fill("کافه")
    page.locator("form.facts button[type=submit]").click()
    expect(page.locator("form.composer")).to_be_visible()


def test_the_editor_follows_the_box_and_is_undone(page: Page, office: Server) -> None:
    box = begin(page, office)
    page.keyboard.type("# mine")
    box.evaluate("box => { box.value = '- theirs'; box.dispatchEvent(new Event('input')); }")
    expect(page.locator(f"{EDITOR} li")).to_have_text("theirs")
    page.keyboard.press("Control+End")
    page.keyboard.type(" too")
    expect(box).to_have_value("- theirs too")
    box.evaluate("box => box.form.reset()")
    expect(page.locator(EDITOR)).to_have_text("")
    page.keyboard.type("gone")
    page.keyboard.press("Control+z")
    expect(box).to_have_value("")
    page.keyboard.press("Control+y")
    expect(box).to_have_value("gone")


def test_a_text_no_editor_holds_stays_in_its_plain_box(page: Page, office: Server) -> None:
    begin(page, office)
    long = "word " * 12_000
    page.locator("form.composer textarea").fill(long)
    expect(page.locator(f"form.composer {EDITOR}")).to_have_count(0)
    expect(page.locator("form.composer textarea")).to_have_value(long)
    expect(page.locator("form.composer textarea")).to_be_visible()


def test_without_scripts_one_writes_in_the_plain_box(office: Server, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, office, "anna")
    address = add(page, office, "companies", "Scriptless")
    page.locator("form.composer textarea").fill("**typed** as ever [[1]]")
    page.get_by_role("button", name="Post", exact=True).click()
    page.wait_for_url(f"{address}*")
    expect(page.locator("#entries .prose strong").first).to_have_text("typed")
    context.close()


def test_the_editor_has_a_name_and_keys(page: Page, office: Server) -> None:
    begin(page, office)
    box = page.get_by_role("textbox", name="Text")
    expect(box).to_have_count(1)
    page.keyboard.type("word")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Heading", exact=True)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Smaller heading")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(box).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+b")
    state = page.get_by_role("button", name="Bold").get_attribute("aria-pressed")
    assert json.loads(state or "") is True
