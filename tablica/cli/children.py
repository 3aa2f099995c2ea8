"""Processes that one command keeps running beside itself, and ends with itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

PAUSE = 1.0  # seconds before a process that ended by itself is started again


class Children:
    """Runs commands of Tablica's in processes of their own, and starts those again that end.

    Each child's standard input is a pipe that nobody writes to: it closes when this process ends,
    however it ends, and tells the child to end too (`end_with_parent`).
    """

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._lock = threading.RLock()
        self._watchers: list[threading.Thread] = []
        self._running: set[subprocess.Popen[bytes]] = set()

    def add(self, arguments: Sequence[str], *, keep_open: Sequence[int] = ()) -> None:
        """Start `python -m tablica` with `arguments`; `keep_open` are file descriptors it gets."""
        watcher = threading.Thread(target=self._keep, args=(arguments, keep_open), daemon=True)
        self._watchers.append(watcher)
        watcher.start()

    def _keep(self, arguments: Sequence[str], keep_open: Sequence[int]) -> None:
        while not self._stopping.is_set():
            with self._lock:
                if self._stopping.is_set():
                    return
                process = subprocess.Popen(
                    [sys.executable, "-m", "tablica", *arguments],
                    stdin=subprocess.PIPE,
                    pass_fds=keep_open,
                    start_new_session=True,
                )
                self._running.add(process)
            process.wait()
            with self._lock:
                self._running.discard(process)
            self._stopping.wait(PAUSE)

    def ask_to_stop(self) -> None:
        """Ask all to end, without waiting. May be called from a signal handler."""
        self._signal(signal.SIGTERM)

    def stop(self, *, within: float) -> None:
        """Ask all to end, wait, and `within` that many seconds end those that still run."""
        deadline = time.monotonic() + within
        self.ask_to_stop()
        for watcher in self._watchers:
            watcher.join(max(0.0, deadline - time.monotonic()))
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with self._lock:
            self._stopping.set()
            for process in self._running:
                process.send_signal(number)


def end_with_parent() -> None:
    """End this process, as if asked politely, when the parent that `Children` runs in has ended."""

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
