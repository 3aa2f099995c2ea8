"""Moving deals on: to another stage, won, lost, open again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.records.commands import lock_record
from tablica.sales.models import Deal
from tablica.sales.queries import stages
from tablica.sales.rules import may_end, may_move_on
from tablica.shared.errors import Hidden, Refused
from tablica.shared.text import BadText, clean
from tablica.wall.commands import lives

LONGEST_REASON = 300


@transaction.atomic
def move_to_stage(deal_id: int, *, by: User, stage: str, version: int | None = None) -> Deal:
    """Bring an open deal to the stage of this slug. One that ended must be opened again first."""
    _deal(deal_id, by)
    _require(may_move_on(by))
    ended = Deal.objects.unguarded(reason="locked and checked above").filter(pk=deal_id)
    if ended.exclude(outcome=Deal.Outcome.OPEN).exists():
        raise ValidationError({"stage": _("This deal has ended. Open it again first.")})
    found = next((known for known in stages() if known.slug == stage), None)
    if found is None:
        raise ValidationError({"stage": _("There is no such stage.")})
    return _change(deal_id, by, version, stage=found)


@transaction.atomic
def win_deal(deal_id: int, *, by: User, reason: str = "", version: int | None = None) -> Deal:
    """The client said yes."""
    _deal(deal_id, by)
    _require(may_end(by))
    return _change(deal_id, by, version, outcome=Deal.Outcome.WON, outcome_reason=_reason(reason))


@transaction.atomic
def lose_deal(deal_id: int, *, by: User, reason: str, version: int | None = None) -> Deal:
    """The client said no; `reason` tells why, so that one can learn from it."""
    _deal(deal_id, by)
    _require(may_end(by))
    kept = _reason(reason)
    if not kept:
        raise ValidationError({"reason": _("Say in a few words why it was lost.")})
    return _change(deal_id, by, version, outcome=Deal.Outcome.LOST, outcome_reason=kept)


@transaction.atomic
def reopen_deal(deal_id: int, *, by: User, version: int | None = None) -> Deal:
    """Take the end of a deal back: it is open again, in the stage where it was."""
    _deal(deal_id, by)
    _require(may_end(by))
    return _change(deal_id, by, version, outcome=Deal.Outcome.OPEN, outcome_reason="")


def _deal(deal_id: int, by: User) -> None:
    """Lock the record first: whoever may not see it must not learn whether it is a deal."""
    if lock_record(deal_id, by=by, verb="edit").kind != "deal":
        raise Hidden


def _require(allowed: bool) -> None:
    """Before anything of the deal is looked at: the answer must not tell how it stands."""
    if not allowed:
        raise Refused(_("You may not change this field."))


def _reason(reason: str) -> str:
    try:
        return clean(reason, max_length=LONGEST_REASON, multiline=False).strip()
    except BadText as error:
        raise ValidationError({"reason": str(error)}) from error


def _change(deal_id: int, by: User, version: int | None, **values: object) -> Deal:
    body = lives.change_record(deal_id, by=by, values=values, version=version)
    assert isinstance(body, Deal)
    return body
