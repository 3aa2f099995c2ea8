"""The signs that people put on entries and comments, fetched together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Case, Count, F, IntegerField, Max, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import ngettext

from tablica.accounts.models import User
from tablica.shared.writing import in_digits, isolated
from tablica.wall.models import Reaction

NAMES_SHOWN = 6


@dataclass(frozen=True)
class ReactionRow:
    """How many people put this sign here, the names of the first, and whether the reader did."""

    emoji: str
    count: int
    mine: bool
    names: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """Who put it, in words."""
        names = ", ".join(map(isolated, self.names))
        if self.count <= len(self.names):
            return names
        more = self.count - len(self.names)
        words = {"names": names, "n": in_digits(str(more))}
        return ngettext("%(names)s and %(n)s more", "%(names)s and %(n)s more", more) % words


def reactions_to(user: User, entry_id: int) -> list[ReactionRow]:
    """The signs on an entry that the caller fetched through `user`."""
    return signs_on(user, [entry_id], []).get(("entry", entry_id), [])


def signs_on(
    user: User, entries: Iterable[int], comments: Sequence[int]
) -> dict[tuple[str, int], list[ReactionRow]]:
    """The signs on these entries and comments, the commonest first, each with its first few."""
    same = [F("entry"), F("comment"), F("emoji")]
    own = Case(When(user=user.pk, then=Value(1)), default=Value(0), output_field=IntegerField())
    ranked = (
        Reaction.objects.filter(Q(entry__in=entries) | Q(comment__in=comments))
        .annotate(
            rank=Window(RowNumber(), partition_by=same, order_by=[F("at").asc(), F("pk").asc()]),
            total=Window(Count("pk"), partition_by=same),
            mine=Window(Max(own), partition_by=same),
        )
        .filter(rank__lte=NAMES_SHOWN)
        .order_by("-total", "emoji", "rank")
        .values_list("entry", "comment", "emoji", "total", "mine", "user__name")
    )
    found: dict[tuple[str, int], dict[str, ReactionRow]] = defaultdict(dict)
    for entry, comment, emoji, total, mine, name in ranked:
        of = found["entry", entry] if entry else found["comment", comment]
        of.setdefault(emoji, ReactionRow(emoji, total, bool(mine))).names.append(name)
    return {target: list(of.values()) for target, of in found.items()}
