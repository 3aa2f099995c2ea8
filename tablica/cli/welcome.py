"""Say how the first person comes in: through a link that works once."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from tablica.cli.output import tell


def add_arguments(parser: ArgumentParser) -> None:
    """At which address Tablica is reached."""
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where Tablica is reached")
    parser.add_argument(
        "--is-empty", action="store_true", help="only say by the exit code that nobody is here yet"
    )


def run(args: Namespace) -> int:
    """Make a new first link, which ends earlier ones; once somebody is here, there is none."""
    from django.conf import settings
    from django.urls import reverse

    from tablica.accounts.commands.links import make_link
    from tablica.accounts.models import OneTimeLink, User

    somebody = User.objects.exists()
    if args.is_empty:
        return 1 if somebody else 0
    base = settings.TABLICA_URL or args.url
    if somebody:
        tell(args, {"url": f"{base}/login"}, f"Sign in at {base}/login")
        return 0
    secret = make_link(OneTimeLink.Purpose.FIRST, user=None, by=None)
    link = base + reverse("one_time_link", args=[secret])
    tell(args, {"link": link}, f"The first to open this becomes administrator:\n{link}")
    return 0
