"""Keys are changed without anybody noticing, and a run that was cut off is gone on with."""

from __future__ import annotations

from typing import Any

import pytest

from tablica.accounts.factors.codes import about_app_of
from tablica.accounts.factors.models import CodeApp
from tablica.shared import resealing
from tablica.shared.resealing import Count, Sealed, by_older_keys, declare, declared, reseal_all
from tablica.shared.sealing import is_by_the_first_key, seal, unseal
from tests import world

pytestmark = pytest.mark.django_db
OLD, NEW = "an old key of more than 32 characters", "a new key of more than 32 characters"


@pytest.fixture
def apps(settings: Any) -> list[CodeApp]:
    """Five apps, sealed with a key that is about to go."""
    settings.KEYS = [OLD]
    found = []
    for number in range(5):
        user = world.user(f"User{number}")
        sealed = seal(b"secret %d" % number, about=about_app_of(user.pk))
        found.append(CodeApp.objects.create(user=user, sealed=sealed))
    settings.KEYS = [NEW, OLD]
    return found


def opened(app: CodeApp) -> bytes:
    return unseal(CodeApp.objects.get(pk=app.pk).sealed, about=about_app_of(app.user_id))


def test_all_is_sealed_with_the_newest_key(apps: list[CodeApp], settings: Any) -> None:
    assert by_older_keys() == 5
    assert reseal_all() == Count(done=5)
    settings.KEYS = [NEW]
    assert [opened(app) for app in apps] == [b"secret %d" % n for n in range(5)]
    assert by_older_keys() == 0
    assert reseal_all() == Count(already=5)


def test_cut_off_it_goes_on(apps: list[CodeApp], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resealing, "AT_ONCE", 2)
    calls, real = [], resealing._reseal

    def fails_at_the_fourth(of: Sealed, row: Any) -> bool:
        calls.append(row)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(of, row)

    monkeypatch.setattr(resealing, "_reseal", fails_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        reseal_all()
    assert sum(is_by_the_first_key(app.sealed) for app in CodeApp.objects.all()) == 2
    assert reseal_all() == Count(done=3, already=2)


def test_what_no_key_opens_is_counted_and_left(apps: list[CodeApp]) -> None:
    CodeApp.objects.filter(pk=apps[0].pk).update(sealed="00000000.AAAA")
    CodeApp.objects.filter(pk=apps[1].pk).update(sealed=apps[2].sealed)
    assert reseal_all() == Count(done=3, unreadable=2)
    assert CodeApp.objects.get(pk=apps[0].pk).sealed == "00000000.AAAA"


def test_all_columns_called_sealed_are_declared() -> None:
    from django.apps import apps as rooms

    columns = {
        (model._meta.label, field.name)
        for model in rooms.get_models()
        for field in model._meta.concrete_fields
        if field.name.startswith("sealed")
    }
    assert columns and columns == {(of.model, of.field) for of in declared()}
    with pytest.raises(ValueError):
        declare(declared()[0])
