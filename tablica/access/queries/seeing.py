"""What somebody would see, and why: the same rule, told in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from tablica.access.words import VERBS
from tablica.accounts.models import Grant, User
from tablica.accounts.rules import access_of
from tablica.records.kinds import Kind, Text, all_kinds, kind_named
from tablica.records.lent import lent_to
from tablica.records.models import Audience, Record
from tablica.records.rules import (
    circles_of,
    hidden_fields,
    may,
    places_at,
    sealed_fields,
    visible_q,
)
from tablica.records.showing import label_of
from tablica.shared.writing import isolated

SHOWN = 50
Verb, Scope = Grant.Verb, Grant.Scope


@dataclass(frozen=True)
class Share:
    """How many of the records of a kind that the asking administrator sees somebody else sees."""

    kind: Kind
    seen: int
    of: int


@dataclass(frozen=True)
class Verdict:
    """One record: which verbs somebody may do on it, and the reasons in sentences."""

    record: Record
    kind: Kind
    verbs: dict[str, bool]
    why: list[str]

    def marks(self) -> list[tuple[Text, bool]]:
        """Each verb as it is called, and whether it may be done."""
        return [(VERBS[verb], may_do) for verb, may_do in self.verbs.items()]

    @property
    def is_seen(self) -> bool:
        return self.verbs[Verb.VIEW]


@dataclass(frozen=True)
class Sealed:
    """The fields of a kind that somebody's role hides from them, and those it lets them only read,
    as they are called."""

    kind: Kind
    hidden: list[Text]
    read: list[Text]


def sealed(person: User) -> list[Sealed]:
    """Kind by kind the fields that `person` may not change; only kinds that have some."""
    found = []
    for kind in all_kinds():
        hidden = hidden_fields(person, kind.name)
        held = sealed_fields(person, kind.name)
        ordered = [name for name in kind.form_class().base_fields if name in held]
        if ordered:
            named = {name: label_of(kind.name, name) for name in ordered}
            read = [label for name, label in named.items() if name not in hidden]
            found.append(Sealed(kind, [named[n] for n in ordered if n in hidden], read))
    return found


def shares(person: User, *, asked_by: User) -> list[Share]:
    """Kind by kind, of what the one who asks sees, how much `person` sees."""
    seen = Count("pk", filter=visible_q(person), distinct=True)
    counted = (
        Record.objects.visible_to(asked_by)
        .filter(trashed_at=None)
        .values("kind")
        .order_by("kind")
        .annotate(of=Count("pk", distinct=True), seen=seen)
    )
    found = {row["kind"]: row for row in counted}
    none = {"seen": 0, "of": 0}
    return [
        Share(kind, row["seen"], row["of"])
        for kind in all_kinds()
        for row in [found.get(kind.name, none)]
    ]


def verdicts(
    person: User, *, asked_by: User, kind: str = "", q: str = "", hidden: bool = False
) -> list[Verdict]:
    """The records last touched that the one who asks sees, each with what `person` may do there.

    With `hidden` only those that `person` does not see. At most `SHOWN`.
    """
    found = Record.objects.visible_to(asked_by).filter(trashed_at=None)
    if kind:
        found = found.filter(kind=kind)
    for word in q.split():
        found = found.filter(Q(title__icontains=word))
    if hidden:
        found = found.exclude(visible_q(person))
    rows = found.select_related("audience", "team", "owner").order_by("-touched_at", "-pk")
    return [verdict(person, record) for record in rows[:SHOWN]]


def verdict(person: User, record: Record) -> Verdict:
    """What `person` may do on one record, by the one rule, and why."""
    verbs = {str(verb): may(person, verb, record) for verb in Verb.values}
    why = _why(person, record)
    if verbs[Verb.VIEW]:
        why += _held_back(person, record, [verb for verb, may_do in verbs.items() if not may_do])
    return Verdict(record, kind_named(record.kind), verbs, why)


def _why(person: User, record: Record) -> list[str]:
    access = access_of(person)
    if not access.active:
        return [_("Cannot sign in.")]
    said = [_readers(person, record)]
    scope = access.scope(record.kind, Verb.VIEW)
    if scope != Scope.ALL:
        said.append(_of_role(scope))
    if record.pk in lent_to(person).shared:
        said.append(_("Opened to this person besides."))
    for place in places_at(person, record):
        said.append(_("Stands in for %(name)s.") % {"name": isolated(place.person.name)})
    return said


def _held_back(person: User, record: Record, verbs: list[str]) -> list[str]:
    """Why the role does not allow these verbs on a record that is seen."""
    by_scope: dict[str, list[str]] = {}
    for verb in verbs:
        scope = access_of(person).scope(record.kind, verb)
        by_scope.setdefault(scope, []).append(str(VERBS[verb]))
    sentences = {
        Scope.NONE: _("%(verbs)s: not at all."),
        Scope.OWN: _("%(verbs)s: only what one owns."),
        Scope.TEAM: _("%(verbs)s: what one owns and what belongs to a team in reach."),
        Scope.ALL: _("%(verbs)s: not with what is lent."),
    }
    return [sentences[Scope(s)] % {"verbs": " · ".join(names)} for s, names in by_scope.items()]


def _readers(person: User, record: Record) -> str:
    """How `person` stands to those who may read the record."""
    if record.owner_id == person.pk:
        return _("Owns it.")
    if record.audience_id == Audience.EVERYONE:
        return _("Everyone may read it.")
    if record.audience_id == Audience.TEAM:
        team = {"team": isolated(record.team.name) if record.team else "—"}
        if record.team_id in access_of(person).team_ids:
            return _("For the team %(team)s, which is in reach.") % team
        return _("For the team %(team)s alone, which is not in reach.") % team
    if record.audience_id in circles_of(person):
        return _("Named among its readers.")
    if record.audience_id == Audience.ME:
        return _("For its owner alone.")
    return _("For named people alone, and not for this person.")


def _of_role(scope: str) -> str:
    if scope == Scope.NONE:
        return _("The role shows nothing of this kind.")
    if scope == Scope.OWN:
        return _("The role shows only what one owns.")
    return _("The role shows what one owns and what belongs to a team in reach.")
