"""Files."""

from __future__ import annotations

from tablica.api.shapes.base import Shape


class FileShape(Shape):
    """A file; `url` gives its bytes to the same token."""

    id: int
    name: str
    size: int
    type: str
    sha256: str
    url: str
