"""Secrets that have to be read again open with the right key, and for what they are about."""

from __future__ import annotations

import stat

import pytest

from tablica.shared.sealing import Unreadable, is_by_the_first_key, name_of, seal, unseal
from tablica.shared.secret_file import secret_from

pytestmark = pytest.mark.any_engine


def test_it_opens_for_what_it_is_about() -> None:
    sealed = seal(b"a secret", about="user 7")
    assert unseal(sealed, about="user 7") == b"a secret"
    assert b"secret" not in sealed.encode()
    assert seal(b"a secret", about="user 7") != sealed


@pytest.mark.parametrize("broken", ["", "x", "x.y", "0123abcd.AAAA", "{name}.AAAA", "{name}.é"])
def test_what_is_none_does_not_open(broken: str, settings) -> None:
    with pytest.raises(Unreadable):
        unseal(broken.format(name=name_of(settings.KEYS[0])), about="user 7")


def test_nor_what_is_about_another_or_was_changed() -> None:
    sealed = seal(b"a secret", about="user 7")
    with pytest.raises(Unreadable):
        unseal(sealed, about="user 8")
    changed = sealed[:-5] + ("A" if sealed[-5] != "A" else "B") + sealed[-4:]
    with pytest.raises(Unreadable):
        unseal(changed, about="user 7")


def test_a_new_key_in_front_seals_and_the_old_one_still_opens(settings) -> None:
    settings.KEYS = ["k" * 40]
    sealed = seal(b"a secret", about="x")
    settings.KEYS = ["n" * 40, "k" * 40]
    assert unseal(sealed, about="x") == b"a secret"
    assert not is_by_the_first_key(sealed)
    assert is_by_the_first_key(seal(b"a secret", about="x"))
    settings.KEYS = ["n" * 40]
    with pytest.raises(Unreadable):
        unseal(sealed, about="x")


def test_the_file_is_its_owners_alone(tmp_path) -> None:
    secret_from(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o600
