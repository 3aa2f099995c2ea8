"""Who the tests of every room speak of."""

from __future__ import annotations

import pytest

from tests.cast import Three, three_people


@pytest.fixture
def three(db: None) -> Three:
    """The owner, a colleague of the same team, and a stranger."""
    return three_people()
