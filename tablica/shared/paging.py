"""Where a page of a long list ends, to go on from there."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DECODED = re.compile(rb"(0|-?[1-9][0-9]{0,17})\.(0|[1-9][0-9]{0,18})")
_LARGEST_ID = 2**63 - 1


class BadCursor(ValueError):
    """What came is no cursor of ours."""


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """A place in a list ordered by time, then by id: the last row shown.

    `happened_at` must know its time zone; decoding gives it in UTC, to the microsecond.
    """

    happened_at: datetime
    id: int

    def __post_init__(self) -> None:
        if self.happened_at.utcoffset() is None:
            raise ValueError("A cursor's time needs a time zone.")

    def encode(self) -> str:
        """Return the cursor as text for an address."""
        micros = (self.happened_at - _EPOCH) // _MICROSECOND
        return base64.urlsafe_b64encode(b"%d.%d" % (micros, self.id)).rstrip(b"=").decode()

    @classmethod
    def decode(cls, encoded: str) -> "Cursor":
        """Return the cursor that was encoded. Raises `BadCursor` for all else."""
        try:
            raw = encoded.encode("ascii")
            decoded = base64.b64decode(raw + b"=" * (-len(raw) % 4), b"-_", validate=True)
            match = _DECODED.fullmatch(decoded)
            if match is None or int(match[2]) > _LARGEST_ID:
                raise BadCursor
            cursor = cls(_EPOCH + int(match[1]) * _MICROSECOND, int(match[2]))
        except (BadCursor, UnicodeEncodeError, binascii.Error, OverflowError):
            raise BadCursor("This is no page of the list. Start again from its top.") from None
        if cursor.encode() != encoded:
            raise BadCursor("This is no page of the list. Start again from its top.")
        return cursor
