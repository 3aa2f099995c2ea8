"""Which commands there are, found by looking, without importing any of them."""

from __future__ import annotations

import ast
import importlib
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Literal, Protocol, cast

Need = Literal["nothing", "settings", "database"]


class Command(Protocol):
    """A module of this package that is a command.

    `NEEDS` says what is made ready before it runs: "nothing", "settings" (Django is set up) or
    "database" (the default: its tables are there and up to date). `run` returns the exit code.
    """

    NEEDS: Need

    def add_arguments(self, parser: ArgumentParser) -> None: ...

    def run(self, args: Namespace) -> int: ...


def found() -> dict[str, str]:
    """The first line of each command's docstring, by the command's name, in order of the names."""
    commands = {}
    for file in sorted(Path(__file__).parent.glob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if {"add_arguments", "run"} <= functions:
            commands[file.stem.rstrip("_")] = (ast.get_docstring(tree) or "").split("\n")[0]
    return commands


def load(name: str) -> Command:
    """The command `name`. One whose name is a word of Python's has an underscore at its end."""
    folder = Path(__file__).parent
    stem = name if (folder / f"{name}.py").exists() else f"{name}_"
    return cast(Command, importlib.import_module(f"tablica.cli.{stem}"))
