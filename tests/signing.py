"""Browsers in which somebody is signed in for a whole long test."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from tablica.accounts.models import User
from tablica.accounts.views.keeping import SEEN

LONG = int(timedelta(hours=6).total_seconds())


def stay_signed_in(browser: Client, user: User) -> None:
    """Sign in, in such a way that no request of a slow test is the one that notes the use.

    Every five minutes such a note is written, and a session that nobody can list ends with it.
    """
    browser.force_login(user)
    session = browser.session
    session[SEEN] += LONG
    session.save()
