"""`{% load api_docs %}`: sentences that quote what programs write."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def coded(text: str) -> SafeString:
    """A sentence in HTML, what stands between `backticks` as code."""
    pieces = ((("{}", "<code>{}</code>")[at % 2], said) for at, said in enumerate(text.split("`")))
    return format_html_join("", "{}", ((format_html(shape, said),) for shape, said in pieces))
