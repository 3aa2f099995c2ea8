"""What rooms above may hear of.

`text_changed` is sent *inside* the transaction of the change, because the search index must change
with it or not at all (ADR 0006). It carries `records`, `entries` and `comments`: lists of numbers
whose text, place or existence changed.
"""

from django.dispatch import Signal

text_changed = Signal()
