"""The one place where a string is declared to be safe HTML."""

from django.utils.safestring import SafeString, mark_safe

TrustedHtml = SafeString
"""HTML that templates put out as it is."""


def trusted(s: str) -> TrustedHtml:
    """Declare `s` safe to put out unescaped.

    Only for HTML that this program made of escaped parts or that went through an allow-list.
    """
    return mark_safe(s)  # noqa: S308 - this is the named place
