"""Refuses half-declared kinds when the program starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from tablica.records.forms import RecordForm
from tablica.records.kinds import all_kinds, relations_of
from tablica.records.models import RecordModel


@register()
def kinds_are_whole(**kwargs: Any) -> Sequence[CheckMessage]:
    """Every kind names a real form and model; every relation joins declared kinds."""
    wrong: list[CheckMessage] = []
    names = {kind.name for kind in all_kinds()}
    for kind in all_kinds():
        try:
            form = import_string(kind.form)
        except ImportError as error:
            wrong.append(Error(f"kind {kind.name}: {error}", id="records.E001"))
            continue
        if not issubclass(form, RecordForm) or not issubclass(kind.model, RecordModel):
            wrong.append(Error(f"kind {kind.name}: form or model is not one", id="records.E002"))
        missing = {*kind.columns, *kind.texts} - set(form.base_fields)
        if missing:
            wrong.append(Error(f"kind {kind.name}: no field {missing}", id="records.E003"))
        for relation in relations_of(kind.name):
            if relation.kind not in names:
                wrong.append(Error(f"relation to unknown {relation.kind}", id="records.E004"))
    return wrong
