"""Markdown of entries and comments: to safe HTML, to plain text, and the #tags in it."""

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape
from itertools import islice
from unicodedata import bidirectional
from urllib.parse import quote

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.linkify import linkify
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from tablica.shared.html import TrustedHtml, trusted
from tablica.shared.text.folding import fold

LONGEST = 100_000
"""Characters that are read as Markdown; a longer text is shown as it was typed."""
LONGEST_PREVIEWED = 10_000
"""Characters up to which a preview is read as Markdown."""
MOST_SIGNS = 20_000
"""Brackets, stars and the like beyond which a text is no prose: shown as it was typed."""
MOST_LINES = 10_000
"""Lines beyond which a text is a list of a machine: shown as it was typed."""
LONGEST_WORD = 500
"""Characters without a space beyond which no address is looked for, unless it begins with //."""
MOST_DOTS = 40
"""Dots and @ in a word beyond which it is no address either."""
LONGEST_SCHEME = 64
LONGEST_TAG = 64
LONGEST_LEAD = 500
"""Characters of a block in which a letter is looked for that tells its direction."""
MOST_CARDS = 50
"""Records named by number in one text; further ones stay the signs they are."""

_TAG = re.compile(
    r"(?<![\w/&#\u200c])#((?=[\d_-]*[^\W\d_])[\w-][\w\u0300-\u036f\u064b-\u065f\u200c\u200d-]*)"
)
_CARD = re.compile(r"\[\[([0-9]{1,15})\]\]")
_SIGNS = re.compile(r"[\[\]()<>*_`~!|\\]")
_BLOCKS = frozenset(
    "paragraph_open heading_open blockquote_open bullet_list_open ordered_list_open "
    "list_item_open table_open th_open td_open fence code_block".split()
)
_HOLDERS = frozenset("blockquote_open bullet_list_open ordered_list_open table_open".split())
_STRONG = frozenset({"L", "R", "AL"})
_TAGS = set(
    "a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li ol p pre s strong "
    "span table tbody td th thead tr ul".split()
)
_SCHEMES = {"http", "https", "mailto", "tel"}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={"*": {"dir"}, "a": {"href"}, "ol": {"start"}},
    allowed_classes={"a": {"tag"}, "pre": {"plain"}, "span": {"mention", "record"}},
    url_schemes=_SCHEMES,
    link_rel="noopener nofollow",
)


def render(source: str, *, names: Iterable[str] = ()) -> TrustedHtml:
    """Return `source` as safe HTML; `names` are those that are mentions when an @ stands before.

    CommonMark with tables, strikethrough, bare links and kept line breaks. HTML in the text is
    shown, never obeyed; a picture becomes a link to it, so that reading asks no other server.
    Each `#tag` leads to its search. `[[12]]` is a place for the card of a record, drawn when it is
    read: what the record is called is not kept here. Blocks take the direction of their own text.
    What is longer than `LONGEST` or `MOST_LINES`, or hardly anything but signs, is shown as typed.
    """
    if _is_beyond_markdown(source):
        return trusted(f'<pre class="plain" dir="auto">{escape(source)}</pre>')
    env = {"names": sorted(set(names), key=len, reverse=True)}
    return trusted(_CLEANER.clean(str(_MARKDOWN.render(source, env))))


def tags_in(source: str) -> list[str]:
    """Return the names of the `#tags` that `render` would link, as first written, in order.

    A tag is letters of any script, digits, `-` and `_`, with at least one letter and at most
    64 characters; not in code or links. Spellings that fold alike are one tag.
    """
    found: dict[str, str] = {}
    for token in _inline(source):
        if token.type == "tag":
            found.setdefault(fold(token.content), token.content)
    return list(found.values())


def plain(source: str) -> str:
    """Return the text of `source` without its Markdown, for searching and previews."""
    if _is_beyond_markdown(source):
        return source
    lines = (
        _text_of(block.children) if block.type == "inline" else block.content.rstrip("\n")
        for block in _MARKDOWN.parse(source)
        if block.type in ("inline", "fence", "code_block")
    )
    return "\n".join(line for line in lines if line)


def preview(source: str) -> str:
    """Return the text for a line in a list of hundreds; a long one as it was typed.

    Reading Markdown takes time with its length, and what is shown is a line of it.
    """
    return plain(source) if len(source) <= LONGEST_PREVIEWED else source


def _is_beyond_markdown(source: str) -> bool:
    return (
        len(source) > LONGEST
        or source.count("\n") > MOST_LINES
        or len(_SIGNS.findall(source)) > MOST_SIGNS
    )


def _inline(source: str) -> Iterator[Token]:
    if not _is_beyond_markdown(source):
        for block in _MARKDOWN.parse(source):
            yield from block.children or ()


def _text_of(children: Iterable[Token] | None) -> str:
    parts: list[str] = []
    for token in children or ():
        if token.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif token.type == "tag":
            parts.append(f"#{token.content}")
        elif token.type == "mention":
            parts.append(f"@{token.content}")
        elif token.type == "card":
            parts.append(f"[[{token.content}]]")
        else:
            parts.append(token.content)
    return "".join(parts)


class _Addresses(LinkifyIt):  # type: ignore[misc]
    """Finds bare addresses, where looking for them takes time with the length and no more.

    The patterns try each place in a word as a beginning, to the end of the word.
    """

    def test(self, text: str) -> bool:
        if any(
            len(word) > LONGEST_WORD or word.count(".") + word.count("@") > MOST_DOTS
            for word in text.split()
        ):
            return False
        return bool(super().test(text))


def _link(state: StateInline, silent: bool) -> bool:
    """The rule for `http://…`, looking for the scheme in the last letters before, not in all."""
    before = state.pending
    if len(before) <= LONGEST_SCHEME or not state.src.startswith("://", state.pos):
        return linkify(state, silent)
    if not silent:
        state.pending = before[:-LONGEST_SCHEME]
        state.pushPending()
    state.pending = before[-LONGEST_SCHEME:]
    found = linkify(state, silent)
    if silent:
        state.pending = before
    return found


Found = tuple[int, int, str]
"""Where something begins and ends in a text, and what it says."""


def _split_tags(state: StateCore) -> None:
    """Make `tag` tokens of the `#tags` in text that is in no link."""

    def find(text: str) -> Iterator[Found]:
        for match in _TAG.finditer(text):
            name = match[1].rstrip("-_\u200c\u200d")
            if len(name) <= LONGEST_TAG:
                yield match.start(), match.start(1) + len(name), name

    _split(state, "#", "tag", find)


def _split_mentions(state: StateCore) -> None:
    """Make `mention` tokens of the names after @ in text that is in no link."""
    if not state.env.get("names"):
        return
    mention = re.compile(rf"(?<![\w/@.])@({'|'.join(map(re.escape, state.env['names']))})(?!\w)")

    def find(text: str) -> Iterator[Found]:
        for match in mention.finditer(text):
            yield match.start(), match.end(), match[1]

    _split(state, "@", "mention", find)


def _split_cards(state: StateCore) -> None:
    """Make `card` tokens of the first numbers in [[…]] in text that is in no link."""
    left = MOST_CARDS

    def find(text: str) -> Iterator[Found]:
        nonlocal left
        for match in islice(_CARD.finditer(text), left):
            left -= 1
            yield match.start(), match.end(), match[1]

    _split(state, "[[", "card", find)


def _split(state: StateCore, sign: str, kind: str, find: Callable[[str], Iterable[Found]]) -> None:
    """Make tokens of `kind` of what is found in text that is in no link; it has this sign in it."""
    for block in state.tokens:
        if block.type != "inline" or sign not in block.content:
            continue
        depth = 0
        children: list[Token] = []
        for token in block.children or ():
            depth += token.nesting if token.type in ("link_open", "link_close") else 0
            if token.type == "text" and depth == 0:
                children += _pieces(token, kind, find(token.content))
            else:
                children.append(token)
        block.children = children


def _pieces(token: Token, kind: str, found: Iterable[Found]) -> Iterator[Token]:
    at = 0
    for begin, end, said in found:
        if at < begin:
            yield _piece(token, "text", token.content[at:begin])
        yield _piece(token, kind, said)
        at = end
    if at < len(token.content):
        yield _piece(token, "text", token.content[at:])


def _piece(token: Token, kind: str, content: str) -> Token:
    return Token(type=kind, tag="", nesting=0, content=content, level=token.level)


def _turn_blocks(state: StateCore) -> None:
    """Let every block take the direction of its own text; code is one kind of block.

    What holds other blocks is told its direction: a browser would not look into them for it.
    """
    around: list[Token] = []
    for token in state.tokens:
        if token.type == "code_block":
            token.type, token.tag = "fence", "code"
        if token.type in _BLOCKS:
            token.attrSet("dir", "auto")
        if token.type in _HOLDERS:
            around.append(token)
        elif token.nesting < 0 and around and token.type == f"{around[-1].type[:-5]}_close":
            around.pop()
        elif token.type == "inline" and around:
            _lead(around, token.content)


def _lead(around: list[Token], text: str) -> None:
    """The first letter with a direction is the direction of all that are around it."""
    unsettled = [holder for holder in around if not holder.meta.get("led")]
    if not unsettled:
        return
    sides = map(bidirectional, text[:LONGEST_LEAD])
    strong = next((side for side in sides if side in _STRONG), "")
    for holder in unsettled if strong else ():
        holder.meta["led"] = True
        if strong != "L":
            holder.attrSet("dir", "rtl")


def _render_tag(
    self: RendererHTML, tokens: list[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    name = tokens[idx].content
    return f'<a class="tag" href="/search?tag={quote(name, safe="")}">#{escape(name)}</a>'


def _render_mention(
    self: RendererHTML, tokens: list[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    return f'<span class="mention" dir="auto">@{escape(tokens[idx].content)}</span>'


def _render_card(
    self: RendererHTML, tokens: list[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    return f'<span class="record">[[{tokens[idx].content}]]</span>'


def _render_image(
    self: RendererHTML, tokens: list[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    address = str(tokens[idx].attrs.get("src", ""))
    return f'<a href="{escape(address)}">{escape(tokens[idx].content or address)}</a>'


def _build() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
    markdown.enable(["table", "strikethrough", "linkify"])
    markdown.linkify = _Addresses()
    markdown.inline.ruler.at("linkify", _link)
    markdown.core.ruler.after("linkify", "tags", _split_tags)
    markdown.core.ruler.after("linkify", "mentions", _split_mentions)
    markdown.core.ruler.after("linkify", "cards", _split_cards)
    markdown.core.ruler.push("direction", _turn_blocks)
    markdown.add_render_rule("tag", _render_tag)
    markdown.add_render_rule("mention", _render_mention)
    markdown.add_render_rule("card", _render_card)
    markdown.add_render_rule("image", _render_image)
    return markdown


_MARKDOWN = _build()
