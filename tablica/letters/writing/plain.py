"""Letters as plain text.

The text is put together here and not by a template: a template would escape it.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tablica.letters.queries import Wall
from tablica.letters.writing.items import Item
from tablica.shared.writing import in_digits, isolated

RULE = "–" * 32


def _lines_of(item: Item) -> Iterator[str]:
    yield f"{isolated(item.who)} {item.what} · {item.at}"
    for label, before, after in item.changes:
        yield f"  {label}: {isolated(before)} → {isolated(after)}"
    if item.text:
        yield ""
        yield item.text
    if item.is_cut:
        yield _("(cut here)")


def text_of_talk(wall: str, quote: str, items: list[Item], frame: dict[str, object]) -> str:
    """The letter about one discussion on this wall."""
    lines = [wall, "", *([f"> {quote}", ""] if quote else [])]
    for number, item in enumerate(items):
        lines += [RULE, ""] if number else []
        lines += [*_lines_of(item), "", item.url, ""]
    lines += _lines_of_more(frame)
    reason = _("You get this letter because %(reason)s.") % {"reason": frame["reason"]}
    return _closed(lines, reason, frame)


def text_of_digest(
    walls: list[tuple[Wall, str, list[tuple[str, str, list[Item]]]]], frame: dict[str, object]
) -> str:
    """The letter with the news of a period: wall by wall, discussion by discussion."""
    lines = [str(frame["title"]), str(frame["day"]), ""]
    for wall, url, parts in walls:
        lines += [RULE, wall.link.title, url, ""]
        for talk_url, about, items in parts:
            lines += [_("About: %(beginning)s") % {"beginning": about}] if about else []
            for item in items:
                lines += [*_lines_of(item), ""]
            lines += [talk_url, ""]
    lines += _lines_of_more(frame)
    sentence = _digest_reason(str(frame["often"]))
    return _closed(lines, sentence, frame)


def _lines_of_more(frame: dict[str, object]) -> list[str]:
    """How many news are left out, and where they are; nothing when none is."""
    count = int(str(frame["more"]))
    if not count:
        return []
    sentence = ngettext("and %(n)s more", "and %(n)s more", count)
    return [sentence % {"n": in_digits(str(count))}, str(frame["more_url"]), ""]


def _digest_reason(often: str) -> str:
    if often == "weekly":
        return _("You get this letter because you chose a weekly digest.")
    return _("You get this letter because you chose a daily digest.")


def _closed(lines: list[str], reason: str, frame: dict[str, object]) -> str:
    """The lines of a letter with what stands below every one."""
    lines += ["-- ", reason]
    if frame.get("answers"):
        lines.append(_("Answer this letter to comment. Its address is yours alone."))
    lines.append(_("Choose what you get") + f": {frame['choices_url']}")
    lines.append(_("No more letters like this") + f": {frame['leave_url']}")
    return "\n".join(lines) + "\n"
