"""Saying what becomes of what nobody else could read."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tablica.accounts.commands.guarding import number_of, require_administrator
from tablica.accounts.models import User
from tablica.leaving.models import ONLY, LeavingRule, Then
from tablica.leaving.queries.rule import seal_of_rule
from tablica.shared.errors import Stale
from tablica.shared.trail import commands as trail


@transaction.atomic
def change_rule(
    *, by: User | None, records: str, entries: str, drafts: str, seen: str | None = None
) -> LeavingRule:
    """Say the rule of the company; it counts for handovers that begin from now on.

    `seen` is the `queries.rule.seal_of_rule` the writer saw; another one raises `Stale`.
    """
    require_administrator(by)
    LeavingRule.objects.get_or_create(pk=ONLY)
    rule = LeavingRule.objects.select_for_update().get(pk=ONLY)
    if seen is not None and seen != seal_of_rule(rule):
        raise Stale(_("Somebody else changed this meanwhile."), current=rule)
    was = said(rule)
    rule.records, rule.entries, rule.drafts = (Then(one) for one in (records, entries, drafts))
    if said(rule) != was:
        rule.save()
        trail.note("leaving rule changed", by=number_of(by), was=was, now=said(rule))
    return rule


def said(rule: LeavingRule) -> dict[str, str]:
    """The rule by the names of its choices."""
    return {
        "records": str(rule.records),
        "entries": str(rule.entries),
        "drafts": str(rule.drafts),
    }
