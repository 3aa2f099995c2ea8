"""A real worker process for the tests: says "working", runs until SIGTERM."""

from __future__ import annotations

import os
import signal
import sys
import threading

import django
from django.conf import settings


def main() -> None:
    settings.DATABASES["default"]["NAME"] = os.environ["WORKER_DATABASE"]
    django.setup()
    from tablica.shared.jobs import worker

    stop = threading.Event()
    # Not set by the handler itself: the lock of the event may be held by what it interrupts.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=stop.set).start())
    print("working", flush=True)
    lease = float(sys.argv[1])
    worker.run(stop, threads=2, pace=worker.Pace(lease=lease, poll=0.05))


if __name__ == "__main__":
    main()
