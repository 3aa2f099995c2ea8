from __future__ import annotations

import pytest

from tablica.accounts.models import User
from tests import world
from tests.phone import GOOD, give_app


@pytest.fixture
def anna(db: None) -> User:
    return world.user("Anna", password=GOOD)


@pytest.fixture
def codes(anna: User) -> list[str]:
    """Anna has an app and these recovery codes. The code of now is used up."""
    return give_app(anna)
