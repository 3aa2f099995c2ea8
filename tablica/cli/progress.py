"""A bar on standard error that shows how far something is; silent where nobody looks."""

from __future__ import annotations

import sys
import time

WIDTH = 30
PAUSE = 0.1  # seconds between two drawings


class Bar:
    """Call it with how much is done of how much. Used with `with`, it cleans up its line."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = sys.stderr.isatty()
        self._last = 0.0

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._shown and self._last:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._shown or (now - self._last < PAUSE and done < total):
            return
        self._last = now
        share = done / total if total else 1.0
        filled = int(share * WIDTH)
        bar = "█" * filled + "░" * (WIDTH - filled)
        line = f"\r{self._what} {bar} {share:4.0%}  {done:,} of {total:,}\x1b[K"
        print(line, end="", file=sys.stderr, flush=True)
