"""Take in answers that come by mail, at the address in TABLICA_RECEIVE."""

from __future__ import annotations

import asyncio
import signal
from argparse import SUPPRESS, ArgumentParser, Namespace

from tablica.cli.children import end_with_parent
from tablica.cli.errors import CommandError
from tablica.cli.output import tell


def add_arguments(parser: ArgumentParser) -> None:
    """Nothing but what `serve` says when it starts this beside itself."""
    parser.add_argument("--with-parent", action="store_true", help=SUPPRESS)


def run(args: Namespace) -> int:
    """Take mail to reply addresses until SIGTERM; comments are made of it by “tablica work”."""
    from django.conf import settings

    if settings.RECEIVE is None:
        raise CommandError("Say in TABLICA_RECEIVE where answers come in, as 127.0.0.1:2525.")
    if args.with_parent:
        end_with_parent()
    asyncio.run(_listen(args, *settings.RECEIVE))
    return 0


async def _listen(args: Namespace, host: str, port: int) -> None:
    from tablica.letters.receiving import listen

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        server = await listen(host, port)
    except OSError as error:
        raise CommandError(f"Cannot listen on {host}, port {port}: {error.strerror}.") from None
    if not args.with_parent:
        facts = {"host": host, "port": port}
        tell(args, facts, f"Answers by mail are taken in at {host}, port {port}")
    await stop.wait()
    server.close()
