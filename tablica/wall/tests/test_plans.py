"""How the engine reads a wall: newest first by an index, whatever it knows of the sizes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tablica.shared.planner import learn_sizes
from tablica.wall.queries.walls import feed, wall
from tests.cast import Three, again, make_entry, make_record

pytestmark = pytest.mark.django_db


def plans(three: Three) -> list[str]:
    """What the engine says of each reading of entries that a page begins with."""
    user = again(three.owner)
    with CaptureQueriesContext(connection) as captured:
        feed(user)
        wall(user, three.company)
    read = [q["sql"] for q in captured if q["sql"].startswith('SELECT "wall_entry"."id"')]
    assert len(read) == 2
    with connection.cursor() as cursor:
        return [_plan(cursor, statement) for statement in read]


def _plan(cursor, statement: str) -> str:
    cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
    return "\n".join(row[3] for row in cursor.fetchall())


@pytest.mark.parametrize("knows", [False, True])
def test_a_wall_is_read_along_its_index(three: Three, knows: bool) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the other engine chooses by its own statistics, and looks at tables by itself")
    for _ in range(400):
        make_entry(make_record("space", owner=three.owner).record)
    if knows:
        learn_sizes()
    for plan, index in zip(plans(three), ("entry_feed", "entry_wall"), strict=True):
        assert f"wall_entry USING INDEX {index}" in plan, plan
        assert "MULTI-INDEX OR" not in plan.split("SUBQUERY")[0], plan
