"""Serve Tablica over HTTP, with job workers beside it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sys
import threading
import time
from argparse import SUPPRESS, ArgumentParser, Namespace

from tablica.cli.children import Children, end_with_parent
from tablica.cli.errors import CommandError
from tablica.cli.migrate import be_ready, bring_up_to_date
from tablica.cli.output import tell
from tablica.cli.registry import Need

NEEDS: Need = "settings"

CHILDREN_GRACE = 4.0  # seconds that the processes beside this one get after SIGTERM
START_LIMIT = 60.0  # seconds until the first answer
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def add_arguments(parser: ArgumentParser) -> None:
    """Where to listen and with how many processes."""
    parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="default: 8000; 0 takes a free one")
    parser.add_argument("--workers", type=int, default=1, help="web processes (default: 1)")
    parser.add_argument("--migrate", action="store_true", help="first do as “tablica migrate”")
    parser.add_argument("--no-work", action="store_true", help="leave jobs to “tablica work”")
    parser.add_argument("--socket", type=int, help=SUPPRESS)


def run(args: Namespace) -> int:
    """Serve until SIGTERM; then end within five seconds, with all processes beside this one."""
    if args.socket is not None:
        from tablica.cli import web_process

        end_with_parent()
        web_process.serve(socket.socket(fileno=args.socket))
        return 0
    if args.workers < 1:
        raise CommandError("--workers must be 1 or more.")
    if args.migrate:
        bring_up_to_date()
    else:
        be_ready()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    listener = _listen(args.host, args.port)
    children = Children()
    try:
        _run_all(args, listener, children)
    except KeyboardInterrupt:
        pass
    finally:
        children.stop(within=CHILDREN_GRACE)
    return 0


def _run_all(args: Namespace, listener: socket.socket, children: Children) -> None:
    """Run the web and the work until SIGTERM."""
    from django.conf import settings

    if not args.no_work:
        children.add(["work", "--with-parent"])
    if settings.RECEIVE:
        children.add(["receive", "--with-parent"])
    threading.Thread(target=_announce, args=(args, listener.getsockname()[1]), daemon=True).start()
    if args.workers == 1:
        from tablica.cli import web_process

        web_process.serve(listener, on_stop=children.ask_to_stop)
        return
    handle = listener.fileno()
    for _ in range(args.workers):
        children.add(["serve", "--socket", str(handle)], keep_open=[handle])
    while True:
        time.sleep(3600)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, made before all else, so that a taken port is told at once."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise CommandError(f"Cannot listen on {host}, port {port}: {error.strerror}.") from None
    except OverflowError:
        raise CommandError(f"There is no port {port}: they go up to 65535.") from None
    listener.listen(2048)
    return listener


def _announce(args: Namespace, port: int) -> None:
    """Say where Tablica is as soon as it answers there; end it when it never does."""
    host = f"[{args.host}]" if ":" in args.host else args.host
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if _is_healthy(ANY_ADDRESS.get(args.host, args.host), port):
            url = f"http://{host}:{port}"
            tell(args, {"url": url}, f"Tablica is at {url}")
            return
        time.sleep(0.1)
    print("Tablica does not answer at /health and stops.", file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGTERM)


def _is_healthy(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/health", headers={"Host": "localhost"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
