"""An import sets no field that its person may not set, and finds nothing out by trying."""

from __future__ import annotations

import pytest

from tablica.accounts.models import Role, User
from tablica.shared.errors import Refused
from tablica.transfer.tests.conftest import Importer
from tests.cast import again, make_record, make_role, make_user
from tests.checksum import nothing_changes


@pytest.fixture
def clerk(db: None) -> User:
    role = make_role("clerk", scopes={"view": "all", "edit": "all"})
    return make_user("Clara Clerk", role=role)


def allow(clerk: User, **fields: str) -> User:
    Role.objects.filter(pk=clerk.role_id).update(fields={"company": fields})
    return again(clerk)


@pytest.mark.parametrize("right", ["hidden", "read"])
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_column_of_a_sealed_field_is_refused(
    import_text: Importer, clerk: User, right: str, dry_run: bool
) -> None:
    by = allow(clerk, phone=right)
    with nothing_changes(), pytest.raises(Refused, match="Telefon"):
        import_text("Nazwa;Telefon\nBakery;600\n", by=by, kind="company", dry_run=dry_run)
    assert import_text("Nazwa;Miasto\nBakery;Łódź\n", by=by, kind="company").created == 1


def test_a_hidden_mark_recognises_nothing(import_text: Importer, clerk: User) -> None:
    make_record("company", "Old", email="old@example.org", owner=clerk)
    table = "Nazwa;Miasto\nold@example.org;Łódź\n"
    persons = "Name;Company\nJan;old@example.org\n"
    seen = import_text(persons, by=allow(clerk), kind="person", dry_run=True)
    assert (seen.created, seen.failed) == (1, 0)
    by = allow(clerk, email="hidden")
    assert import_text(persons, by=by, kind="person", dry_run=True).failed == 1
    assert import_text(table, by=by, kind="company", dry_run=True).created == 1
