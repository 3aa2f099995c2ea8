"""Reading a foreign mail, in a process of its own that is bounded in memory and time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import tablica
from tablica.shared.mail.reading.shape import Mail, Unreadable

LONGEST_WAIT = 30.0  # seconds
PROCESS = "tablica.shared.mail.reading.process"


def read(path: Path) -> Mail:
    """What stands in the mail in this file. Raises `Unreadable`, and OSError without the file."""
    with path.open("rb"):
        pass
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(Path(tablica.__file__).parent.parent),
        "PYTHONIOENCODING": "utf-8",
    }
    try:
        ended = subprocess.run(
            [sys.executable, "-m", PROCESS, str(path.resolve())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=LONGEST_WAIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("too_slow") from None
    return _told(ended.stdout, ended.returncode)


def _told(said: bytes, code: int) -> Mail:
    if code:
        raise Unreadable("too_slow" if code < 0 else "broken")
    try:
        found = json.loads(said)
        if "error" in found:
            raise Unreadable(str(found["error"]))
        return Mail(**found)
    except (ValueError, TypeError):
        raise Unreadable("broken") from None
