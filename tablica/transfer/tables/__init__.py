"""Tables as people have them: read faithfully, whatever program wrote them."""

from tablica.transfer.tables.reading import Rows, Table, read
from tablica.transfer.tables.shape import Row, Unreadable

__all__ = ["Row", "Rows", "Table", "Unreadable", "read"]
