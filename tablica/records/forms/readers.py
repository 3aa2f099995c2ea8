"""Who may read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tablica.accounts.models import Team
from tablica.accounts.queries import colleagues
from tablica.records.audiences import audience
from tablica.records.models import Audience
from tablica.records.values import raw
from tablica.records.widgets import PickAudience


class AudienceField(forms.Field):
    """Who may read: `everyone`, `team`, `me`, or `{"people": [...], "teams": [...]}`."""

    api_type = "audience"
    widget = PickAudience

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Audience):
            return value
        said = raw(value)
        return json.dumps(said) if isinstance(said, dict) else said

    def to_python(self, value: Any) -> Audience | None:
        if isinstance(value, Audience):
            return value
        if isinstance(value, str) and value.startswith("{"):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError) as error:
                raise ValidationError(_("Say who may read it.")) from error
        if value in (None, ""):
            return None
        if isinstance(value, str) and value in ("everyone", "team", "me"):
            return audience(value)
        if isinstance(value, Mapping):
            return self._named(value)
        raise ValidationError(_("Say who may read it: everyone, the team, only me, or names."))

    def _named(self, value: Mapping[str, Any]) -> Audience:
        people, teams = value.get("people") or [], value.get("teams") or []
        if not _are_numbers(people) or not _are_numbers(teams) or set(value) - {"people", "teams"}:
            raise ValidationError(_("Name people and teams by their numbers."))
        found = list(colleagues().filter(pk__in=people))
        groups = list(Team.objects.filter(pk__in=teams))
        if len(found) != len(set(people)) or len(groups) != len(set(teams)):
            raise ValidationError(_("Name people and teams that exist."))
        if not found and not groups:
            raise ValidationError(_("Name at least one person or team."))
        return audience(Audience.Type.NAMED, people=found, teams=groups)


def _are_numbers(values: Any) -> bool:
    return isinstance(values, list) and all(
        isinstance(v, int) and not isinstance(v, bool) and 0 < v < 2**63 for v in values
    )
