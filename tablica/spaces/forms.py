"""What may be said of a space."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tablica.records.forms import CleanText, RecordForm
from tablica.spaces.models import Space


class SpaceForm(RecordForm):
    """A space: what is talked about there."""

    model = Space
    about = CleanText(label=_("About"), max_length=10_000, multiline=True, required=False)
