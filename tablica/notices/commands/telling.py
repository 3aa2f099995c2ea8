"""Giving notices of what came onto walls."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from django.db import transaction

from tablica.accounts.models import User
from tablica.accounts.rules import know_access_of
from tablica.notices.models import Notice
from tablica.notices.rules import reasons_of
from tablica.notices.signals import say_changed
from tablica.records.absences import deputies_of
from tablica.records.lent import know_lent_to
from tablica.records.visibility import know_circles_of
from tablica.shared.jobs.heartbeat import report
from tablica.wall.commands.follows import follow_by_itself
from tablica.wall.mentions import mentioned_in
from tablica.wall.models import Comment, Entry, Follow, FollowChoice, Mute, Placement
from tablica.wall.queries.rows import tells_something
from tablica.wall.rules import may_read
from tablica.wall.sharing import shared_with
from tablica.wall.types import shown_type

TOLD = "each reader is asked for below"
TOGETHER = 200
"""People told in one transaction."""


def tell_of(
    entry_id: int, *, comment: int | None = None, by: int | None = None, edited: bool = False
) -> int:
    """Tell those who are to hear of an entry, or of a comment on it; how many were told.

    An edit is news only for whom it names. Told again, nobody gets a second notice: it may be cut
    off and repeated. Each batch of people is a transaction, so that thousands keep nobody waiting.
    Whoever stands in for somebody who would hear of it hears of it, too.
    """
    entry = the_entry(entry_id)
    answer = None
    if comment is not None:
        answer = Comment.objects.unguarded(reason=TOLD).filter(pk=comment, trashed_at=None).first()
    if entry is None or (comment is not None and answer is None):
        return 0
    reasons = _reasons(entry, answer, by)
    if answer is None and (to := shared_with(entry)) is not None:
        reasons[to] = Notice.Reason.SHARE
    if edited:
        reasons = {user: why for user, why in reasons.items() if why == Notice.Reason.MENTION}
    owner_told = reasons.keys() & {entry.record.owner_id}
    for deputy in deputies_of(owner_told, entry.record.kind).keys() - {by}:
        reasons.setdefault(deputy, Notice.Reason.DEPUTY)
    told = set(_told(entry, answer, reasons))
    waiting = iter(sorted(reasons.keys() - told))
    at = answer.created_at if answer else entry.created_at
    count = 0
    while batch := list(islice(waiting, TOGETHER)):
        fresh = [
            Notice(
                user=user,
                entry=entry,
                comment=answer,
                by_id=by,
                reason=reasons[user.pk],
                at=at,
                up_at=at,
            )
            for user in who_may_hear(batch, entry.pk)
        ]
        with transaction.atomic():
            Notice.objects.bulk_create(fresh, ignore_conflicts=True)
            _let_mentioned_follow(fresh, entry)
            say_changed(notice.user_id for notice in fresh)
        count += len(fresh)
        report(count, len(reasons))
    return count


def _let_mentioned_follow(fresh: list[Notice], entry: Entry) -> None:
    """Let those follow the wall who want to where they are mentioned."""
    mentioned = {n.user_id: n.user for n in fresh if n.reason == Notice.Reason.MENTION}
    wanted = FollowChoice.objects.filter(user__in=mentioned, why=Follow.Why.MENTION)
    for person in wanted.exclude(mode="").values_list("user_id", flat=True):
        follow_by_itself(entry.record, mentioned[person], Follow.Why.MENTION)


def _reasons(entry: Entry, comment: Comment | None, by: int | None) -> dict[int, Notice.Reason]:
    by_people = shown_type(entry.type).written
    written = comment is not None or by_people
    named = mentioned_in(comment.body if comment else entry.body) if written else None
    by_name = set(named.people) if named else set()
    people = set(by_name)
    if named and named.teams:
        people |= set(User.objects.filter(teams__in=named.teams).values_list("pk", flat=True))
    took_part: set[int] = set()
    if comment:
        others = Comment.objects.unguarded(reason=TOLD).filter(entry=entry, trashed_at=None)
        took_part = {pk for pk in others.values_list("author_id", flat=True) if pk}
    return reasons_of(
        written=written,
        author=entry.author_id if comment and by_people else None,
        mentioned=people,
        took_part=took_part,
        modes=modes_of(entry),
        by=by,
        named=by_name,
        silenced=silenced_in(entry),
    )


def silenced_in(entry: Entry) -> set[int]:
    """Who muted the discussion."""
    return set(Mute.objects.filter(entry=entry).values_list("user_id", flat=True))


def modes_of(entry: Entry) -> dict[int, str]:
    """How people follow the walls on which the entry is shown; the home wall's word counts."""
    placed = Placement.objects.filter(entry=entry).values_list("record_id", flat=True)
    walls = [entry.record_id, *placed]
    follows = Follow.objects.filter(record__in=walls)
    modes: dict[int, str] = {}
    for user, record, mode in follows.values_list("user_id", "record_id", "mode"):
        if user not in modes or record == entry.record_id:
            modes[user] = mode
    return modes


def _told(entry: Entry, comment: Comment | None, people: Iterable[int]) -> Iterable[int]:
    given = Notice.objects.unguarded(reason=TOLD).filter(entry=entry, comment=comment)
    return (
        given.exclude(reason=Notice.Reason.LIKE)
        .filter(user__in=list(people))
        .values_list("user_id", flat=True)
    )


def who_may_hear(people: Iterable[int], entry_id: int) -> list[User]:
    """Those of these who may read the entry now and see something in it, in a few queries."""
    entry = the_entry(entry_id)
    there = User.objects.select_related("role").filter(pk__in=list(people), deactivated_at=None)
    users = list(there) if entry else []
    know_access_of(users)
    know_circles_of(users)
    know_lent_to(users)
    return [u for u in users if entry and may_read(u, entry) and tells_something(u, entry)]


def the_entry(entry_id: int) -> Entry | None:
    """The entry with its wall, when neither is thrown away; its readers are asked for later."""
    there = Entry.objects.unguarded(reason=TOLD).select_related("record")
    return there.filter(pk=entry_id, trashed_at=None, record__trashed_at=None).first()
