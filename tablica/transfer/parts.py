"""Several names in one cell."""

from __future__ import annotations

import re

# What parts the names in a cell; a company's may have a comma in it.
COMPANY_MARKS, PERSON_MARKS = ";|\n", ";|,\n"


def parts_of(cell: str, marks: str) -> list[str]:
    """The parts of a cell between these marks; one that has a mark in it stands in quotes."""
    quoted = rf'\s*"(?:[^"]|"")*+"\s*(?=[{marks}]|$)'
    return [_unquoted(part.strip(), marks) for part in re.findall(rf"{quoted}|[^{marks}]+", cell)]


def _unquoted(part: str, marks: str) -> str:
    inner = part[1:-1].replace('""', '"')
    return inner if part.startswith('"') and in_quotes(inner, marks) == part else part


def in_quotes(name: str, marks: str) -> str:
    """The name as one part of a cell: in quotes where it has a mark in it, or would be misread."""
    if not any(mark in name for mark in marks) and not name.startswith('"'):
        return name
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
