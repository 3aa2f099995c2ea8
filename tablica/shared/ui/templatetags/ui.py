"""`{% load ui %}`: icons, faces, moments and addresses, drawn the same everywhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tablica.shared.days import day_and_month, month_name, short_date
from tablica.shared.html import trusted
from tablica.shared.writing import in_digits

register = template.Library()


class Face(Protocol):
    """Whoever has a face: a colleague."""

    name: str

    @property
    def initials(self) -> str: ...

    @property
    def hue(self) -> int: ...


@lru_cache(maxsize=4)
def sprite(name: str) -> str:
    """The address of a sprite of drawings, built at set-up."""
    return static(f"build/{name}.svg")


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, css: str = "") -> SafeString:
    """A small drawing beside words; it says nothing by itself to a screen reader."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f" {css}" if css else "",
        sprite("icons"),
        name,
    )


@register.simple_tag
def drawing(name: str, css: str = "drawing") -> SafeString:
    """A larger line drawing for empty places, or the sign."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        css,
        sprite("drawings"),
        name,
    )


@register.simple_tag
def face(person: Face | None, css: str = "") -> SafeString:
    """The initials of a colleague in their colour; a tool when nobody wrote it."""
    if person is None:
        return format_html(
            '<span class="face tool {}" aria-hidden="true">{}</span>', css, icon("robot")
        )
    return format_html(
        '<span class="face hue-{} {}" title="{}" aria-hidden="true">{}</span>',
        person.hue,
        css,
        person.name,
        person.initials,
    )


@register.simple_tag
def moment(at: datetime | None) -> SafeString:
    """A time as people say it: the hour today, the day before that; exact when pointed at."""
    if at is None:
        return trusted("")
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        in_digits(f"{local.day} {month_name(local)} {local:%Y, %H:%M}"),
        in_digits(said(local)),
    )


def said(local: datetime) -> str:
    """A local time in words: '14:20', 'yesterday, 14:20', '13 Nov, 14:20', '13 Nov 2025'."""
    today = timezone.localdate()
    day = local.date()
    hour = f"{local:%H:%M}"
    if day == today:
        return hour
    if day == today - timedelta(days=1):
        return _("yesterday, %(hour)s") % {"hour": hour}
    if day == today + timedelta(days=1):
        return _("tomorrow, %(hour)s") % {"hour": hour}
    if day.year == today.year:
        return _("%(day)s, %(hour)s") % {"day": day_and_month(day), "hour": hour}
    return short_date(day)


@register.filter
def day_name(at: datetime) -> str:
    """The day of an entry as a separator says it."""
    day = timezone.localtime(at).date()
    today = timezone.localdate()
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    return in_digits(date_format(day, "l j E" if day.year == today.year else "l j E Y"))


@register.filter
def html(text: str) -> SafeString:
    """HTML that was cleaned before it was stored."""
    return trusted(text)


@register.filter
def marked(pieces: list[tuple[str, bool]]) -> SafeString:
    """Pieces of a text, the matching ones marked."""
    drawn = [format_html("<mark>{}</mark>" if hit else "{}", piece) for piece, hit in pieces]
    return trusted("".join(drawn))


@register.simple_tag
def direction() -> str:
    """`rtl` for languages written from right to left."""
    return "rtl" if (get_language() or "en").split("-")[0] == "fa" else "ltr"


@register.filter
def at(mapping: dict[Any, Any], key: Any) -> Any:
    """The value under `key`, or nothing."""
    return mapping.get(key)
