"""Amounts are kept to the cent on both engines, or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django import forms

from tablica.records.fields import AmountField
from tablica.sales.models import Deal
from tests.cast import make_record

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("said", ["0.01", "9999999999999.99", "10000000000000", "99999999999999"])
def test_what_is_taken_is_read_again_to_the_cent(said: str) -> None:
    amount = AmountField().clean(said)
    deal = make_record("deal", "Large")
    Deal.objects.unguarded(reason="tests").filter(pk=deal.pk).update(amount=amount)
    kept = Deal.objects.unguarded(reason="tests").get(pk=deal.pk)
    assert kept.amount == Decimal(said)


@pytest.mark.parametrize("said", ["10000000000000.01", "99999999999999.99", "100000000000000"])
def test_what_could_not_be_kept_is_refused(said: str) -> None:
    with pytest.raises(forms.ValidationError):
        AmountField().clean(said)
