"""Nothing that people write becomes active: what is stored, and the pages that show it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from tablica.shared import markdown
from tablica.wall.queries.cards import cards_in
from tests import world
from tests.cast import Three, make_comment, make_entry, make_file, make_record, make_user
from tests.signing import stay_signed_in
from tests.vectors import FIRE, vectors

VECTORS = vectors()
INERT = set(
    "a bdi blockquote br code del em h1 h2 h3 h4 h5 h6 hr li ol p pre s small span strong svg "
    "table tbody td th thead tr ul use".split()
)
SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.\t\r\n-]*):", re.IGNORECASE)
SAFE = {"http", "https", "mailto", "tel"}


def is_program(address: str) -> bool:
    """Whether a browser would read a scheme in it that is no plain address."""
    scheme = SCHEME.match(address)
    return scheme is not None and re.sub(r"\s", "", scheme[1]).lower() not in SAFE


def allowed(text: str) -> str:
    """Without the control characters that no field takes."""
    return re.sub(r"[\x00-\x08\x0b-\x1f]", "", text)


class Prose(HTMLParser):
    """Fails on all that an entry may not hold."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in INERT, tag
        for name, value in attrs:
            assert name in {"class", "dir", "href", "rel", "start", "aria-hidden"}, (tag, name)
            if name == "href":
                assert not is_program(value or ""), value


class Page(HTMLParser):
    """Fails on what would run: a script in the page, a handler, an address that is a program."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"iframe", "object", "embed", "base", "math", "style"}, self.getpos()
        values = dict(attrs)
        if tag == "script":
            assert (values.get("src") or "").startswith("/static/"), values
        for name, value in attrs:
            assert not name.startswith(("on", "hx-on", "x-", "srcdoc")), (tag, name)
            assert name != "style", tag
            if name in {"href", "src", "action", "formaction", "data", "hx-get", "hx-post"}:
                assert not is_program(value or ""), (tag, name, value)
            if name in {"hx-vals", "hx-headers"}:
                assert not (value or "").startswith(("js:", "javascript:")), (tag, value)


def check_page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert "unsafe" not in answer["Content-Security-Policy"]
    html: str = answer.content.decode()
    reader = Page()
    reader.feed(html)
    reader.close()
    return html


def test_there_are_many_and_each_would_fire() -> None:
    assert len(VECTORS) > 600
    assert all("fired" in vector or "PHNjcmlwd" in vector for vector in VECTORS)


@pytest.mark.parametrize(
    "around", ["{}", "> - **{}**", "| {} |\n|---|", "# {} [[1]]", "[{}](http://a)"]
)
def test_markdown_makes_none_of_them_active(three: Three, around: str) -> None:
    for vector in VECTORS:
        source = around.format(vector)
        html = cards_in(three.owner, [source]).html(markdown.render(source))
        reader = Prose()
        reader.feed(html)
        reader.close()


def test_pages_show_all_of_them_as_words(three: Three) -> None:
    client = Client()
    stay_signed_in(client, three.owner)
    wall = make_record("company", "Target", owner=three.owner)
    for at in range(0, len(VECTORS), 30):
        text = allowed("\n\n".join(VECTORS[at : at + 30]))
        entry = world.note(wall, three.owner, text)
        world.comment(entry, three.owner, text)
    seen, address = "", f"/companies/{wall.pk}"
    while address:
        html = check_page(client, address)
        seen += html
        following = re.search(r'"(/companies/\d+\?[^"]*before=[^"]+)"', html)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen.count("window.fired") > len(VECTORS)


def test_names_of_things_are_words(three: Three) -> None:
    client = Client()
    stay_signed_in(client, three.owner)
    wall = make_record("company", "Target", owner=three.owner)
    for at, vector in enumerate(VECTORS[:: len(VECTORS) // 60]):
        words = allowed(vector)
        named = make_record("deal", words[:240], owner=three.owner, company_id=wall.pk)
        writer = make_user(words[:80])
        entry = make_entry(wall, f"zebrax {at}", author=writer)
        entry.source = words[:80]
        entry.body = f"zebrax [[{named.pk}]] @{writer.name}"
        entry.html = markdown.render(entry.body, names=[writer.name])
        entry.save()
        comment = make_comment(entry, f"zebrax {words}", author=writer)
        comment.html = markdown.render(comment.body)
        comment.save()
        make_file(by=writer, entry=entry, name=words.replace("/", "_")[:100])
    addresses = [
        f"/companies/{wall.pk}", "/deals", "/", "/search?q=zebrax", "/search?q=window",
        "/search/suggest?q=window", "/records/suggest?q=window", "/settings/me", "/deals/board",
        "/walls/readers", f"/search?q={FIRE}&tag={FIRE}&since={FIRE}", f"/companies?q=<img {FIRE}>",
    ]  # fmt: skip
    shown = "".join(check_page(client, address) for address in addresses)
    assert shown.count("fired") > 100
