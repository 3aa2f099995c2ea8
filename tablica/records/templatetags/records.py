"""`{% load records %}`: the sign of a kind."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tablica.records.kinds import kind_named
from tablica.shared.ui.templatetags.ui import icon

register = template.Library()


@register.simple_tag
def kind_icon(kind: str, css: str = "") -> SafeString:
    """The icon of a kind of record, in its colour."""
    return format_html(
        '<span class="kind kind-{}{}" aria-hidden="true">{}</span>',
        kind,
        f" {css}" if css else "",
        icon(kind_named(kind).icon),
    )
