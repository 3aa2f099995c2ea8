"""Composing letters: as text and as HTML, in the language and time of whoever gets them."""

from tablica.letters.writing.composing import (
    Written,
    speaking_to,
    write_digest,
    write_talk,
    write_trial,
)
from tablica.letters.writing.heads import CHOICES, root_id

__all__ = [
    "CHOICES",
    "Written",
    "root_id",
    "speaking_to",
    "write_digest",
    "write_talk",
    "write_trial",
]
