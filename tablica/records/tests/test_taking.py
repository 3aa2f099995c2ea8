"""What is lent for a time cannot be made one's own, whatever one's role allows elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tablica.accounts.models import User
from tablica.records.audiences import audience
from tablica.records.lending import plan_absence, share_record
from tablica.records.models import Record
from tablica.records.rules import may, withheld
from tablica.shared.errors import Refused
from tablica.wall.commands import lives
from tests.cast import Three, again, make_record, make_team, make_user, three_people
from tests.checksum import nothing_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> Three:
    return three_people()


@pytest.fixture
def closed(three: Three) -> Record:
    """A company of the owner's, for them and one more; a manager sees nothing of it."""
    circle = audience("named", people=[three.owner, make_user()])
    return make_record("company", "Complaint", owner=three.owner, who=circle).record


@pytest.fixture
def manager() -> User:
    """Their role lets them throw away everything, and so say whose it is, where they see it."""
    return make_user("Manager", role="manager")


def share(record: Record, three: Three, manager: User) -> None:
    share_record(record.pk, by=three.owner, to=manager, edits=True)


def stand_in(record: Record, three: Three, manager: User) -> None:
    now = timezone.now()
    plan_absence(
        three.owner,
        by=three.owner,
        deputy=manager,
        starts_at=now,
        ends_at=now + timedelta(days=1),
    )


@pytest.mark.parametrize("lend", [share, stand_in])
def test_what_is_lent_cannot_be_taken(
    three: Three, closed: Record, manager: User, lend: object
) -> None:
    assert not may(again(manager), "view", closed)
    lend(closed, three, manager)  # type: ignore[operator]
    taker = again(manager)
    assert may(taker, "edit", closed)
    assert {"owner", "team", "audience"} <= withheld(taker, closed)
    for values in ({"owner": taker}, {"owner": None}, {"team": make_team()}):
        with nothing_changes(), pytest.raises(Refused):
            lives.change_record(closed.pk, by=again(manager), values=values, version=None)
    lives.change_record(closed.pk, by=again(manager), values={"title": "Read"}, version=None)


def test_who_is_among_its_readers_and_may_delete_still_says_whose_it_is(
    three: Three, manager: User
) -> None:
    record = make_record("company", "Open", owner=three.owner).record
    lives.change_record(record.pk, by=again(manager), values={"owner": manager}, version=None)
    record.refresh_from_db()
    assert record.owner_id == manager.pk
