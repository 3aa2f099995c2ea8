"""`{% load walls %}`: what the templates of a wall ask of the register of entry types."""

from __future__ import annotations

from django import template

from tablica.wall.types import EntryType, offered_on

register = template.Library()


@register.filter
def offered_types(kind: str) -> list[EntryType]:
    """The types of entries that are written on walls of this kind alone."""
    return offered_on(kind)
