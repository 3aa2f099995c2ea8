"""Picking records by typing: works with suggestions, and without JavaScript by the exact name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from tablica.accounts.queries import colleagues, teams
from tablica.records.models import Record

TYPED = "="


class PickRecord(forms.Widget):
    """One record: a hidden number and the text in which its name is typed.

    When only the name was typed, the value is that name after an equals sign, and the field looks
    it up. `queryset` is set by the field: what the reader may choose from.
    """

    template_name = "records/_pick_record.html"
    queryset: QuerySet[Record] | None = None
    kind = ""
    many = False

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        typed = data.get(f"{name}_typed")
        if typed is None:
            return data.get(name)
        typed = typed.strip()
        if typed == (data.get(f"{name}_shown") or "").strip() and data.get(name):
            return data.get(name)
        return TYPED + typed if typed else None

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and f"{name}_typed" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["kind"] = self.kind
        context["chosen"] = self._chosen(value)
        context["typed"] = value[1:] if isinstance(value, str) and value.startswith(TYPED) else ""
        return context

    def _chosen(self, value: Any) -> list[Record]:
        values = value if isinstance(value, (list, tuple)) else [value]
        numbers = [int(v) for v in values if str(v).isdecimal() and len(str(v)) < 19]
        if not numbers or self.queryset is None:
            return []
        return list(self.queryset.filter(pk__in=numbers))


class PickRecords(PickRecord):
    """Several records: a hidden number for each, and a text in which one more is typed."""

    template_name = "records/_pick_records.html"
    many = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        getlist = getattr(data, "getlist", None)
        if getlist is None:
            return data.get(name)
        typed = (data.get(f"{name}_typed") or "").strip()
        chosen = [v for v in getlist(name) if v]
        return [*chosen, TYPED + typed] if typed else chosen


class PickAudience(forms.Widget):
    """Who may read: one of the three common circles, or people and teams by name."""

    template_name = "records/_pick_audience.html"

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        value = data.get(name)
        getlist = getattr(data, "getlist", None)
        if value != "some" or getlist is None:
            return value
        chosen = {
            what: [int(n) for n in getlist(f"{name}_{what}") if n.isdecimal() and len(n) < 19]
            for what in ("people", "teams")
        }
        return json.dumps(chosen)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        named = _named(value)
        context["choice"] = "some" if named is not None else value or "everyone"
        context["people"] = [(p, p.pk in (named or {}).get("people", ())) for p in colleagues()]
        context["teams"] = [(t, t.pk in (named or {}).get("teams", ())) for t in teams()]
        return context


def _named(value: Any) -> dict[str, list[int]] | None:
    """The people and teams in the JSON form of a named circle, else None."""
    if not isinstance(value, str) or not value.startswith("{"):
        return None
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return None
    named = found if isinstance(found, dict) else {}
    are_lists = all(isinstance(named.get(what, []), list) for what in ("people", "teams"))
    return named if named and are_lists else None
