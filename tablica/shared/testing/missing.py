"""What cannot be tested here is said aloud, never passed over in silence."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

MARK = "Not tested: "


def not_tested(what: str, *, lacking: str, install: str) -> NoReturn:
    """Leave out this test because the program `lacking` is not here; Debian's package is `install`.

    On a machine of continuous integration (`CI=true`) this is a failure: there, all must be tested.
    """
    sentence = f"{MARK}{what}, because {lacking} is missing. Install the package {install}."
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
