"""Faults on purpose: rules of seeing and doing that raise, and a database that dies under them."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import CodeType, FunctionType
from typing import Any

from django.db import OperationalError, connection

import tablica

# Modules that decide who may see and do what, by the last part of their name; and single ones.
RULES = {"rules", "visibility", "lent", "lending", "looking", "absences", "doors", "managers"}
MORE = {"tablica.accounts.backends", "tablica.accounts.factors.queries", "tablica.wall.changed"}
DECIDES = re.compile(r"_?(may|visible|sees|is_active|is_over)(_|$)|_token$")
"""How the names of functions begin that decide, wherever they are."""
AROUND = {"tests", "testing", "migrations", "views", "demo", "cli", "transfer", "__main__"}
"""What is no rule: doors themselves, and what no request reaches."""


class Broken(Exception):
    """The fault that was put in."""


@dataclass
class Happened:
    """How often something broke."""

    count: int = 0


def rules() -> dict[str, FunctionType]:
    """Every function and method that decides who may see and do what, by where it is defined."""
    found: dict[str, FunctionType] = {}
    for info in pkgutil.walk_packages(tablica.__path__, "tablica."):
        parts = info.name.split(".")
        if AROUND.intersection(parts):
            continue
        module = importlib.import_module(info.name)
        whole = parts[-1] in RULES or info.name in MORE
        for owner in (module, *_classes(module)):
            for function in _functions(owner):
                here = function.__module__ == info.name
                if here and (whole or DECIDES.match(function.__name__)):
                    found[f"{info.name}.{function.__qualname__}"] = function
    return {name: found[name] for name in sorted(found)}


def _classes(module: object) -> list[type]:
    name = getattr(module, "__name__", "")
    return [c for c in vars(module).values() if isinstance(c, type) and c.__module__ == name]


def _functions(owner: object) -> Iterator[FunctionType]:
    for value in vars(owner).values():
        value = getattr(value, "__func__", value)
        value = value.fget if isinstance(value, property) else value
        value = inspect.unwrap(value) if callable(value) else value
        if not isinstance(value, FunctionType) or value.__code__.co_freevars:
            continue
        if "__" not in value.__qualname__:
            yield value


@contextmanager
def met(functions: dict[str, FunctionType]) -> Iterator[Counter[str]]:
    """Count the calls of these functions."""
    calls: Counter[str] = Counter()
    with _instead(functions, lambda name: lambda: calls.update([name])):
        yield calls


@contextmanager
def raising(name: str, function: FunctionType, *, call: int) -> Iterator[Happened]:
    """Let the function raise from its `call`-th call on; the earlier ones work."""
    calls, happened = Counter[str](), Happened()

    def before() -> None:
        calls[name] += 1
        if calls[name] >= call:
            happened.count += 1
            raise Broken(name)

    with _instead({name: function}, lambda _name: before):
        yield happened


@contextmanager
def _instead(
    functions: dict[str, FunctionType], before: Callable[[str], Callable[[], None]]
) -> Iterator[None]:
    """Do something before each of these functions, for all who have imported it already.

    Its code is exchanged and not its name: rules are bound in many modules.
    """
    kept: list[tuple[FunctionType, CodeType, Any, Any]] = []
    try:
        for name, function in functions.items():
            kept.append(
                (function, function.__code__, function.__defaults__, function.__kwdefaults__)
            )
            copy = FunctionType(
                function.__code__, function.__globals__, function.__name__, function.__defaults__
            )
            copy.__kwdefaults__ = function.__kwdefaults__
            _HOOKS[name] = (before(name), copy)
            function.__code__ = _hooked(name)
            function.__defaults__ = function.__kwdefaults__ = None
        yield
    finally:
        for function, code, defaults, kwdefaults in kept:
            function.__code__ = code
            function.__defaults__, function.__kwdefaults__ = defaults, kwdefaults


_HOOKS: dict[str, tuple[Callable[[], None], FunctionType]] = {}


@cache
def _hooked(name: str) -> CodeType:
    # The code runs with the globals of the rule's module: it finds what it needs by importing.
    source = (
        "def hooked(*args, **kwargs):\n"
        "    from tests.gates.faults import _HOOKS\n"
        f"    before, go_on = _HOOKS[{name!r}]\n"
        "    before()\n"
        "    return go_on(*args, **kwargs)\n"
    )
    made: dict[str, Any] = {}
    exec(source, made)
    code: CodeType = made["hooked"].__code__
    return code


class Dying:
    """A database that goes away with the `at`-th statement: for that one, or for good.

    What undoes is let through: of a connection that is gone, the server undoes all by itself.
    """

    def __init__(self, at: int, *, for_good: bool) -> None:
        self.at, self.for_good, self.asked = at, for_good, 0
        self.undoes, self.happened = False, Happened()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        follows, self.undoes = self.undoes, sql.startswith("ROLLBACK TO")
        if self.undoes or (follows and sql.startswith("RELEASE")):
            return execute(sql, params, many, context)
        self.asked += 1
        if self.asked == self.at or (self.for_good and self.asked > self.at > 0):
            self.happened.count += 1
            raise OperationalError("the database is away")
        return execute(sql, params, many, context)


@contextmanager
def dying(at: int, *, for_good: bool) -> Iterator[Happened]:
    """The database dies with the `at`-th statement of what happens within."""
    fault = Dying(at, for_good=for_good)
    with connection.execute_wrapper(fault):
        yield fault.happened


@contextmanager
def asked() -> Iterator[Dying]:
    """Count the statements; none of them fails."""
    none = Dying(0, for_good=False)
    with connection.execute_wrapper(none):
        yield none
