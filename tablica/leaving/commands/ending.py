"""The end of a handover: its line on the trail, and one word to each successor."""

from __future__ import annotations

from django.db.models import Count
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tablica.accounts.commands.guarding import number_of
from tablica.accounts.models import User
from tablica.leaving.models import Handover, HandoverRow
from tablica.notices.models import Notice
from tablica.notices.signals import say_changed
from tablica.records.audiences import audience
from tablica.records.models import Audience
from tablica.records.signals import text_changed
from tablica.shared.trail import commands as trail
from tablica.shared.writing import isolated
from tablica.wall.mentions import drawn
from tablica.wall.models import Entry


def end(handover: Handover) -> None:
    """Nothing is ahead any more: say so, or stop when some wait for another successor."""
    now = timezone.now()
    if handover.is_undo:
        handover.undone_at = now
    elif handover.rows.filter(left=HandoverRow.Left.SUCCESSOR).exists():
        handover.stopped_at = now
    else:
        handover.ended_at = now
    handover.save(update_fields=["undone_at", "stopped_at", "ended_at"])
    if not handover.is_over:
        return
    event = "handover undone" if handover.is_undo else "handed over"
    counts = _counts(handover)
    if not handover.is_undo:
        for person in User.objects.filter(pk__in=counts).order_by("pk"):
            _tell(handover, person)
    trail.note(
        event,
        by=number_of(handover.by),
        about=f"user {handover.user_id}",
        handover=handover.pk,
        to=[f"user {person}: {count}" for person, count in sorted(counts.items())],
        left=handover.rows.exclude(left="").count(),
    )


def _counts(handover: Handover) -> dict[int, int]:
    """How much each successor got, or gave back."""
    rows = handover.rows.filter(done_at__isnull=False).exclude(to=None)
    if handover.is_undo:
        rows = rows.exclude(undone_at=None)
    return dict(rows.order_by().values_list("to").annotate(n=Count("pk")))


def _tell(handover: Handover, person: User) -> None:
    """One note for a successor alone, on the wall of the first record they got, and its notice.

    Whoever did it all knows it already.
    """
    rows = handover.rows.there().filter(to=person).exclude(record=None)
    first = rows.filter(record__trashed_at=None).order_by("pk").first()
    if first is None or first.record_id is None or (handover.by and person.pk == handover.by.pk):
        return
    now, body = timezone.now(), _words(handover, person, rows.count())
    entry = Entry.objects.create(
        record_id=first.record_id,
        type="note",
        author=handover.by,
        source="" if handover.by else "Tablica",
        happened_at=now,
        created_at=now,
        body=body,
        html=drawn(body),
        audience=audience(Audience.Type.NAMED, people=[person]),
    )
    text_changed.send(None, entries=[entry.pk])
    Notice.objects.create(
        user=person, entry=entry, by=handover.by, reason=Notice.Reason.FOLLOW, at=now, up_at=now
    )
    say_changed([person.pk])


def _words(handover: Handover, person: User, count: int) -> str:
    with translation.override(person.language):
        said = ngettext(
            "%(name)s has left. %(n)d record is yours now.",
            "%(name)s has left. %(n)d records are yours now.",
            count,
        ) % {"name": isolated(handover.user.name), "n": count}
        see_all = _("See them all")
        return f"{said} [{see_all}](/handovers/{handover.pk})"
