"""Telling who is back what was done for them."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from tablica.letters.writing import speaking_to
from tablica.records.absences import to_be_told
from tablica.records.models import Absence
from tablica.shared.jobs.regular import every
from tablica.shared.mail.commands import is_set_up, post_letter
from tablica.shared.writing import isolated


@every("*/10 * * * *")
@task(atomic=False, label=gettext_lazy("Tell who is back what was done"))
def tell_who_is_back() -> None:
    """Write once to everybody whose absence is over: where to read what the deputy did."""
    if not is_set_up():
        return
    for absence in to_be_told(timezone.now()):
        with transaction.atomic():
            waiting = Absence.objects.filter(pk=absence.pk, told_at=None)
            if waiting.update(told_at=timezone.now()):
                _write(absence)


def _write(absence: Absence) -> None:
    """A short letter in the language of the one who is back; what was done is read on the page."""
    smtp = settings.SMTP
    assert smtp is not None
    with speaking_to(absence.person):
        name = {"name": isolated(absence.deputy.name)}
        subject = _("Welcome back: %(name)s stood in for you") % name
        sentence = _("What %(name)s wrote and changed in your place stands here:") % name
        post_letter(
            to=absence.person.email,
            subject=subject,
            text=f"{sentence}\n\n{settings.TABLICA_URL}/absences/{absence.pk}\n",
            message_id=f"<absence-{absence.pk}.{absence.version}@{smtp.domain.lower()}>",
            kind="absence",
            about={"user": absence.person_id},
        )
