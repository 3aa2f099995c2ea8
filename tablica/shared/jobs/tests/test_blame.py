"""What is told of an error, and what is not."""

from __future__ import annotations

from traceback import format_exception

import pytest
from django.db import IntegrityError, OperationalError

from tablica.shared.jobs.blame import DIED, trouble_of

SECRET = "zqksecret"


def trace(error: BaseException) -> str:
    try:
        try:
            raise LookupError(SECRET)
        except LookupError as first:
            raise error from first
    except type(error) as raised:
        return "".join(format_exception(raised))


@pytest.mark.parametrize(
    ("error", "type_", "message"),
    [
        (RuntimeError("no paper"), "RuntimeError", "no paper"),
        (RuntimeError(f"cannot read '{SECRET}'"), "RuntimeError", "cannot read “…”"),
        (RuntimeError(f"said “{SECRET}”"), "RuntimeError", "said “…”"),
        (RuntimeError(f"first\nsecond {SECRET}"), "RuntimeError", "first"),
        (OSError(f"smtp://anna:{SECRET}@mail:25"), "OSError", "smtp://…@mail:25"),
        (OSError(f"password={SECRET} token: {SECRET}"), "OSError", "password=… token: …"),
        (OSError(f"to {SECRET}@firm.example, bounced"), "OSError", "to …@…, bounced"),
        (OSError("key " + SECRET * 4), "OSError", "key …"),
        (IntegrityError(f"Key (name)=({SECRET}) exists"), "IntegrityError", ""),
        (OperationalError("database is locked"), "OperationalError", "database is locked"),
        (KeyError("timezone"), "KeyError", "'timezone'"),
        (KeyError(f"{SECRET} two words"), "KeyError", "“…”"),
        (AttributeError("'User' object has no attribute 'x'"), "AttributeError", None),
    ],
)
def test_type_and_message_without_what_they_quote(
    error: BaseException, type_: str, message: str | None
) -> None:
    found = trouble_of(trace(error))
    assert found is not None
    assert (found.type, found.message) == (type_, str(error) if message is None else message)
    assert SECRET not in f"{found.sentence} {found.type} {found.message}"


def test_sentences_for_people() -> None:
    said = {
        type(error).__name__: str(trouble_of(trace(error)).sentence)  # type: ignore[union-attr]
        for error in (TimeoutError(), OperationalError(), PermissionError(), ZeroDivisionError())
    }
    assert said["TimeoutError"].startswith("Another machine")
    assert said["OperationalError"].startswith("The database")
    assert said["PermissionError"].startswith("A file")
    assert said["ZeroDivisionError"].startswith("The program made a mistake")
    died = trouble_of(DIED)
    assert died is not None
    assert "worker stopped" in str(died.sentence)
    assert trouble_of("") is None


def test_whatever_is_kept_is_told_somehow() -> None:
    for odd in ("\n\n", "no trace at all: x", "x" * 9000, '  File "a", line 1\n', "🙂"):
        trouble_of(odd)
