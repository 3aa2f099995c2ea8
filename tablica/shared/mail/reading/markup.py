"""The text of HTML as mail programs write it, without what they quote."""

from __future__ import annotations

import re
from html.parser import HTMLParser

BLOCKS = frozenset(
    "address article blockquote br dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li"
    " ol p pre section table td th tr ul".split()
)
SILENT = frozenset("head script style template title".split())
EMPTY = frozenset("area base br col embed hr img input link meta source track wbr".split())
DEEPEST = 2_000
MOST_DECLARATIONS = 1_000
"""Each `<!` that nothing closes costs a look at all that follows."""
# How mail programs mark what they quote: Gmail, Thunderbird, Apple, Yahoo, Proton, Outlook, Yandex.
QUOTES = re.compile(
    r"\b(?:gmail_quote(?:_container)?|gmail_attr|moz-cite-prefix|moz-signature|gmail_signature"
    r"|yahoo_quoted|protonmail_quote|protonmail_signature_block|tutanota_quote|zmail_extra"
    r"|WordSection1-quote|OutlookMessageHeader|ms-outlook-mobile-signature)\b"
)
CUTS = re.compile(
    r"^(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|Signature)$"
)


class _Reader(HTMLParser):
    """Gathers the text; from a mark by which all that follows is quoted, nothing more."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._silent = 0
        self._ended = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if CUTS.match(said.get("id", "")) and tag in ("div", "hr", "span"):
            self._ended = True
        if tag in BLOCKS:
            self._break()
        if tag in EMPTY or len(self._open) >= DEEPEST:
            return
        silent = tag in SILENT or _is_quote(tag, said)
        self._open.append((tag, silent))
        self._silent += silent
        if tag == "li" and not self._silent:
            self.parts.append("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self._break()
        if not any(name == tag for name, _silent in self._open):
            return
        while self._open:
            name, silent = self._open.pop()
            self._silent -= silent
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._silent and not self._ended:
            self.parts.append(re.sub(r"[ \t\r\n\xa0]+", " ", data))

    def _break(self) -> None:
        if not self._silent and not self._ended:
            self.parts.append("\n")


def _is_quote(tag: str, said: dict[str, str]) -> bool:
    if tag == "blockquote":
        return said.get("type", "").lower() == "cite" or bool(QUOTES.search(said.get("class", "")))
    return bool(QUOTES.search(said.get("class", "")) or QUOTES.search(said.get("id", "")))


def text_of(html: str) -> str:
    """The text of this HTML, block by block; what it quotes and its signature are left out."""
    reader = _Reader()
    if html.count("<!") > MOST_DECLARATIONS:
        html = html.replace("<!", "< ")
    try:
        reader.feed(html)
        reader.close()
    except (AssertionError, ValueError):  # of odd declarations; what was read until then counts
        pass
    lines = (" ".join(line.split(" ")).strip() for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
