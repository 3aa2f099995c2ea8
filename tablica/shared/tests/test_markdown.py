"""Markdown: safe whatever is typed, tags linked, each block in its own direction, quick."""

import re
import time
from html.parser import HTMLParser

import pytest
from django.template import Context, Engine
from hypothesis import given, settings
from hypothesis import strategies as st

from tablica.shared import markdown
from tablica.shared.html import TrustedHtml, trusted
from tablica.shared.markdown import plain, render, tags_in
from tests.pace import patience

ALLOWED = {
    "a": {"href", "class", "rel"},
    "ol": {"start", "dir"},
    "pre": {"class", "dir"},
    **{tag: {"dir"} for tag in "p blockquote code ul li table th td h1 h2 h3 h4 h5 h6".split()},
    **{tag: set[str]() for tag in "br em strong s hr thead tbody tr".split()},
}


class Strict(HTMLParser):
    """Fails on all that an entry may not hold."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        for name, value in attrs:
            assert name in ALLOWED[tag], (tag, name)
            if name == "href":
                assert re.match(r"(https?|mailto|tel):|[^:]*([/?#]|$)", value or "", re.I), value
            if name == "class":
                assert (tag, value) in {("a", "tag"), ("pre", "plain")}
            if name == "dir":
                assert value in {"auto", "rtl"}

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)


def check_safe(html: str) -> None:
    parser = Strict()
    parser.feed(html)
    parser.close()


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    '![x"onerror="alert(1)](y)',
    '[x](http://a "t" onclick=alert(1))',
    "[x](http://a'onclick='alert(1))",
    '[a]: javascript:alert(1) "x"\n[a]',
    "```<script>\n</code></pre><script>alert(1)</script>\n```",
    '``` x"onload="y\na\n```',
    "#<script>alert(1)</script>",
    '#"onclick="alert(1)',
    "<svg/onload=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "<a href=x style=position:fixed>",
    "| <b onclick=x> |\n|:-:|\n| `<i>` |",
    "[![x](javascript:a)](javascript:b)",
    "http://a.b/<script>",
    "http://a.b/\"onmouseover='x'",
    "\\<script\\>",
    "&lt;script&gt;&amp;lt;",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_typed_becomes_active(attack: str) -> None:
    for source in (attack, f"> - **{attack}**", f"a {attack} #b", attack * 10_000):
        check_safe(render(source))


@given(st.lists(st.one_of(st.sampled_from([*ATTACKS, *"[](){}<>!*_`~#|\\&\n\"' :-"]), st.text())))
@settings(deadline=None)
def test_nothing_put_together_becomes_active(parts: list[str]) -> None:
    source = "".join(parts)
    check_safe(render(source))
    plain(source)


def test_templates_show_it_as_html() -> None:
    html = render("**a** <b>")
    assert isinstance(html, TrustedHtml)
    shown = Engine().from_string("{{ html }}").render(Context({"html": html}))
    assert shown == '<p dir="auto"><strong>a</strong> &lt;b&gt;</p>\n'
    assert trusted("<i>") == "<i>"


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("a\nb", "a<br>\nb"),
        ("~~a~~", "<s>a</s>"),
        ("www.example.com", '<a href="http://www.example.com" rel="noopener nofollow">'),
        ("a@b.pl", '<a href="mailto:a@b.pl" rel="noopener nofollow">'),
        ("[t](tel:+48601234567)", '<a href="tel:+48601234567"'),
        ("[r](/r/7)", '<a href="/r/7"'),
        (
            "![cat](https://x.y/c.png)",
            '<a href="https://x.y/c.png" rel="noopener nofollow">cat</a>',
        ),
        ("| a |\n|---|\n| ب |", '<td dir="auto">ب</td>'),
        ("> سلام", '<blockquote dir="rtl">\n<p dir="auto">سلام</p>'),
        ("> hello سلام", '<blockquote dir="auto">\n<p dir="auto">hello'),
        ("- 1\n- یک\n- one", '<ul dir="rtl">\n<li dir="auto">1</li>'),
        ("> - یک\n\none", '<blockquote dir="rtl">\n<ul dir="rtl">'),
        ("| 1 | قیمت |\n|---|---|\n| a | b |", '<table dir="rtl">'),
        ("1. one\n   - یک", '<ol dir="auto">\n<li dir="auto">one\n<ul dir="rtl">'),
        ("    x = 1", '<pre><code dir="auto">x = 1'),
        ("- a", '<li dir="auto">a</li>'),
        ("3. a", '<ol start="3" dir="auto">'),
    ],
)
def test_markdown_is_rendered(source: str, html: str) -> None:
    assert html in render(source)


def test_tags_lead_to_their_search() -> None:
    html = render("Dla #Umowa_2-a, (#قرارداد) i #a&b")
    assert (
        '<a class="tag" href="/search?tag=Umowa_2-a" rel="noopener nofollow">#Umowa_2-a</a>,'
        in html
    )
    assert "/search?tag=%D9%82%D8%B1%D8%A7%D8%B1%D8%AF%D8%A7%D8%AF" in html
    assert "#a</a>&amp;b" in html


@pytest.mark.parametrize(
    ("source", "tags"),
    [
        ("#vip i #VIP, #Łódź.", ["vip", "Łódź"]),
        ("#договор\n#قرارداد\u200cها", ["договор", "قرارداد\u200cها"]),
        ("# heading #tag", ["tag"]),
        ("**#bold** _#em_ ~~#gone~~", ["bold", "em", "gone"]),
        ("- #a\n\n> #b\n\n| #c |\n|--|", ["a", "b", "c"]),
        ("#2024 #2024q1 #-x- #e-mail_", ["2024q1", "-x", "e-mail"]),
        ("`#no` [#no](x) http://a.b/#no a#no /#no &#no; \\#no ##no", []),
        ("```\n#no\n```\n\n    #no", []),
        ("#" + "a" * 65, []),
        ("#" + "a" * 64, ["a" * 64]),
        ("", []),
    ],
)
def test_tags_in_a_text(source: str, tags: list[str]) -> None:
    assert tags_in(source) == tags
    assert render(source).count('class="tag"') >= len(tags)
    assert bool(tags) == ('class="tag"' in render(source))


def test_plain_text_keeps_every_word() -> None:
    source = "# Title\n**bold** [link](http://x) `code` #tag\nnext\n"
    source += "\n- item\n\n```\nblock\n```\n![alt](y)"
    assert plain(source) == "Title\nbold link code #tag\nnext\nitem\nblock\nalt"
    assert plain("a <b> & c") == "a <b> & c"


@pytest.mark.parametrize(
    "piece",
    [
        *(">", "[", "*", "`", "~", "(", "_", "<", "|", "\\", "#", "![", "](", "[a](", "&", "!["),
        *("- ", "1. ", "> - ", "a\n", "a\n-\n", "  - a\n", "[a]: b\n", "|a|b\n|-|-\n", "a@b.c "),
        *("**a ", "*a_ ", "*a **a ", "http://", "www.", "a.com", "<!--", "\n>", "#a ", "word "),
        *("\t", "\u0301", "#\u200c", "#a-", "[[a]]", "``a`", "<a ", "&#", "_*~~`", "\0"),
    ],
)
def test_hostile_text_is_shown_within_two_seconds(piece: str) -> None:
    for size in (1_000_000, markdown.LONGEST, markdown.MOST_SIGNS):
        source = piece * (size // len(piece))
        start = time.process_time()
        check_safe(render(source)[:100_000].rpartition("<")[0])
        took = time.process_time() - start
        assert took < patience(2, time.process_time)
        tags_in(source)


def test_what_is_beyond_markdown_is_shown_as_typed() -> None:
    html = render("<b>" + "a" * markdown.LONGEST)
    assert html.startswith('<pre class="plain" dir="auto">&lt;b&gt;aaa')
    assert tags_in("#a " * markdown.LONGEST) == []
    assert plain("*" * 30_000) == "*" * 30_000
