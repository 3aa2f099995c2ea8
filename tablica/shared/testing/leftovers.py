"""What test runs left behind that were ended by force: folders, and a PostgreSQL in them."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

START = "tablica-tests-"


def prefix() -> str:
    """How the names of this run's folders begin."""
    return f"{START}{os.getpid()}-"


def remove(disk: Path) -> None:
    """Remove the folders on `disk` whose runs have ended, and end the servers in them."""
    for folder in disk.glob(f"{START}*"):
        pid = folder.name.removeprefix(START).split("-")[0]
        if pid.isdigit() and not Path("/proc", pid).exists() and os.access(folder, os.W_OK):
            _end_server(folder)
            shutil.rmtree(folder, ignore_errors=True)


def _end_server(folder: Path) -> None:
    try:
        pid = int((folder / "postgres/data/postmaster.pid").read_text().split()[0])
        command = Path("/proc", str(pid), "cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return
    # The number may belong to another process by now.
    if str(folder).encode() in command:
        os.kill(pid, signal.SIGQUIT)
