"""The pipeline every installation begins with."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as _

from tablica.sales.models import Stage

STAGES = (
    ("new", _("New"), 10, 7),
    ("qualified", _("Qualified"), 25, 14),
    ("offer", _("Offer"), 50, 14),
    ("negotiation", _("Negotiation"), 75, 21),
)


def make_stages(**kwargs: Any) -> None:
    """Add the first stages where there are none at all; runs after each migration."""
    if not Stage.objects.exists():
        Stage.objects.bulk_create(
            Stage(slug=slug, name=name, position=position, probability=probability, days=days)
            for position, (slug, name, probability, days) in enumerate(STAGES, start=1)
        )
