"""`{% load sales %}`: the way of a deal."""

from __future__ import annotations

from django import template

from tablica.sales.models import Deal
from tablica.sales.queries import Way, way_of

register = template.Library()


@register.simple_tag(name="way_of")
def way(deal: Deal) -> Way:
    """How far a deal has come: `{% way_of body as way %}`."""
    return way_of(deal)
