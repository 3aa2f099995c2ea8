"""Fill an empty database with a believable demo company.

small is about 40 companies and 2,000 entries, medium 2,000 and 50,000, large 20,000 and 1,000,000;
a number means about so many entries. The same size, seed and day give the same data. What was
stopped in the middle goes on when the same command is given again.
"""

from __future__ import annotations

import secrets
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace

from tablica.cli.output import tell

BAR = 40
# Without letters and digits that look alike.
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def add_arguments(parser: ArgumentParser) -> None:
    """How much, which story, and the password of its people."""
    parser.add_argument(
        "--size", type=_size, default="small", help="small, medium, large or a number of entries"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed, another story")
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read everybody's password from standard input instead of making one up",
    )


def run(args: Namespace) -> int:
    """Fill, then say who may sign in and how."""
    from django.utils.translation import gettext as _

    from tablica.demo.fill import fill

    password = sys.stdin.readline().rstrip("\n") if args.password_stdin else make_password()
    started = time.monotonic()
    try:
        filled = fill(args.size, seed=args.seed, password=password, progress=_show)
    except KeyboardInterrupt:
        _clear()
        print(_("Stopped. The same command goes on."), file=sys.stderr)
        return 130
    _clear()
    facts = {
        **filled.counts,
        "seconds": round(time.monotonic() - started, 1),
        "password": password,
        "people": [
            {"email": person.email, "name": person.name, "role": person.role}
            for person in filled.people
        ],
    }
    shown = filled.people[:15]
    width = max(len(person.email) for person in shown)
    lines = [
        "The demo company is ready: {companies} companies, {persons} persons, {deals} deals, "
        "{entries} entries.".format(**filled.counts),
        f"Everybody's password: {password}",
        *(f"  {person.email:{width}}  {person.name}, {person.title}" for person in shown),
    ]
    tell(args, facts, "\n".join(lines))
    return 0


def make_password() -> str:
    """A new password that can be read aloud and typed: three groups of five."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))


def _size(typed: str) -> str:
    from tablica.demo.story import size_named

    try:
        size_named(typed)
    except ValueError:
        raise ArgumentTypeError(
            f"{typed}: say small, medium, large or a number of entries from 100 to 20000000"
        ) from None
    return typed


def _show(told: int, total: int) -> None:
    """A bar on a terminal, nothing elsewhere."""
    if sys.stderr.isatty():
        done = min(told / total, 1.0)
        bar = "█" * int(done * BAR)
        print(f"\r{bar:░<{BAR}} {done:4.0%} {told:,} entries", end="", file=sys.stderr, flush=True)


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
