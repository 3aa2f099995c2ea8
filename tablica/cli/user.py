"""Add, list and deactivate who works here, let them in again, hand over what they have."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from tablica.cli.errors import CommandError
from tablica.cli.handing_over import add_leave_arguments, leave
from tablica.cli.output import tell

if TYPE_CHECKING:
    from tablica.accounts.models import User


def add_arguments(parser: ArgumentParser) -> None:
    """What to do, with whom."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    add = actions.add_parser("add", help="add a colleague", allow_abbrev=False)
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--name", help="default: made from the address")
    add.add_argument("--role", default="member", help="default: member")
    add.add_argument("--team", action="append", default=[], help="made when missing; repeatable")
    add.add_argument("--language", default="en", help="en, pl, ru or fa (default: en)")
    add.add_argument("--url", default="http://127.0.0.1:8000", help="where Tablica is reached")
    add.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from standard input; without it a link to choose one is printed",
    )
    actions.add_parser("list", help="everybody who works or worked here", allow_abbrev=False)
    link = actions.add_parser("link", help="a link to choose a new password, printed once")
    link.add_argument("email", metavar="EMAIL")
    link.add_argument("--url", default="http://127.0.0.1:8000", help="where Tablica is reached")
    forget = actions.add_parser(
        "forget-factors", help="let in by the password alone who has lost their second factors"
    )
    forget.add_argument("email", metavar="EMAIL")
    unlink = actions.add_parser(
        "unlink", help="let single sign-on find somebody by e-mail once more"
    )
    unlink.add_argument("email", metavar="EMAIL")
    deactivate = actions.add_parser("deactivate", help="close every door to a colleague")
    deactivate.add_argument("email", metavar="EMAIL")
    leaving = actions.add_parser(
        "leave", help="hand over what a colleague has, and close every door", allow_abbrev=False
    )
    add_leave_arguments(leaving)


def run(args: Namespace) -> int:
    """Do it, as the machine's own administrator. Returns 0."""
    actions = {
        "add": _add,
        "list": _list,
        "link": _link,
        "forget-factors": _forget_factors,
        "unlink": _unlink,
        "deactivate": _deactivate,
        "leave": _leave,
    }
    actions[args.action](args)
    return 0


def user_with(email: str) -> User:
    """The colleague with this address. Raises `CommandError` when there is none."""
    from tablica.accounts.models import User

    found = User.objects.select_related("role").filter(email__iexact=email.strip()).first()
    if found is None:
        raise CommandError(f"There is nobody with the address {email}.")
    return found


def _add(args: Namespace) -> None:
    from django.db import transaction

    from tablica.accounts.commands.links import make_link
    from tablica.accounts.commands.people import add_user
    from tablica.accounts.commands.teams import add_team
    from tablica.accounts.doors import passwords_open
    from tablica.accounts.models import OneTimeLink
    from tablica.shared.text import BadText, clean

    _check(args)
    password = sys.stdin.read().rstrip("\r\n") if args.password_stdin else None
    try:
        name = clean(args.name or _name_from(args.email), max_length=120, multiline=False)
    except BadText as error:
        raise CommandError(f"The name: {error}") from None
    link = None
    with transaction.atomic():
        user = add_user(
            email=args.email,
            name=name,
            by=None,
            role=args.role,
            teams=[add_team(team, by=None) for team in args.team],
            language=args.language,
            password=password,
        )
        if password is None and passwords_open():
            secret = make_link(OneTimeLink.Purpose.INVITATION, user=user, by=None)
            link = _address_of(secret, args.url)
    sentence = f"Added {user.name} <{user.email}> as {user.role.slug}."
    if link:
        sentence += f" This link works once, within seven days, to choose a password:\n{link}"
    tell(args, {**_facts(user), **({"link": link} if link else {})}, sentence)


def _check(args: Namespace) -> None:
    """Refuse a role or language that is none, naming those that are."""
    from django.conf import settings

    from tablica.accounts.models import Role

    roles = list(Role.objects.order_by("pk").values_list("slug", flat=True))
    if args.role not in roles:
        raise CommandError(f"There is no role “{args.role}”. The roles are: {', '.join(roles)}.")
    languages = [code for code, _label in settings.LANGUAGES]
    if args.language not in languages:
        known = ", ".join(languages)
        raise CommandError(f"There is no language “{args.language}”. The languages are: {known}.")


def _name_from(email: str) -> str:
    """`anna.nowak@example.com` is probably Anna Nowak."""
    words = email.split("@")[0].replace("_", ".").replace("+", ".").split(".")
    return " ".join(word[:1].upper() + word[1:] for word in words if word) or email


def _address_of(secret: str, url: str) -> str:
    from django.conf import settings
    from django.urls import reverse

    return str(settings.TABLICA_URL or url.rstrip("/")) + reverse("one_time_link", args=[secret])


def _list(args: Namespace) -> None:
    from tablica.accounts.queries import everybody

    people = list(everybody())
    lines = [_line(user) for user in people]
    facts = {"users": [_facts(user) for user in people]}
    tell(args, facts, "\n".join(lines) or "Nobody works here yet.")


def _line(user: User) -> str:
    teams = ", ".join(team.name for team in user.teams.all())
    parts = [user.email, user.name, user.role.slug, f"[{teams}]" if teams else ""]
    return "  ".join(part for part in [*parts, "" if user.is_active else "deactivated"] if part)


def _deactivate(args: Namespace) -> None:
    from tablica.accounts.commands.people import deactivate_user

    user = user_with(args.email)
    deactivate_user(user, by=None)
    tell(args, _facts(user), f"{user.name} <{user.email}> cannot come in any more.")


def _leave(args: Namespace) -> None:
    leave(args, user_with(args.email), user_with(args.to) if args.to else None)


def _link(args: Namespace) -> None:
    from tablica.accounts.commands.links import make_link
    from tablica.accounts.doors import passwords_open
    from tablica.accounts.models import OneTimeLink

    user = user_with(args.email)
    if not user.is_active:
        raise CommandError(f"{user.name} <{user.email}> is deactivated.")
    purpose = OneTimeLink.Purpose.PASSWORD if passwords_open() else OneTimeLink.Purpose.RESCUE
    secret = make_link(purpose, user=user, by=None)
    link = _address_of(secret, args.url)
    sentence = f"This link works once, within an hour, for {user.name} to choose a password:"
    tell(args, {**_facts(user), "link": link}, f"{sentence}\n{link}")


def _forget_factors(args: Namespace) -> None:
    from tablica.accounts.commands.factors import take_factors_away
    from tablica.shared.errors import Hidden

    user = user_with(args.email)
    try:
        take_factors_away(user, by=None)
    except Hidden:
        raise CommandError(f"{user.name} <{user.email}> has no second factor.") from None
    tell(args, _facts(user), f"{user.name} <{user.email}> signs in with the password alone.")


def _unlink(args: Namespace) -> None:
    from tablica.accounts.commands.identities import forget_identities

    user = user_with(args.email)
    if not forget_identities(user):
        raise CommandError(f"{user.name} <{user.email}> is not known to single sign-on.")
    tell(args, _facts(user), f"Single sign-on finds {user.name} <{user.email}> by e-mail again.")


def _facts(user: User) -> dict[str, object]:
    return {
        "id": user.pk,
        "email": user.email,
        "name": user.name,
        "role": user.role.slug,
        "teams": [team.name for team in user.teams.all()],
        "language": user.language,
        "active": user.is_active,
    }
