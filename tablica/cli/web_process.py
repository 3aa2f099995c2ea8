"""One web process: answers requests on a listening socket until it is asked to end."""

from __future__ import annotations

import os
import resource
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

import uvicorn
from django.conf import settings

from tablica.cli.web_connection import Connection

REQUESTS_GRACE = 2  # seconds that requests under way get after SIGTERM
LAST_GRACE = 4  # seconds after which this process ends with whatever still hangs in it


class _Server(uvicorn.Server):
    """uvicorn, with a word to others when the end begins, and an end that nothing can hold up."""

    def __init__(self, config: uvicorn.Config, on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_stop = on_stop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            from tablica.live.hub import hub

            hub.stop()
            self._on_stop()
            last = threading.Timer(LAST_GRACE, os._exit, [0])
            last.daemon = True
            last.start()
        super().handle_exit(sig, frame)


def serve(listener: socket.socket, on_stop: Callable[[], None] = lambda: None) -> None:
    """Answer on `listener` until SIGTERM or SIGINT. `on_stop` is called when that comes.

    Headers of proxies are believed only from the addresses in `TABLICA_PROXIES`. Of those in
    `X-Forwarded-For` the last one counts that is no such proxy: what a client wrote stands before.
    """
    _take_all_handles()
    # uvicorn raises the signal again when it has ended; by then there is nothing left to do.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    config = uvicorn.Config(
        "tablica.asgi:application",
        loop="uvloop",
        http=Connection,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.PROXIES),
        forwarded_allow_ips=settings.PROXIES,
        timeout_graceful_shutdown=REQUESTS_GRACE,
    )
    _Server(config, on_stop).run(sockets=[listener])


def _take_all_handles() -> None:
    """Open as many connections as the system lets us; the usual limit is far below that."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
