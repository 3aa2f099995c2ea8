"""The process that reads a foreign mail: it may be hostile, so this process may be killed.

`python -m tablica.shared.mail.reading.process FILE` writes one object of JSON: what was read, or
`{"error": …}`.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path

from tablica.shared.mail.reading.parsing import parse
from tablica.shared.mail.reading.shape import Unreadable

MOST_MEMORY = 600 * 2**20  # bytes of addresses; of these, under half is ever used
MOST_TIME = 10  # seconds of the processor


def tell(raw: bytes) -> dict[str, object]:
    """What stands in the mail, or why it cannot be read."""
    try:
        return asdict(parse(raw))
    except Unreadable as error:
        return {"error": error.code}
    except (MemoryError, RecursionError):
        return {"error": "too_large"}
    except Exception:
        # The library for mails raises nearly anything for some of them.
        return {"error": "broken"}


def _limit() -> None:
    for what, limit in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_TIME),
        (resource.RLIMIT_FSIZE, 10 * 2**20),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(what, (limit, hard))


if __name__ == "__main__":
    _limit()
    json.dump(tell(Path(sys.argv[1]).read_bytes()), sys.stdout)
