"""A real process that takes answers in, for the tests: says "listening", runs until it is ended."""

from __future__ import annotations

import asyncio
import os

import django
from django.conf import settings


def main() -> None:
    settings.DATABASES["default"]["NAME"] = os.environ["WORKER_DATABASE"]
    django.setup()
    asyncio.run(_serve())


async def _serve() -> None:
    from tablica.letters.receiving import listen

    assert settings.RECEIVE is not None
    await listen(*settings.RECEIVE)
    print("listening", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    main()
