"""`{% load sales %}`: the way of a deal."""

from __future__ import annotations

from django import template

from tablica.accounts.models import User
from tablica.sales.models import Deal
from tablica.sales.queries import Way, way_of

register = template.Library()


@register.simple_tag(name="way_of")
def way(user: User, deal: Deal) -> Way | None:
    """How far a deal has come, as `user` may know: `{% way_of request.user body as way %}`."""
    return way_of(user, deal)
