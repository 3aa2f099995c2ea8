"""`{% load once %}` … `{% once_field %}` in a form: sent twice, done once."""

from __future__ import annotations

import secrets

from django import template
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def once_field() -> str:
    """A hidden field with a fresh key. Each rendering of a form is one submission.

    A form that stays on the page after it was sent must be rendered anew.
    """
    return format_html('<input type="hidden" name="_once" value="{}">', secrets.token_urlsafe(18))
