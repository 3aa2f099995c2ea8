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
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    print("working", flush=True)
    lease = float(sys.argv[1])
    worker.run(stop, threads=2, pace=worker.Pace(lease=lease, poll=0.05))


if __name__ == "__main__":
    main()
