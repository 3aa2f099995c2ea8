"""Make an API token for a colleague; it is printed once, as the last word."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import timedelta

from tablica.cli.errors import CommandError
from tablica.cli.output import tell
from tablica.cli.user import user_with


def add_arguments(parser: ArgumentParser) -> None:
    """For whom, and how much it may do for how long."""
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--name", default="", help="what it is for")
    parser.add_argument("--scope", choices=["read", "write"], default="read", help="default: read")
    parser.add_argument("--expires", type=int, default=90, metavar="DAYS", help="default: 90")


def run(args: Namespace) -> int:
    """Make it and print it: this is the only time it can be read."""
    from django.utils import timezone

    from tablica.accounts.commands.tokens import make_token
    from tablica.shared.text import BadText, clean

    user = user_with(args.email)
    if not user.is_active:
        raise CommandError(f"{user.name} is deactivated: a token would open nothing.")
    try:
        name = clean(args.name, max_length=80, multiline=False)
    except BadText as error:
        raise CommandError(f"The name: {error}") from None
    token = make_token(user, name=name, scope=args.scope, days=args.expires)
    until = timezone.now() + timedelta(days=args.expires)
    facts = {
        "token": token,
        "email": user.email,
        "scope": args.scope,
        "expires_at": until.isoformat(timespec="seconds"),
    }
    sentence = f"{user.name} may {args.scope} with this token until {until:%Y-%m-%d}: {token}"
    tell(args, facts, sentence)
    return 0
