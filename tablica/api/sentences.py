"""What is wrong with the shape of a body, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def sentence_of(field: str, error: Mapping[str, Any]) -> str:
    """One sentence for an error of the shape at `field`."""
    if field == "audience":
        return _("Say who may read it: everyone, the team, only me, or names.")
    named = _sentences().get(error["type"])
    if named:
        return named
    context = error.get("ctx", {})
    if error["type"] == "literal_error":
        return _("Choose one of: %(choices)s.") % {"choices": context.get("expected", "")}
    if error["type"] == "value_error":
        return str(context.get("error", "")) or _("This cannot be understood.")
    return _("This cannot be understood.")


def _sentences() -> dict[str, str]:
    a_list, an_object = _("This must be a list."), _("This must be an object.")
    a_number, a_text = _("This must be a whole number."), _("This must be a text.")
    no_number = _("This is no number of ours.")
    return {
        "missing": _("This is required."),
        "extra_forbidden": _("There is no such field."),
        "string_type": a_text,
        "int_type": a_number,
        "int_from_float": a_number,
        "greater_than": no_number,
        "less_than": no_number,
        "bool_type": _("This must be true or false."),
        "list_type": a_list,
        "dict_type": an_object,
        "model_type": an_object,
        "model_attributes_type": an_object,
        "too_long": _("These are too many."),
    }
