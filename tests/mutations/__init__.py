"""Breaking the rules on purpose: each of these changes must turn a gate red.

A test that is green whatever the code says proves nothing. `tests/test_mutations.py` applies one
change after another to a copy of the house, and runs the gate that is to notice it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """In `file`, `old` (which is there exactly once) becomes `new`; then `gate` must be red.

    `rule` says what is broken so. The gate is a test, as pytest names it, without parameters or
    with those of one case.
    """

    rule: str
    file: str
    old: str
    new: str
    gate: str
