"""What is typed on a wall, read into what the commands take."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tablica.records.forms import AudienceField, CleanText
from tablica.records.models import Audience, Tag
from tablica.records.tags import LONGEST, tag_key


def read_entry(data: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the composer: type, text, tags, time and audience, those that were sent.

    Raises `ValidationError` naming the field.
    """
    values: dict[str, Any] = {"text": data.get("text", "")}
    if "type" in data:
        values["type"] = data["type"]
    if "tags" in data:
        values["tags"] = _tags(data["tags"])
    if data.get("happened_at"):
        values["happened_at"] = _moment(data["happened_at"])
    if "audience" in data:
        values["audience"] = read_audience(data)
    return values


def _tags(text: str) -> list[str]:
    for separator in ",،;#\n":
        text = text.replace(separator, " ")
    return text.split()


def _moment(text: str) -> datetime:
    """A date and time of the reader's own clock."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise ValidationError({"happened_at": _("Write a date and time like 2026-12-15 14:30.")})
    return moment if moment.tzinfo else timezone.make_aware(moment)


def read_audience(data: Mapping[str, Any]) -> Audience | None:
    """Who may read: `audience`, and for some people their numbers in `readers`."""
    value: Any = data.get("audience") or None
    if value == "some":
        getlist = getattr(data, "getlist", None)
        chosen = getlist("readers") if getlist else data.get("readers", [])
        people = [int(n) for n in chosen if str(n).isdecimal() and len(str(n)) < 19]
        value = json.dumps({"people": people, "teams": []})
    try:
        found: Audience | None = AudienceField().clean(value)
    except ValidationError as error:
        raise ValidationError({"audience": error.messages}) from error
    return found


class TagForm(forms.Form):
    """The name of a tag."""

    name = CleanText(label=gettext_lazy("Name"), max_length=LONGEST)


class MergeForm(forms.Form):
    """The tag that stays: typed, since there may be thousands."""

    into = CleanText(label=gettext_lazy("Into which tag?"), max_length=LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].widget.attrs |= {
            "data-tags-from": "/tags/suggest",
            "autocomplete": "off",
        }

    def clean_into(self) -> Tag:
        found = Tag.objects.filter(key=tag_key(self.cleaned_data["into"])).first()
        if found is None:
            raise ValidationError(_("There is no such tag."))
        return found
