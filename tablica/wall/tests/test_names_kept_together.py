"""In a text that runs both ways, an @ stays with its name."""

from __future__ import annotations

import pytest

from tablica.wall.mentions import drawn, kept_together
from tests.cast import make_user

pytestmark = pytest.mark.django_db
ARASH = "آرش رستمی"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"Ask @{ARASH}, please", f"Ask \u2068@{ARASH}\u2069, please"),
        ("از @Anna Nowak بپرس", "از \u2068@Anna Nowak\u2069 بپرس"),
        ("Ask @Anna Nowak, please", "Ask @Anna Nowak, please"),
        (f"Ask {ARASH}, x@{ARASH}", f"Ask {ARASH}, x@{ARASH}"),
    ],
)
def test_the_at_stays_with_its_name(text: str, shown: str) -> None:
    make_user(ARASH)
    make_user("Anna Nowak")
    assert kept_together(text, drawn(text)) == shown
