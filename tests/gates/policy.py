"""What every door requires: the one table against which each of them is tried.

A door is a page (by the name of its address) or a call of the API (by its operation), with one
method. Its rule says what somebody meets there: `ok`, `hidden` (404, as if there were nothing), or
`refused` (403: they see it, and may know that they may not do this). Rules ask the oracle, never
the program. A door that is not in this table fails the tests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tablica.notices.models import Notice
from tablica.records.models import Record
from tablica.records.values import raw_audience
from tablica.wall.models import Entry
from tests.gates.worlds import LENT, Target, World
from tests.oracle import Person

OK, HIDDEN, REFUSED = "ok", "hidden", "refused"

Rule = Callable[[Person, Target, World], str]
Sent = Callable[[Target, World], Mapping[str, Any]]
Numbers = Callable[[Target, World], Mapping[str, Any]]


def signed_in(person: Person, target: Target, world: World) -> str:
    return OK


def is_no_such_entry(person: Person, target: Target, world: World) -> str:
    """What is for polls, ideas and questions alone: a note is none. Those are tried in `spaces`."""
    return HIDDEN


def is_told(person: Person, target: Target, world: World) -> str:
    """Whose notice it is (the administrator's), while they may read what it tells of."""
    mine = person.id == world.people["administrator"].pk
    return reads_comment(person, target, world) if mine else HIDDEN


def began_the_draft(person: Person, target: Target, world: World) -> str:
    """Who began it (the administrator), wherever that was, and nobody else."""
    mine = person.id == world.people["administrator"].pk
    return OK if mine and target.draft is not None else HIDDEN


def administers(person: Person, target: Target, world: World) -> str:
    return OK if person.administers else HIDDEN


def is_away_or_stands_in(person: Person, target: Target, world: World) -> str:
    mine = {world.people["owner"].pk, world.people["deputy"].pk}
    return OK if person.active and person.id in mine else HIDDEN


def nobody(person: Person, target: Target, world: World) -> str:
    """It still goes on: there is nothing yet that anybody could know."""
    return HIDDEN


def plans_for_the_owner(person: Person, target: Target, world: World) -> str:
    """The absent person, who leads them, and administrators."""
    owner = world.people["owner"]
    may = person.id == owner.pk or person.administers or person.leads(Person(owner))
    return OK if may else HIDDEN


def ends_the_share(person: Person, target: Target, world: World) -> str:
    """Who says who reads it, and the one it is shared with; where there is none, nothing is."""
    shared_to = world.people["shared-to"]
    is_shared = target.record is not None and target.state in {*LENT, "team"}
    if person.id == shared_to.pk:
        return OK if is_shared else HIDDEN
    found = says_who_reads(person, target, world)
    return found if found != OK or is_shared else HIDDEN


def says_who_reads(person: Person, target: Target, world: World) -> str:
    """Who may edit it and owns it or administers: they open it to others."""
    found = edits(person, target, world)
    if found != OK or target.record is None:
        return found
    return OK if person.administers or target.record.owner_id == person.id else REFUSED


def got_something(person: Person, target: Target, world: World) -> str:
    """To whom the handover gave a record: the member."""
    return OK if person.id == world.people["member"].pk else HIDDEN


def invites(person: Person, target: Target, world: World) -> str:
    return OK if person.can("invite") else HIDDEN


def looks_after_running(person: Person, target: Target, world: World) -> str:
    return OK if person.can("running") else HIDDEN


def curates(person: Person, target: Target, world: World) -> str:
    """Who looks after the tags, on pages that are not there for others."""
    return OK if person.can("tags") else HIDDEN


def _seen(person: Person, record: Record | None) -> bool:
    return record is not None and person.sees(record)


def sees(person: Person, target: Target, world: World) -> str:
    """Whoever sees the record."""
    return OK if _seen(person, target.record) else HIDDEN


def _on_record(verb: str, no: str) -> Rule:
    def rule(person: Person, target: Target, world: World) -> str:
        record = target.record
        if record is None or not person.sees(record):
            return HIDDEN
        return OK if person.may(verb, record) else no

    return rule


edits, deletes = _on_record("edit", REFUSED), _on_record("delete", REFUSED)
opens_the_form = _on_record("edit", HIDDEN)


def edits_deal(person: Person, target: Target, world: World) -> str:
    """A deal one may edit; what is no deal is not there, or not to be changed."""
    if target.kind != "deal":
        return HIDDEN if edits(person, target, world) != REFUSED else NO_DEAL
    return edits(person, target, world)


NO_DEAL = "hidden or refused"
"""Both answers are right: it is no deal, and the person may not change it."""


def restores_record(person: Person, target: Target, world: World) -> str:
    record = target.record
    if record is None or record.trashed_at is None or not person.may("view", record):
        return HIDDEN
    return OK if person.may("delete", record) else REFUSED


def creates(kind: str, no: str) -> Rule:
    """Who may add a record of this kind."""

    def rule(person: Person, target: Target, world: World) -> str:
        return no if "none" in {person.scope(kind, verb) for verb in ("view", "edit")} else OK

    return rule


def exports(kind: str) -> Rule:
    """Who may take out anything of this kind at all."""

    def rule(person: Person, target: Target, world: World) -> str:
        return HIDDEN if "none" in {person.scope(kind, v) for v in ("view", "export")} else OK

    return rule


def exports_something(kind: str) -> Rule:
    """The same, while there is something for them to take out."""
    asked = exports(kind)

    def rule(person: Person, target: Target, world: World) -> str:
        if asked(person, target, world) == HIDDEN:
            return HIDDEN
        records = Record.objects.unguarded(reason="tests").filter(kind=kind, trashed_at=None)
        return OK if any(person.may("export", record) for record in records) else INVALID

    return rule


def sees_kind(kind: str) -> Rule:
    """Whoever sees the record, at the address of its own kind only."""

    def rule(person: Person, target: Target, world: World) -> str:
        return sees(person, target, world) if target.kind == kind else HIDDEN

    return rule


def _read(person: Person, entry: Entry | None) -> bool:
    return entry is not None and person.reads(entry)


def reads(person: Person, target: Target, world: World) -> str:
    """Whoever reads the entry."""
    return OK if _read(person, target.entry) else HIDDEN


def _on_entry(no: str, *, author: bool = False, verb: str = "") -> Rule:
    """Who reads the entry and wrote it (`author`), or may do `verb` on its home record."""

    def rule(person: Person, target: Target, world: World) -> str:
        entry = target.entry
        if entry is None or not person.reads(entry):
            return HIDDEN
        wrote = author and entry.author_id == person.id
        return OK if wrote or (verb and person.may(verb, entry.record)) else no

    return rule


writes_it, edits_own = _on_entry(REFUSED, author=True), _on_entry(HIDDEN, author=True)
trashes_entry = _on_entry(REFUSED, author=True, verb="delete")
moves = _on_entry(REFUSED, author=True, verb="edit")
opens_moving = _on_entry(HIDDEN, author=True, verb="edit")
pins = _on_entry(REFUSED, verb="edit")


def restores_entry(person: Person, target: Target, world: World) -> str:
    entry = target.thrown_entry
    if entry is None or not person.would_read(entry):
        return HIDDEN
    allowed = entry.author_id == person.id or person.may("delete", entry.record)
    return OK if allowed else HIDDEN


def undoes_move(person: Person, target: Target, world: World) -> str:
    entry = target.moved
    if entry is None or not person.reads(entry):
        return HIDDEN
    allowed = entry.author_id == person.id or person.may("edit", entry.record)
    if not allowed:
        return REFUSED
    if not person.sees(world.public):
        return HIDDEN
    return REFUSED if _for_a_team(entry) else OK


def _for_a_team(entry: Entry | None) -> bool:
    """Whether it is for the team of its wall: such an entry cannot be at home on the public one."""
    return entry is not None and entry.audience is not None and entry.audience.type == "team"


def moves_to_public(no: str, *, home: bool = True) -> Rule:
    """Who may move the entry and sees the wall to which it goes, or where it is also shown."""
    moving = _on_entry(no, author=True, verb="edit")

    def rule(person: Person, target: Target, world: World) -> str:
        found = moving(person, target, world)
        if found == OK and not person.sees(world.public):
            return UNSEEN_WALL
        return INVALID if found == OK and home and _for_a_team(target.entry) else found

    return rule


INVALID = "invalid"
"""They may, but this cannot be: 422 with a sentence."""

UNSEEN_WALL = "hidden or invalid"
"""The wall to which it should go is out of sight: not there, or no choice."""


def reads_comment(person: Person, target: Target, world: World) -> str:
    comment = target.comment
    return OK if comment is not None and person.reads_comment(comment) else HIDDEN


def _on_comment(no: str, *, verb: str = "") -> Rule:
    def rule(person: Person, target: Target, world: World) -> str:
        comment = target.comment
        if comment is None or not person.reads_comment(comment):
            return HIDDEN
        wrote = comment.author_id == person.id
        return OK if wrote or (verb and person.may(verb, comment.entry.record)) else no

    return rule


edits_comment, opens_comment = _on_comment(REFUSED), _on_comment(HIDDEN)
trashes_comment = _on_comment(REFUSED, verb="delete")


def restores_comment(person: Person, target: Target, world: World) -> str:
    comment = target.thrown_comment
    if comment is None or not person.reads(comment.entry):
        return HIDDEN
    allowed = comment.author_id == person.id or person.may("delete", comment.entry.record)
    return OK if allowed else HIDDEN


def fetches(person: Person, target: Target, world: World) -> str:
    """Whoever reads the entry on which the file hangs."""
    return reads(person, target, world)


@dataclass(frozen=True)
class Door:
    """What one method of one address requires, and how a right request looks."""

    rule: Rule
    send: Sent = lambda target, world: {}
    at: Numbers = lambda target, world: {}
    query: str = ""
    public: bool = False
    versions: Callable[[Target, World], Mapping[str, str]] = lambda target, world: {}


def _edit_fields(target: Target, world: World) -> Mapping[str, Any]:
    record = target.record
    if record is None:
        return {"title": "Renamed", "audience": "everyone", "version": 1}
    return {
        "title": "Renamed",
        "owner": record.owner_id or "",
        "team": record.team_id or "",
        "audience": _audience(record),
        "version": record.version,
        "stage": "new",
        "currency": "EUR",
        "outcome": "open",
    }


def _audience(record: Record) -> str:
    said = raw_audience(record.audience)
    return said if isinstance(said, str) else json.dumps(said)


def _new_fields(target: Target, world: World) -> Mapping[str, Any]:
    return {"title": "New", "audience": "everyone"}


def _text(target: Target, world: World) -> Mapping[str, Any]:
    return {"text": "Something new"}


def _mail_choices(target: Target, world: World) -> Mapping[str, Any]:
    often = {f"often_{reason}": "weekly" for reason in Notice.Reason.values}
    return {**often, "hour": 9, "weekday": 2}


def _draft(target: Target, world: World) -> Mapping[str, Any]:
    number = "5f0c5e52-7c5e-4f0e-9c5e-1d1f3c1b2a3d"
    return {"key": number, "hand": number, "version": 0, "turn": 1, "text": "Begun"}


def _to_public(target: Target, world: World) -> Mapping[str, Any]:
    return {"to": world.public.pk}


def _number(part: str) -> Numbers:
    return lambda target, world: {"number": target.number(part)}


EMOJI = {"emoji": "👍"}


def _a_role(target: Target, world: World) -> Mapping[str, Any]:
    """A role that sees everything and changes nothing."""
    scopes = {"all-view": "all", "all-edit": "none", "all-delete": "none", "all-export": "none"}
    return {"name": "Newest role", "reach": "teams", **scopes}


def _an_absence(target: Target, world: World) -> Mapping[str, Any]:
    day = timezone.localdate() + timedelta(days=3)
    return {"since": str(day), "until": str(day), "deputy": world.newcomer.pk}


MORE: dict[str, Numbers] = {
    "owner": lambda t, w: {"user_id": w.people["owner"].pk},
    "shared-to": lambda t, w: {"user_id": w.people["shared-to"].pk},
    "absence": lambda t, w: {"number": w.absence},
    "emoji": lambda t, w: EMOJI,
    "thrown entry": lambda t, w: {"entry_id": t.number("thrown_entry")},
    "thrown comment": lambda t, w: {"comment_id": t.number("thrown_comment")},
    "moved": lambda t, w: {"entry_id": t.number("moved")},
    "notice": lambda t, w: {"notice_id": t.number("notice")},
    "title": lambda t, w: {"name": "title"},
    "version": lambda t, w: {"number": 1},
    "placed": lambda t, w: {"record_id": w.public.pk},
    "newcomer": lambda t, w: {"user_id": w.newcomer.pk},
    "planned": lambda t, w: {"user_id": w.leavers["planned"].user_id},
    "running": lambda t, w: {"user_id": w.leavers["running"].user_id},
    "stopped": lambda t, w: {"user_id": w.leavers["stopped"].user_id},
    "handover": lambda t, w: {"handover_id": w.leavers["running"].pk},
    "team": lambda t, w: {"team_id": w.team.pk},
    "spare team": lambda t, w: {"team_id": w.spare_team.pk},
    "role": lambda t, w: {"role_id": w.spare_role.pk},
    "stage": lambda t, w: {"slug": "offer"},
    "failed job": lambda t, w: {"job_id": w.jobs["failed"]},
    "dropped job": lambda t, w: {"job_id": w.jobs["dropped"]},
    "tag": lambda t, w: {"tag_id": w.tag.pk},
    "merged tag": lambda t, w: {"tag_id": w.merged_tag},
    "letter": lambda t, w: {"letter_id": w.failed_letter.pk},
    "answer": lambda t, w: {"answer_id": w.answer_aside.pk},
}

PAGES: dict[tuple[str, str], Door] = {
    ("dashboard", "GET"): Door(signed_in),
    ("exports", "GET"): Door(signed_in),
    ("health", "GET"): Door(signed_in, public=True),
    ("record", "GET"): Door(sees),
    ("record-edit", "GET"): Door(opens_the_form),
    ("record-edit", "POST"): Door(opens_the_form, _edit_fields),
    ("record-trash", "POST"): Door(deletes),
    ("record-restore", "POST"): Door(restores_record),
    ("record-tags", "POST"): Door(edits, lambda t, w: {"add": "vip"}),
    ("field", "GET"): Door(opens_the_form, at=MORE["title"]),
    ("field", "POST"): Door(opens_the_form, lambda t, w: {"title": "New"}, MORE["title"]),
    ("field-edit", "GET"): Door(opens_the_form, at=MORE["title"]),
    ("trash", "GET"): Door(signed_in),
    ("trash-record-undo", "POST"): Door(restores_record, at=_number("record")),
    ("trash-entry-undo", "POST"): Door(restores_entry, at=_number("thrown_entry")),
    ("trash-comment-undo", "POST"): Door(restores_comment, at=_number("thrown_comment")),
    ("wall-filters", "GET"): Door(signed_in, query="?type=note"),
    ("wall-readers", "GET"): Door(signed_in),
    ("mentions", "GET"): Door(signed_in, query="?q=a"),
    ("record-cards", "GET"): Door(signed_in, query="?n=1&n=2"),
    ("live", "GET"): Door(signed_in, public=True),
    ("writing", "POST"): Door(sees, lambda t, w: {"record": t.number("record")}),
    ("bell", "GET"): Door(signed_in),
    ("notices", "GET"): Door(signed_in),
    ("notices-read", "POST"): Door(signed_in),
    ("notices-seen", "POST"): Door(signed_in, lambda t, w: {"comment": t.number("comment")}),
    ("notice-read", "POST"): Door(is_told, at=MORE["notice"]),
    ("notice-unread", "POST"): Door(is_told, at=MORE["notice"]),
    ("notice-menu", "GET"): Door(is_told, at=MORE["notice"]),
    ("notice-snooze", "POST"): Door(is_told, lambda t, w: {"until": "week"}, MORE["notice"]),
    ("notice-up", "POST"): Door(is_told, at=MORE["notice"]),
    ("notice-mute", "POST"): Door(is_told, at=MORE["notice"]),
    ("notice-unmute", "POST"): Door(is_told, at=MORE["notice"]),
    ("notice-mute-wall", "POST"): Door(is_told, at=MORE["notice"]),
    ("notice-unmute-wall", "POST"): Door(is_told, at=MORE["notice"]),
    ("talk-read", "POST"): Door(reads),
    ("wall-read", "POST"): Door(sees),
    ("mute", "POST"): Door(reads),
    ("unmute", "POST"): Door(reads),
    ("follow-explained", "POST"): Door(sees),
    ("following", "GET"): Door(signed_in),
    ("following", "POST"): Door(signed_in, lambda t, w: {"own": "talk"}),
    ("tags-suggest", "GET"): Door(signed_in, query="?q=v"),
    ("tags", "GET"): Door(curates),
    ("tag", "GET"): Door(curates, at=MORE["tag"]),
    ("tag", "POST"): Door(curates, lambda t, w: {"name": "other"}, MORE["tag"]),
    ("tag-merge", "GET"): Door(curates, at=MORE["tag"]),
    ("tag-merge", "POST"): Door(curates, lambda t, w: {"into": w.other_tag.name}, MORE["tag"]),
    ("tag-merge-undo", "POST"): Door(curates, at=MORE["merged tag"]),
    ("tag-removal", "GET"): Door(curates, at=MORE["tag"]),
    ("tag-removal", "POST"): Door(curates, at=MORE["tag"]),
    ("search", "GET"): Door(signed_in, query="?q=entry"),
    ("search-suggest", "GET"): Door(signed_in, query="?q=entry"),
    ("records-suggest", "GET"): Door(signed_in, query="?q=everyone"),
    ("board", "GET"): Door(signed_in),
    ("deal-menu", "GET"): Door(sees_kind("deal")),
    ("deal-stage", "POST"): Door(edits_deal, lambda t, w: {"stage": "offer"}),
    ("deal-stage-named", "POST"): Door(edits_deal, at=MORE["stage"]),
    ("deal-win", "POST"): Door(edits_deal),
    ("deal-lose", "POST"): Door(edits_deal, lambda t, w: {"reason": "Price"}),
    ("deal-reopen", "POST"): Door(edits_deal),
    ("write", "POST"): Door(sees, _text),
    ("wall-draft", "GET"): Door(sees),
    ("wall-draft", "POST"): Door(sees, _draft),
    ("comment-draft", "GET"): Door(reads),
    ("comment-draft", "POST"): Door(reads, _draft),
    ("entry-draft", "GET"): Door(edits_own),
    ("entry-draft", "POST"): Door(edits_own, _draft),
    ("comment-edit-draft", "GET"): Door(opens_comment),
    ("comment-edit-draft", "POST"): Door(opens_comment, _draft),
    ("drafts", "GET"): Door(signed_in),
    ("draft-discard", "POST"): Door(began_the_draft, at=_number("draft")),
    ("draft-take-back", "POST"): Door(began_the_draft, at=_number("draft")),
    ("ideas", "GET"): Door(sees_kind("space"), query="?show=planned"),
    ("questions", "GET"): Door(sees_kind("space"), query="?show=open"),
    ("vote", "POST"): Door(is_no_such_entry, lambda t, w: {"choice": 1}),
    ("vote-undo", "POST"): Door(is_no_such_entry),
    ("closing", "POST"): Door(is_no_such_entry),
    ("closing-undo", "POST"): Door(is_no_such_entry),
    ("idea-status", "POST"): Door(is_no_such_entry, lambda t, w: {"status": "planned"}),
    ("answer", "POST"): Door(is_no_such_entry, lambda t, w: {"comment": t.number("comment")}),
    ("answer-undo", "POST"): Door(is_no_such_entry),
    ("follow", "POST"): Door(sees),
    ("unfollow", "POST"): Door(sees),
    ("entry", "GET"): Door(reads),
    ("entry", "POST"): Door(writes_it, _text),
    ("entry-edit", "GET"): Door(edits_own),
    ("entry-menu", "GET"): Door(reads),
    ("entry-history", "GET"): Door(reads),
    ("entry-version", "GET"): Door(reads, at=MORE["version"]),
    ("entry-version-restore", "POST"): Door(writes_it, at=MORE["version"]),
    ("pin", "POST"): Door(pins),
    ("unpin", "POST"): Door(pins),
    ("entry-trash", "POST"): Door(trashes_entry),
    ("entry-restore", "POST"): Door(restores_entry, at=MORE["thrown entry"]),
    ("move", "GET"): Door(opens_moving),
    ("move", "POST"): Door(moves_to_public(HIDDEN), _to_public),
    ("show-on", "GET"): Door(opens_moving),
    ("show-on", "POST"): Door(moves_to_public(HIDDEN, home=False), _to_public),
    ("move-undo", "POST"): Door(undoes_move, at=MORE["moved"]),
    ("show-on-undo", "POST"): Door(moves_to_public(REFUSED, home=False), at=MORE["placed"]),
    ("comment-write", "POST"): Door(reads, _text),
    ("moods", "GET"): Door(reads),
    ("react", "POST"): Door(reads, at=MORE["emoji"]),
    ("unreact", "POST"): Door(reads, at=MORE["emoji"]),
    ("comment", "POST"): Door(edits_comment, _text),
    ("comment-edit", "GET"): Door(opens_comment),
    ("comment-history", "GET"): Door(reads_comment),
    ("comment-version", "GET"): Door(reads_comment, at=MORE["version"]),
    ("comment-version-restore", "POST"): Door(edits_comment, at=MORE["version"]),
    ("comment-trash", "POST"): Door(trashes_comment),
    ("comment-restore", "POST"): Door(restores_comment, at=MORE["thrown comment"]),
    ("comment-react", "POST"): Door(reads_comment, at=MORE["emoji"]),
    ("comment-unreact", "POST"): Door(reads_comment, at=MORE["emoji"]),
    ("file-plain", "GET"): Door(fetches),
    ("file", "GET"): Door(fetches, at=lambda t, w: {"name": "plan.txt"}),
    ("login", "GET"): Door(signed_in, public=True),
    ("login", "POST"): Door(signed_in, public=True),
    ("passkey-show", "POST"): Door(signed_in, public=True),
    ("passkey-showing", "POST"): Door(signed_in, public=True),
    ("second", "GET"): Door(signed_in, public=True),
    ("second", "POST"): Door(signed_in, public=True),
    ("logout", "POST"): Door(signed_in),
    ("settings", "GET"): Door(signed_in),
    ("me", "GET"): Door(signed_in),
    ("factors", "GET"): Door(signed_in),
    ("passkey-new", "GET"): Door(signed_in),
    ("passkey-making", "POST"): Door(signed_in),
    ("me", "POST"): Door(
        signed_in,
        lambda t, w: {"name": "New", "timezone": "UTC", "language": "en", "theme": "auto"},
    ),
    ("mail-choices", "GET"): Door(signed_in),
    ("mail-choices", "POST"): Door(signed_in, _mail_choices),
    ("mail", "GET"): Door(looks_after_running),
    ("mail-trial", "POST"): Door(looks_after_running),
    ("letter-retry", "POST"): Door(looks_after_running, at=MORE["letter"]),
    ("answer-retry", "POST"): Door(looks_after_running, at=MORE["answer"]),
    ("people-settings", "GET"): Door(invites),
    ("people-settings", "POST"): Door(
        invites,
        lambda t, w: {
            "name": "Newest",
            "email": "newest@example.org",
            "role": "member",
            "language": "en",
        },
    ),
    ("rights", "GET"): Door(administers, at=MORE["newcomer"]),
    ("rights", "POST"): Door(
        administers, lambda t, w: {"role": w.newcomer.role_id}, MORE["newcomer"]
    ),
    ("invitation", "POST"): Door(administers, at=MORE["newcomer"]),
    ("sign-ins-end", "POST"): Door(signed_in),
    ("person-sign-ins-end", "POST"): Door(administers, at=MORE["newcomer"]),
    ("deactivation", "POST"): Door(administers, at=MORE["newcomer"]),
    ("deactivation-undo", "POST"): Door(administers, at=MORE["newcomer"]),
    ("person-view", "GET"): Door(administers, at=MORE["newcomer"]),
    ("look-in", "GET"): Door(administers, at=MORE["newcomer"]),
    ("look-in", "POST"): Door(
        administers, lambda t, w: {"reason": "An audit", "minutes": "15"}, MORE["newcomer"]
    ),
    ("look-in-end", "POST"): Door(signed_in),
    ("looked-into", "GET"): Door(signed_in),
    ("absence", "GET"): Door(signed_in),
    ("absence", "POST"): Door(signed_in, _an_absence),
    ("person-absence", "GET"): Door(plans_for_the_owner, at=MORE["owner"]),
    ("person-absence", "POST"): Door(plans_for_the_owner, _an_absence, MORE["owner"]),
    ("absence-page", "GET"): Door(is_away_or_stands_in, at=MORE["absence"]),
    ("absence-read", "POST"): Door(nobody, at=MORE["absence"]),
    ("absence-end", "POST"): Door(plans_for_the_owner, at=MORE["absence"]),
    ("sharing", "GET"): Door(sees),
    ("sharing", "POST"): Door(says_who_reads, lambda t, w: {"to": w.newcomer.pk}),
    ("sharing-end", "POST"): Door(ends_the_share, at=MORE["shared-to"]),
    ("leaving-rule", "GET"): Door(administers),
    ("leaving-rule", "POST"): Door(
        administers,
        lambda t, w: {"records": "keep", "entries": "successor", "drafts": "successor"},
    ),
    ("leaving", "GET"): Door(administers, at=MORE["newcomer"]),
    ("leaving-plan", "POST"): Door(administers, at=MORE["newcomer"]),
    ("leaving-successor", "GET"): Door(administers, at=MORE["planned"]),
    ("leaving-successor", "POST"): Door(
        administers, lambda t, w: {"to": w.newcomer.pk}, MORE["planned"]
    ),
    ("leaving-records", "GET"): Door(administers, at=MORE["running"]),
    ("leaving-handover", "POST"): Door(administers, at=MORE["planned"]),
    ("leaving-stop", "POST"): Door(administers, at=MORE["running"]),
    ("leaving-stop-undo", "POST"): Door(administers, at=MORE["stopped"]),
    ("leaving-undo", "POST"): Door(administers, at=MORE["running"]),
    ("handover", "GET"): Door(got_something, at=MORE["handover"]),
    ("roles", "GET"): Door(administers),
    ("role-new", "GET"): Door(administers),
    ("role-new", "POST"): Door(administers, _a_role),
    ("role", "GET"): Door(administers, at=MORE["role"]),
    ("role", "POST"): Door(administers, _a_role, MORE["role"]),
    ("role-removal", "GET"): Door(administers, at=MORE["role"]),
    ("role-removal", "POST"): Door(administers, at=MORE["role"]),
    ("trail", "GET"): Door(administers),
    ("trail-examination", "POST"): Door(administers),
    ("teams", "GET"): Door(administers),
    ("teams", "POST"): Door(administers, lambda t, w: {"name": "Newest team"}),
    ("team", "GET"): Door(administers, at=MORE["team"]),
    ("team", "POST"): Door(administers, lambda t, w: {"name": "Renamed"}, MORE["team"]),
    ("team-removal", "GET"): Door(administers, at=MORE["spare team"]),
    ("team-removal", "POST"): Door(administers, at=MORE["spare team"]),
    ("jobs", "GET"): Door(looks_after_running),
    ("jobs-retry", "POST"): Door(looks_after_running, lambda t, w: {"task": "some.task"}),
    ("job-retry", "POST"): Door(looks_after_running, at=MORE["failed job"]),
    ("job-drop", "POST"): Door(looks_after_running, at=MORE["failed job"]),
    ("job-drop-undo", "POST"): Door(looks_after_running, at=MORE["dropped job"]),
    ("tokens", "GET"): Door(signed_in),
    ("tokens", "POST"): Door(
        signed_in, lambda t, w: {"name": "New", "scope": "read", "days": "30"}
    ),
}
for _kind in ("company", "person", "deal", "space"):
    PAGES |= {
        (f"{_kind}-list", "GET"): Door(signed_in),
        (f"{_kind}-new", "GET"): Door(creates(_kind, HIDDEN)),
        (f"{_kind}-new", "POST"): Door(creates(_kind, HIDDEN), _new_fields),
        (f"{_kind}-export", "GET"): Door(exports(_kind)),
        (f"{_kind}-export", "POST"): Door(
            exports_something(_kind), lambda t, w: {"format": "csv"}, query="?sort=title"
        ),
        (_kind, "GET"): Door(sees_kind(_kind)),
    }

# Doors with rules of their own, tried one by one: whose token it is, a link that is a secret,
# a password that is asked for, whether there is a second factor,
# a journey to another server, files in pieces, a list that somebody took out.
BY_HAND = {
    ("export-file", "GET"),
    ("single", "GET"),
    ("single-back", "GET"),
    ("single-end", "POST"),
    ("token-revocation", "POST"),
    ("one_time_link", "GET"),
    ("api-nowhere", "GET"),
    ("api-1:api-root", "GET"),
    ("one_time_link", "POST"),
    ("leave", "GET"),
    ("leave", "POST"),
    ("leave-undo", "POST"),
    ("my-password", "POST"),
    ("factor-app", "GET"),
    ("factor-app", "POST"),
    ("factor-app-removal", "GET"),
    ("factor-app-removal", "POST"),
    ("passkey-new", "POST"),
    ("passkey-removal", "GET"),
    ("passkey-removal", "POST"),
    ("recovery-codes", "GET"),
    ("recovery-codes", "POST"),
    ("person-factors-removal", "GET"),
    ("person-factors-removal", "POST"),
    ("sign-in-end", "POST"),
    ("uploads", "POST"),
    ("uploads", "OPTIONS"),
    ("upload", "HEAD"),
    ("upload", "PATCH"),
    ("upload", "DELETE"),
    ("upload", "OPTIONS"),
}
PARTS = ("record_id", "deal_id", "entry_id", "comment_id", "file_id", "number")
"""How addresses name the number of a thing that only some may see."""


def text_file() -> SimpleUploadedFile:
    """A harmless file to send."""
    return SimpleUploadedFile("new.txt", b"new words", content_type="text/plain")
