"""Run background jobs, as many processes on as many machines as wanted."""

from __future__ import annotations

import signal
import threading
from argparse import SUPPRESS, ArgumentParser, Namespace
from types import FrameType

from tablica.cli.children import end_with_parent


def add_arguments(parser: ArgumentParser) -> None:
    """How many jobs at a time."""
    parser.add_argument("--threads", type=int, default=2, help="jobs at a time (default: 2)")
    parser.add_argument("--with-parent", action="store_true", help=SUPPRESS)


def run(args: Namespace) -> int:
    """Take jobs and do them until SIGTERM; a job that is cut short is done again later."""
    from tablica.shared.jobs import worker

    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        # An event must not be set from a handler: its lock may be held by what was interrupted.
        threading.Thread(target=stop.set).start()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    if args.with_parent:
        end_with_parent()
    worker.run(stop, threads=args.threads)
    return 0
