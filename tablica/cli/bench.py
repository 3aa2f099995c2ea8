"""Measure the main pages, each beside its floor: the same SQL alone plus an empty page.

Best on `demo --size large`. Everything it adds for measuring is taken away again.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from tablica.cli.errors import CommandError
from tablica.cli.output import tell

EMPTY = "/search"
PAGE_NUMBER = 100
DASHBOARD = "dashboard, "
SEES_ALL = DASHBOARD + "sees all"
RIGHTS_COST = 2
"""The dashboard of one reader may take at most so many times as long as that of another."""


def add_arguments(parser: ArgumentParser) -> None:
    """How often, and what to compare with."""
    parser.add_argument("--rounds", type=int, default=30, help="requests of each page (30)")
    parser.add_argument(
        "--compare", type=Path, metavar="FILE", help="an earlier --json result to compare with"
    )


def run(args: Namespace) -> int:
    """Measure, and say the figures: milliseconds, medians, and how far above the floor."""
    from tablica.cli.measuring.actors import stage

    earlier = _earlier(args.compare)
    try:
        with stage() as actors:
            figures = _measure(actors, max(args.rounds, 3))
    except LookupError:
        raise CommandError("There is nothing to measure: run “tablica demo” first.") from None
    if earlier:
        for name, page in figures["pages"].items():
            before = earlier["pages"].get(name, {}).get("ms")
            page["against_earlier"] = round(page["ms"] / before, 2) if before else None
    tell(args, figures, _table(figures))
    return 0


def _earlier(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} is no earlier result: {error}") from error
    return found


def _measure(actors: Any, rounds: int) -> dict[str, Any]:
    from django.db import connection

    from tablica.cli.measuring import floor
    from tablica.cli.measuring.pages import Line, pages, pages_in_turn, posts, server
    from tablica.wall.models import Entry

    hot = f"/companies/{actors.hot.pk}"
    scenes = {
        "the hot client": (actors.wide, hot),
        f"its page {PAGE_NUMBER}": (actors.wide, _deep(actors)),
        "a list": (actors.wide, "/companies"),
    }
    readers = {DASHBOARD + name: actor for name, actor in actors.readers.items()}
    readers = {SEES_ALL: actors.wide, **readers}
    scenes |= {name: (actor, "/") for name, actor in readers.items()}
    sql = {name: floor.statements_of(*scene) for name, scene in scenes.items()}
    found: dict[str, Any] = {}
    with server() as url:
        empty = pages(Line(url, actors.wide), EMPTY, rounds)
        lines = [Line(url, actor) for actor in readers.values()]
        taken = dict(zip(readers, pages_in_turn(lines, "/", rounds), strict=True))
        for name, (actor, address) in scenes.items():
            alone = floor.replay(sql[name], rounds)
            ms = taken.get(name) or pages(Line(url, actor), address, rounds)
            found[name] = _figure(ms, alone, empty, len(sql[name]))
        alone, count = floor.posting(_note(actors), rounds)
        ms = posts(Line(url, actors.wide), actors.hot.pk, rounds)
        found["posting a note"] = _figure(ms, alone, empty, count)
    for name in readers:
        found[name]["of_sees_all"] = round(taken[name] / taken[SEES_ALL], 2)
    entries = Entry.objects.unguarded(reason="measuring").count()
    facts = {"engine": connection.vendor, "entries": entries, "hot": actors.hot_entries}
    return {**facts, "rounds": rounds, "empty_page_ms": round(empty, 2), "pages": found}


def _deep(actors: Any) -> str:
    """The address of page 100 of the hot client's wall, or of the last one there is."""
    from tablica.shared.paging import Cursor
    from tablica.wall.models import Entry
    from tablica.wall.queries.walls import PAGE

    before = min((PAGE_NUMBER - 1) * PAGE, max(actors.hot_entries - PAGE, 1))
    entries = Entry.objects.unguarded(reason="measuring").filter(record=actors.hot)
    last = entries.order_by("-happened_at", "-pk")[before - 1]
    return f"/companies/{actors.hot.pk}?before={Cursor(last.happened_at, last.pk).encode()}"


def _note(actors: Any) -> Any:
    from tablica.wall.commands.entries import write_entry

    def write() -> None:
        write_entry(actors.hot.pk, by=actors.wide.user, text="A note of the usual length.")

    return write


def _figure(ms: float, alone: float, empty: float, statements: int) -> dict[str, Any]:
    floor = alone + empty
    return {
        "ms": round(ms, 2),
        "sql_ms": round(alone, 2),
        "floor_ms": round(floor, 2),
        "times_the_floor": round(ms / floor, 2),
        "statements": statements,
    }


def _table(figures: dict[str, Any]) -> str:
    lines = [
        f"{figures['engine']}, {figures['entries']:,} entries, the hot client has "
        f"{figures['hot']:,}; an empty page takes {figures['empty_page_ms']} ms",
        f"{'':36}{'page ms':>10}{'SQL ms':>10}{'floor ms':>10}{'× floor':>9}{'SQL':>6}",
    ]
    for name, page in figures["pages"].items():
        lines.append(
            f"{name:36}{page['ms']:>10}{page['sql_ms']:>10}{page['floor_ms']:>10}"
            f"{page['times_the_floor']:>9}{page['statements']:>6}"
            + (f"   {page['of_sees_all']} × sees all" if page.get("of_sees_all") else "")
            + (f"   {page['against_earlier']} × earlier" if page.get("against_earlier") else "")
        )
    return "\n".join([*lines, _rights(figures["pages"])])


def _rights(pages: dict[str, Any]) -> str:
    """Whether what somebody may see makes the dashboard slow for them, in one sentence."""
    times = {name: page["of_sees_all"] for name, page in pages.items() if "of_sees_all" in page}
    most, least = max(times, key=lambda n: times[n]), min(times, key=lambda n: times[n])
    apart = round(times[most] / times[least], 2)
    verdict = "as it should be" if apart <= RIGHTS_COST else f"more than {RIGHTS_COST}"
    return f"Rights: “{most}” takes {apart} times as long as “{least}”, which is {verdict}."
