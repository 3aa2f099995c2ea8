"""Texts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tablica.shared.text import BadText, clean

LONGEST_TITLE = 250


class CleanText(forms.CharField):
    """A text without anything that cannot be stored or shown truthfully."""

    api_type = "text"

    def __init__(self, *, multiline: bool = False, max_length: int = 250, **kwargs: Any) -> None:
        self.multiline = multiline
        self.limit = max_length
        if multiline:
            self.api_type = "longtext"
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4, "data-autogrow": ""}))
        super().__init__(strip=False, **kwargs)
        self.widget.attrs.setdefault("maxlength", max_length)
        self.widget.attrs.setdefault("dir", "auto")

    def to_python(self, value: Any) -> str:
        if value is not None and not isinstance(value, str):
            raise ValidationError(_("This must be a text."))
        try:
            return clean(value or "", max_length=self.limit, multiline=self.multiline).strip()
        except BadText as error:
            raise ValidationError(str(error)) from error
