"""Two changes of one record brought together, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tablica.records.kinds import kind_named
from tablica.records.models import Change, Record, RecordModel
from tablica.records.values import Raw, raw, read_value
from tablica.shared.text.merging import Keep, merged


def changed_since(record: Record, version: int) -> dict[str, Raw]:
    """The fields that were changed after `version`, with the value each had then."""
    found: dict[str, Raw] = {}
    changes = Change.objects.filter(record=record, version__gt=version).order_by("version")
    for fields in changes.values_list("fields", flat=True):
        for name, (before, _after) in fields.items():
            found.setdefault(name, before)
    return found


def met(record: Record, seen: int | None, names: Iterable[str]) -> Change | None:
    """The last change by others of one of these fields, which a change by who saw `seen` met."""
    if seen is None:
        return None
    between = Change.objects.filter(record=record, version__gt=seen, version__lt=record.version)
    wanted = set(names)
    found = between.select_related("by").order_by("-version")
    return next((change for change in found if wanted & change.fields.keys()), None)


def bring_together(
    body: RecordModel, since: Mapping[str, Raw], values: Mapping[str, Any], keep: Keep
) -> tuple[dict[str, Any], set[str]]:
    """The values to save, and the names of those that clash with what others made of them `since`.

    A value that its writer left as they saw it gives way. Texts of several lines merge by lines;
    with `both` also where they clash, as long as the field has room for it.
    """
    together, clashes = dict(values), since.keys() & values.keys()
    if not keep:
        return together, clashes
    for name in sorted(clashes):
        if raw(values[name]) == since[name]:
            del together[name]
        elif (text := _merged(body, name, since[name], values[name], keep)) is not None:
            together[name] = text
        else:
            continue
        clashes.discard(name)
    return together, clashes


def _merged(body: RecordModel, name: str, base: Raw, mine: Any, keep: Keep) -> str | None:
    field = kind_named(body.record.kind).form_class().base_fields.get(name)
    theirs = read_value(body, name)
    several = getattr(field, "multiline", False)
    if not (several and isinstance(base, str) and isinstance(theirs, str)):
        return None
    result = merged(base, theirs=theirs, mine=mine)
    fits = len(result.both) <= getattr(field, "limit", 0)
    return result.both if fits and (keep == "both" or not result.clashes) else None
