"""One company in which every state of a thing is met by every role."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from tablica.accounts.commands.tokens import make_token
from tablica.accounts.models import ApiToken, Role, Team, User
from tablica.leaving.models import Handover, HandoverRow
from tablica.letters.models import Answer
from tablica.notices.models import Notice
from tablica.records.audiences import audience
from tablica.records.kinds import all_kinds
from tablica.records.models import Absence, Audience, LookIn, Record, RecordTag, Share, Tag
from tablica.records.tags import make_tags
from tablica.shared.jobs.models import Job
from tablica.shared.mail.models import Letter
from tablica.shared.planner import learn_sizes
from tablica.wall.commands import files
from tablica.wall.commands.tags import merge_tags
from tablica.wall.models import Comment, Draft, Entry, File, Move, Placement
from tests.cast import (
    cast,
    make_comment,
    make_entry,
    make_record,
    make_role,
    make_team,
    make_user,
)

MISSING = 10**9
"""A number that nothing has."""


@dataclass
class Target:
    """A record in one state, and one of everything that can hang on it."""

    state: str
    kind: str
    record: Record | None = None
    entry: Entry | None = None
    comment: Comment | None = None
    file: File | None = None
    thrown_entry: Entry | None = None
    thrown_comment: Comment | None = None
    moved: Entry | None = None
    notice: Notice | None = None
    draft: Draft | None = None
    of: dict[str, int] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """The number of a part, or one that nothing has."""
        found = getattr(self, name)
        return MISSING if found is None else found.pk

    def __str__(self) -> str:
        return f"{self.state} {self.kind}"


@dataclass
class World:
    """Everybody by role, every target, and what the doors need besides."""

    people: dict[str, User]
    targets: list[Target]
    public: Record
    loose: dict[str, File]
    tokens: dict[tuple[str, str], str]
    token_rows: dict[str, int]
    team: Team
    spare_role: Role
    spare_team: Team
    newcomer: User
    leavers: dict[str, Handover]
    tag: Tag
    other_tag: Tag
    merged_tag: int
    jobs: dict[str, int]
    failed_letter: Letter
    answer_aside: Answer
    absence: int


# What only some read, on a wall that all see: the record's state is “everyone”.
LEAVING = ("planned", "running", "stopped")
NARROWED = {"entry-me": "me", "entry-team": "team"}


def build() -> World:
    """Make the world. The owner has everything; who else sees what follows from the state.

    The planner is told of it, as it would be of any company that is older than a minute.
    """
    world = _build()
    learn_sizes()
    return world


def _build() -> World:
    people = cast()
    people |= {name: make_user(name, role=people["guest"].role) for name in ("deputy", "shared-to")}
    owner, member = people["owner"], people["member"]
    north, sales = member.teams.get(), Team.objects.get(name="Sales")
    public = make_record("space", "Public", owner=owner).record
    tag, other_tag = make_tags(["vip", "fair"], by=owner)
    for made in (tag, other_tag):
        RecordTag.objects.create(record=public, tag=made)
    some = [people[n] for n in ("member", "read-only", "own-edit", "ex-member", "no-deals")]
    states: dict[str, tuple[User, Team | None, Audience | str]] = {
        "everyone": (owner, None, "everyone"),
        "mine": (member, None, "everyone"),
        "team": (owner, north, "team"),
        "other team": (owner, sales, "team"),
        "named": (owner, None, audience("named", people=some)),
        "named team": (owner, None, audience("named", teams=[north])),
        "me": (owner, north, "me"),
        "trashed": (owner, north, "everyone"),
        "entry-me": (owner, north, "everyone"),
        "entry-team": (owner, north, "everyone"),
        "entry-trashed": (owner, north, "everyone"),
        "entry-mine": (owner, None, "everyone"),
    }
    targets = []
    for kind in (k.name for k in all_kinds()):
        for state, (whose, team, who) in states.items():
            record = make_record(kind, f"{state} {kind}", owner=whose, team=team, who=who).record
            author = member if state == "entry-mine" else whose
            targets.append(_hang(state, kind, record, author, public, people))
        targets.append(Target("missing", kind))
    for role in ("own-only", "own-edit", "only-deals", "no-delete", "read-only", "team-edit"):
        for kind in ("company", "deal"):
            whose = people[role]
            record = make_record(kind, f"own {role} {kind}", owner=whose, who="me").record
            targets.append(_hang(f"own {role}", kind, record, whose, public, people))
    absence = lend(people, targets)
    tokens = {
        (name, scope): make_token(user, scope=scope)
        for name, user in people.items()
        for scope in ApiToken.Scope.values
    }
    for name, user in people.items():
        make_token(user, name=f"spare {name}")
    return World(
        people=people,
        targets=targets,
        public=public,
        loose={n: files.add_file(f"{n}.txt", [b"loose"], by=u) for n, u in people.items()},
        tokens=tokens,
        token_rows={
            name: ApiToken.objects.get(user=user, name=f"spare {name}").pk
            for name, user in people.items()
        },
        team=north,
        spare_role=make_role("spare", scopes={"view": "all"}),
        spare_team=make_team("spare"),
        newcomer=make_user("Newcomer"),
        leavers={state: _leaver(state, public, member) for state in LEAVING},
        tag=tag,
        other_tag=other_tag,
        merged_tag=_merged(other_tag, owner, people["manager"]),
        failed_letter=_failed_letter(),
        absence=absence,
        answer_aside=_answer_aside(owner, targets[0].entry),
        jobs={state: _job(state) for state in ("failed", "dropped")},
    )


LENT = {"me": True, "other team": False}
"""The states whose records are shared with `shared-to`, and whether to be changed, too."""


def lend(people: dict[str, User], targets: list[Target]) -> int:
    """Let `deputy` stand in for the owner, and share some records with `shared-to`.

    One share is over, and one absence has not begun: they open nothing. The number of the absence.
    """
    now, day = timezone.now(), timedelta(days=1)
    owner, deputy, shared_to = people["owner"], people["deputy"], people["shared-to"]
    absence = Absence.objects.create(
        person=owner, deputy=deputy, starts_at=now - day, ends_at=now + day
    )
    later = {"starts_at": now + day, "ends_at": now + 2 * day}
    Absence.objects.create(person=owner, deputy=shared_to, **later)
    for target in targets:
        if target.record and target.state in LENT:
            edits = LENT[target.state]
            Share.objects.create(record=target.record, user=shared_to, edits=edits)
        if target.record and target.state == "team":
            Share.objects.create(record=target.record, user=shared_to, until=now - day)
    looked_in = {"by": people["administrator"], "person": owner, "reason": "An audit"}
    LookIn.objects.create(**looked_in, ends_at=now - day)
    for user in (deputy, shared_to):
        user.lent = True
        user.save(update_fields=["lent"])
    return absence.pk


def _leaver(state: str, public: Record, to: User) -> Handover:
    """A handover that is planned, runs, or was stopped; with one record that `to` got by it."""
    user, now = make_user(f"Leaver {state}"), timezone.now()
    begun = None if state == "planned" else now
    rule = {"records": "successor", "entries": "keep", "drafts": "keep"}
    handover = Handover.objects.create(user=user, planned_at=now, begun_at=begun, **rule)
    if state == "stopped":
        handover.stopped_at = now
        handover.save()
    if begun:
        got = {"kind": public.kind, "record": public, "to": to, "was": user, "done_at": now}
        HandoverRow.objects.create(handover=handover, looked_at=now, why="chosen", **got)
    return handover


def _job(state: str) -> int:
    """The number of a job that ended like this."""
    job = Job(task="some.task", queue="default", max_attempts=1, state=state)
    job.finished_at = timezone.now()
    job.save()
    return job.pk


def _failed_letter() -> Letter:
    now = timezone.now()
    said = {"to": "gone@example.org", "text": "Hello", "last_error": "550 No such person"}
    return Letter.objects.create(
        state="failed", message_id="<1@gates>", not_before=now, created_at=now, ended_at=now, **said
    )


def _answer_aside(user: User, entry: Entry | None) -> Answer:
    return Answer.objects.create(
        user=user, entry=entry, sha256="0" * 64, size=1, state="aside", came_at=timezone.now()
    )


def _merged(into: Tag, made_by: User, by: User) -> int:
    """The number that a tag had which was merged into this one."""
    (tag,) = make_tags(["fairs"], by=made_by)
    merge_tags(tag.pk, into=into.pk, by=by)
    return tag.pk


def _hang(
    state: str,
    kind: str,
    record: Record,
    author: User,
    public: Record,
    people: dict[str, User],
) -> Target:
    """One of everything on a wall, written by `author`; only then the state of what is thrown."""
    who, owner = NARROWED.get(state), people["owner"]
    entry = make_entry(record, f"An entry: {state} {kind}", author=author, who=who)
    comment = make_comment(entry, f"A comment: {state} {kind}", author=author)
    thrown_entry = make_entry(record, "Thrown", author=author, who=who, trashed=True)
    thrown_comment = make_comment(entry, "Thrown", author=author)
    thrown_comment.trashed_at = thrown_comment.created_at
    thrown_comment.save()
    moved = make_entry(record, "Moved", author=author, who=who)
    Move.objects.create(entry=moved, source=public, target=record, at=moved.created_at, by=author)
    file = files.add_file("plan.txt", [f"plan {state} {kind}".encode()], by=author)
    file.entry = entry
    file.save()
    Placement.objects.create(entry=entry, record=public, at=entry.created_at, by=author)
    if state == "trashed":
        record.trashed_at, record.trashed_by = entry.created_at, owner
        record.save()
    if state == "entry-trashed":
        entry.trashed_at = entry.created_at
        entry.save()
    whole = Entry.objects.unguarded(reason="tests").select_related("record__audience", "audience")
    return Target(
        state,
        kind,
        record=Record.objects.unguarded(reason="tests").get(pk=record.pk),
        entry=whole.get(pk=entry.pk),
        comment=_with_entry(comment.pk, whole),
        file=file,
        thrown_entry=whole.get(pk=thrown_entry.pk),
        thrown_comment=_with_entry(thrown_comment.pk, whole),
        moved=whole.get(pk=moved.pk),
        notice=tell_all(people, entry, comment)["administrator"],
        draft=begin_draft(people["administrator"], record=record),
    )


def begin_draft(by: User, **at: object) -> Draft:
    """What `by` is writing on a wall, or where else, as if they once could."""
    key = uuid.uuid4()
    return Draft.objects.create(
        author=by, place="wall", key=key, hand=key, text="Begun", saved_at=timezone.now(), **at
    )


def tell_all(people: dict[str, User], entry: Entry, comment: Comment) -> dict[str, Notice]:
    """Give everybody a notice of a comment, as if they once could read it."""
    given = {
        name: Notice(user=user, entry=entry, comment=comment, reason="talk", at=comment.created_at)
        for name, user in people.items()
    }
    Notice.objects.bulk_create(given.values())
    return given


def _with_entry(number: int, whole: object) -> Comment:
    comment = Comment.objects.unguarded(reason="tests").get(pk=number)
    comment.entry = whole.get(pk=comment.entry_id)  # type: ignore[attr-defined]
    return comment
