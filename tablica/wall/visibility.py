"""Which entries and files a reader sees: the filters, under models and rules alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from tablica.accounts.models import User
from tablica.accounts.rules import access_of
from tablica.records.lent import lent_to
from tablica.records.visibility import (
    audience_q,
    circle_q,
    hidden_fields,
    kinds_with_hidden_fields,
    standing_q,
    visible_q,
)
from tablica.wall.changed import untold_q
from tablica.wall.types import EntryType, all_types, shown_type

if TYPE_CHECKING:
    from tablica.wall.models import Entry

PLAIN = "changed"
"""The type as which a change is met by who may not know of which sort it is."""


def entry_q(user: User, prefix: str = "") -> Q:
    """The entries `user` may read: the home record's right, narrowed by the entry's audience.

    One that tells nothing but changes of fields that are hidden from them is not there.
    The home is asked for with EXISTS: so the entries' own indexes lead, newest first, and each home
    is looked up by its number. As a join, an engine may gather every visible record first.
    """
    records = apps.get_model("records", "Record").objects
    homes = records.unguarded(reason="this is the filter").filter(
        visible_q(user), pk=OuterRef(f"{prefix}record"), trashed_at=None
    )
    return Q(Exists(homes)) & narrowed_q(user, prefix) & _told_q(user, prefix)


def _told_q(user: User, prefix: str) -> Q:
    untold = untold_q(user, prefix)
    return (Q(**{f"{prefix}changed": None}) | ~untold) if untold else Q()


def type_of(user: User, entry: Entry) -> EntryType:
    """As what `user` meets an entry (with its record at hand): as a change, when its type would
    tell of a field that is hidden from them."""
    found = shown_type(entry.type)
    hides = found.tells and hidden_fields(user, entry.record.kind).intersection(found.tells)
    return shown_type(PLAIN) if hides else found


def type_q(user: User, name: str) -> Q:
    """The entries that `user` meets as of the type of this name."""
    disguised = Q()
    wanted = Q(type=name)
    for kind in kinds_with_hidden_fields(user):
        hidden = hidden_fields(user, kind)
        telling = [of.name for of in all_types() if hidden.intersection(of.tells)]
        if name in telling:
            wanted &= ~Q(record__kind=kind)
        if name == PLAIN:
            disguised |= Q(type__in=telling, record__kind=kind)
    return wanted | disguised


def narrowed_q(user: User, prefix: str = "") -> Q:
    """The entries whose own audience contains `user`, on walls that are known to be theirs."""
    within = audience_q(user, prefix, team="record__team", me="author")
    lent = lent_to(user)
    for place in lent.standing:
        theirs = circle_q(place.person, prefix, team="record__team")
        within |= theirs & standing_q(place, f"{prefix}record__")
    if lent.looks_into:
        within |= Q(**{f"{prefix}author": lent.looks_into})
        within |= Q(**{f"{prefix}record__owner": lent.looks_into})
    return Q(**{f"{prefix}audience": None}) | within


def file_q(user: User) -> Q:
    """The files `user` may fetch: those of entries they read, and their own not yet attached."""
    if not access_of(user).active:
        return Q(pk__in=())
    attached = Q(entry__isnull=False, entry__trashed_at=None) & entry_q(user, "entry__")
    return attached | Q(entry=None, uploaded_by=user.pk)


def own_q(user: User, path: str) -> Q:
    """What is of `user` alone, by the field that says whose it is."""
    return Q(**{path: user.pk}) if access_of(user).active else Q(pk__in=())
