"""What an import did, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from tablica.transfer.models import Import, ImportRow
from tablica.transfer.queries import counts_of, rows_with


@dataclass(frozen=True)
class Problem:
    """A row that was left out, by its number in the table, and why."""

    row: int
    reason: str


@dataclass
class Report:
    """What became of the rows: `created + updated + skipped + failed == rows` when `finished`.

    `also_created` counts records that rows named and that were missing, such as companies of
    persons. `id` is empty in a dry run. `about` tells how the table was understood: `mapping`,
    `ignored_columns`, `encoding`, `delimiter`, `sheet`, and whether its rows are `cards`.
    """

    id: int | None
    file: str
    kind: str
    dry_run: bool
    finished: bool
    rows: int
    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    also_created: int = 0
    about: Mapping[str, object] = field(default_factory=dict)
    failed_rows: list[Problem] = field(default_factory=list)
    skipped_rows: list[Problem] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """The same, as JSON can hold it."""
        facts = asdict(self)
        about = facts.pop("about")
        return {**facts, **about}

    def count(self, rows: Iterable[ImportRow]) -> None:
        """Add what became of `rows`."""
        for row in rows:
            name = "also_created" if row.outcome == "related" else str(row.outcome)
            setattr(self, name, getattr(self, name) + 1)
            problem = Problem(row.number, row.reason)
            if row.outcome == "failed":
                self.failed_rows.append(problem)
            elif row.outcome == "skipped":
                self.skipped_rows.append(problem)


def report_of(found: Import) -> Report:
    """The report of an import that was kept."""
    counts = counts_of(found)
    return Report(
        id=found.pk,
        file=found.file_name,
        kind=found.kind,
        dry_run=False,
        finished=found.finished_at is not None,
        rows=found.total,
        also_created=counts["related"],
        about=found.about,
        failed_rows=_problems(found, "failed"),
        skipped_rows=_problems(found, "skipped"),
        created=counts["created"],
        updated=counts["updated"],
        skipped=counts["skipped"],
        failed=counts["failed"],
    )


def _problems(found: Import, outcome: str) -> list[Problem]:
    pairs = rows_with(found, outcome).values_list("number", "reason")
    return [Problem(number, reason) for number, reason in pairs]
