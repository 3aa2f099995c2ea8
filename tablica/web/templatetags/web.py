"""`{% load web %}`: what a form showed, to know later what was really typed."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.forms import BoundField

from tablica.shared.text.folding import fold

register = template.Library()
SEPARATOR = "|"
EXTENSION = re.compile(r"[^\W\d]|[,;#]")


def said(value: Any) -> str:
    """The values of a field as one text: what the form showed or what was typed."""
    values = value if isinstance(value, (list, tuple)) else [value]
    return SEPARATOR.join(str(v) for v in values if v not in (None, ""))


@register.filter
def was(bound: BoundField) -> str:
    """The present value of a field, whatever was typed over it."""
    return said(bound.field.prepare_value(bound.initial))


@register.filter
def tel(kept: str) -> str:
    """The address that calls a number; an extension is dialled by hand."""
    number = EXTENSION.split(fold(kept))[0]
    return "tel:" + "".join(sign for sign in number if sign in "+0123456789")


@register.filter
def bare_url(address: str) -> str:
    """A web address as people say it: without its scheme and last slash."""
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")
