"""Delivering letters, apart from what caused them."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from tablica.shared.jobs.commands import enqueue_once
from tablica.shared.jobs.regular import every
from tablica.shared.mail import delivery, queries


@task(atomic=False, label=_("Deliver letters"))
def deliver_letters() -> None:
    """Hand what is due to the mail server; the rest of much gets a job of its own."""
    if delivery.deliver() and queries.due(timezone.now()).exists():
        deliver_letters.enqueue()


def ask_to_deliver() -> None:
    """See that what waits is delivered soon, after the commit of the caller."""
    enqueue_once("deliver letters", deliver_letters)


@every("*/5 * * * *")
@task(atomic=False, label=_("Look for letters that wait"))
def look_for_letters() -> None:
    """Deliver what waited for its next try."""
    delivery.deliver()


@every("35 2 * * *")
@task(atomic=False, label=_("Forget old letters"))
def forget_letters() -> None:
    """Forget what letters said a month ago."""
    delivery.forget(timezone.now())
