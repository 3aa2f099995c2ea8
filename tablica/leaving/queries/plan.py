"""A handover as its page shows it: by kind and successor, and record by record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q

from tablica.accounts.models import User
from tablica.leaving.models import Handover, HandoverRow, RowQuerySet
from tablica.leaving.queries.staying import REASON
from tablica.records.kinds import Kind, all_kinds, kind_named
from tablica.records.models import Record
from tablica.shared.jobs.queries import unfinished

PAGE = 50


@dataclass(frozen=True)
class Group:
    """The records of one kind that go to one person, and how many of them for which reason."""

    to: User | None
    count: int
    whys: list[tuple[str, int]]


@dataclass
class Part:
    """One kind in a plan."""

    kind: Kind
    count: int = 0
    groups: list[Group] = field(default_factory=list)


@dataclass(frozen=True)
class Figures:
    """How far a handover is; `left` are those it could not pass on or take back."""

    records: int
    entries: int
    drafts: int
    done: int
    ahead: int
    changed: int
    waiting: int

    @property
    def of(self) -> int:
        """How much there was to do."""
        return self.done + self.ahead


@dataclass(frozen=True)
class Line:
    """One row with its record, which the reader sees."""

    row: HandoverRow
    kind: Kind

    @property
    def url(self) -> str:
        """The profile of the record."""
        assert self.row.record is not None
        return self.kind.url_of(self.row.record.pk)


def parts_of(handover: Handover) -> list[Part]:
    """The records of a handover by kind, and there by successor, the most first."""
    rows = handover.rows.exclude(record=None).order_by()
    counted = list(rows.values_list("kind", "to", "why").annotate(n=Count("pk")))
    people = User.objects.in_bulk({to for _kind, to, _why, _n in counted if to})
    labels = dict(HandoverRow.Why.choices)
    found = []
    for kind in all_kinds():
        part = Part(kind)
        by_person: dict[int | None, list[tuple[str, int]]] = {}
        for name, to, why, count in counted:
            if name == kind.name:
                by_person.setdefault(to, []).append((str(labels.get(why, "")), count))
                part.count += count
        for to, whys in sorted(by_person.items(), key=lambda one: -_sum(one[1])):
            person = people[to] if to else None
            ordered = sorted(whys, key=lambda one: -one[1])
            part.groups.append(Group(person, _sum(whys), [w for w in ordered if w[0]]))
        if part.count:
            found.append(part)
    return found


def _sum(whys: Iterable[tuple[str, int]]) -> int:
    return sum(count for _why, count in whys)


def figures_of(handover: Handover) -> Figures:
    """Count the rows by how they stand, in one query."""
    changed = Q(left=HandoverRow.Left.CHANGED)
    waiting = Q(left=HandoverRow.Left.SUCCESSOR)
    if handover.is_undo:
        done, ahead = Q(undone_at__isnull=False), Q(done_at__isnull=False, undone_at=None, left="")
        changed &= Q(done_at__isnull=False)
    else:
        done, ahead = Q(done_at__isnull=False), Q(done_at=None, left="")
    counted = handover.rows.aggregate(
        records=Count("record"),
        entries=Count("entry"),
        drafts=Count("draft"),
        done=Count("pk", filter=done),
        ahead=Count("pk", filter=ahead),
        changed=Count("pk", filter=changed),
        waiting=Count("pk", filter=waiting),
    )
    return Figures(**counted)


def is_looking(handover: Handover) -> bool:
    """Whether it is a plan in which successors are still looked for."""
    unseen = handover.rows.filter(looked_at=None).exclude(record=None)
    return handover.is_plan and unseen.exists()


def is_halted(handover: Handover) -> bool:
    """Whether it should run and no job does it: the last one failed."""
    if not handover.is_running:
        return False
    return not unfinished().filter(unique_key=job_key(handover)).exists()


def job_key(handover: Handover) -> str:
    """What the job of a handover is known by."""
    return f"handover {handover.pk}"


def owns_more(user: User) -> bool:
    """Whether anything is theirs."""
    return Record.objects.unguarded(reason=REASON).filter(owner=user).exists()


def rows_for(
    reader: User,
    rows: RowQuerySet,
    *,
    kind: str = "",
    to: int | None = None,
    nobody: bool = False,
    after: int = 0,
) -> tuple[list[Line], int]:
    """Some of these rows, of records that `reader` sees, and behind which number more follow (0:
    none do)."""
    found = rows.filter(record__in=Record.objects.visible_to(reader), pk__gt=after)
    if kind:
        found = found.filter(kind=kind)
    if nobody:
        found = found.filter(to=None)
    elif to is not None:
        found = found.filter(to=to)
    page = list(found.select_related("record", "to", "was").order_by("pk")[: PAGE + 1])
    lines = [Line(row, kind_named(row.kind)) for row in page[:PAGE]]
    return lines, page[PAGE - 1].pk if len(page) > PAGE else 0
