"""Reads the command line, makes ready what the command needs, and turns errors into sentences."""

from __future__ import annotations

import os
import sys
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from tablica.cli import registry
from tablica.cli.errors import CommandError
from tablica.cli.output import tell_error

EVERYWHERE = "Every command also takes --data DIR (or TABLICA_DATA) and --json."


def main(argv: Sequence[str]) -> int:
    """Run the command that `argv` names. Returns 0 done, 1 refused or failed, 2 wrong usage."""
    common, rest = _common_options(argv)
    commands = registry.found()
    parser = _parser(commands)
    name = next((word for word in rest if not word.startswith("-")), None)
    if name not in commands:
        parser.parse_args(rest)
        parser.error("which command?")
    command = registry.load(name)
    command_parser = ArgumentParser(
        prog=f"tablica {name}", description=command.__doc__, epilog=EVERYWHERE, allow_abbrev=False
    )
    command.add_arguments(command_parser)
    args = command_parser.parse_args(rest[rest.index(name) + 1 :], namespace=common)
    return _run(command, args)


def _common_options(argv: Sequence[str]) -> tuple[Namespace, list[str]]:
    """Take `--data` and `--json` out of `argv`, before or after the command's name."""
    parser = ArgumentParser(prog="tablica", add_help=False, allow_abbrev=False, usage=SUPPRESS)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--json", action="store_true")
    return parser.parse_known_args(argv)


def _parser(commands: dict[str, str]) -> ArgumentParser:
    parser = ArgumentParser(
        prog="tablica",
        description="Tablica: the board on the wall.",
        epilog=EVERYWHERE,
        allow_abbrev=False,
    )
    choices = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for name, line in commands.items():
        choices.add_parser(name, help=line, add_help=False)
    return parser


def _run(command: registry.Command, args: Namespace) -> int:
    if args.data is not None:
        os.environ["TABLICA_DATA"] = str(args.data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tablica.settings")
    try:
        _make_ready(getattr(command, "NEEDS", "database"))
        return command.run(args)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone: nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
    tell_error(as_json=args.json, sentence=sentence)
    return 1


def _make_ready(needs: registry.Need) -> None:
    if needs == "nothing":
        return
    import django

    django.setup()
    if needs == "database":
        from tablica.cli.migrate import be_ready

        be_ready()


def _sentence(error: Exception) -> str | None:
    """What to tell about `error`; None when it is a fault of Tablica's own."""
    from django.core.exceptions import ImproperlyConfigured, ValidationError
    from django.db.utils import OperationalError

    from tablica.shared.errors import Hidden, Refused, Stale

    match error:
        case ValidationError():
            return " ".join(error.messages)
        case OperationalError():
            return f"The database answers with an error: {str(error).strip()}"
        case OSError():
            return f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
        case CommandError() | Hidden() | Refused() | Stale() | ImproperlyConfigured():
            return str(error)
        case _:
            return None
