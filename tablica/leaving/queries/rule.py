"""The rule of the company about what nobody else could read."""

from __future__ import annotations

from tablica.leaving.models import LeavingRule
from tablica.shared.digests import digest_of


def seal_of_rule(rule: LeavingRule) -> str:
    """The version of the rule: another choice, another seal."""
    return digest_of(f"{rule.records}|{rule.entries}|{rule.drafts}")[:16]
