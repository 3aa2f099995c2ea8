"""What is lent, shown besides, or told ends in the moment in which somebody leaves."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from tablica.accounts.commands.factors import drop_proofs
from tablica.accounts.models import User
from tablica.letters.writing import speaking_to
from tablica.records.models import Absence
from tablica.records.withdrawing import Kept, lend_again, to_tell_of, withdraw_lent
from tablica.shared.mail.commands import is_set_up, post_letter
from tablica.shared.writing import isolated


def withdraw(user: User, *, by: User | None) -> Kept:
    """End what is lent to `user`, and what they came in with; tell who is without a deputy now."""
    kept = withdraw_lent(user, by=by)
    drop_proofs(user, by=by)
    if is_set_up():
        numbers = [said["pk"] for said in kept["places"]]
        for absence in Absence.objects.filter(pk__in=numbers).select_related("person", "deputy"):
            if absence.person.is_active:
                _write(absence)
    return kept


def give_back(user: User, kept: Kept, *, by: User | None) -> None:
    """Lend again what was withdrawn. Second factors and single sign-on are set up anew."""
    lend_again(user, kept, by=by)


def _write(absence: Absence) -> None:
    """A short letter to each of those who have to find another deputy, in their language."""
    smtp = settings.SMTP
    assert smtp is not None
    for reader in to_tell_of(absence):
        mine = reader.pk == absence.person_id
        place = "/settings/absence" if mine else f"/settings/people/{absence.person_id}/absence"
        with speaking_to(reader):
            names = {
                "deputy": isolated(absence.deputy.name),
                "person": isolated(absence.person.name),
            }
            subject = _("%(person)s has no deputy any more") % names
            sentence = _("%(deputy)s, who was to stand in for %(person)s, has left. Name another:")
            post_letter(
                to=reader.email,
                subject=subject,
                text=f"{sentence % names}\n\n{settings.TABLICA_URL}{place}\n",
                message_id=f"<no-deputy-{absence.pk}.{absence.version}.{reader.pk}"
                f"@{smtp.domain.lower()}>",
                kind="absence",
                about={"user": reader.pk},
            )
