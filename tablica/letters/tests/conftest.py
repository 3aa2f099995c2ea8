from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tablica.shared.jobs.models import Job
from tablica.shared.mail.tests.sink import Sink, sink
from tests.cast import Three

URL = "https://crm.example.org"


@pytest.fixture
def mail_server(settings: Any) -> Iterator[Sink]:
    """A mail server, and Tablica set up to send by it and to take answers in."""
    with sink() as kept:
        settings.SMTP = kept.smtp(name="Zielony Regał")
        settings.TABLICA_URL = URL
        settings.REPLY_DOMAIN = "reply.example.org"
        yield kept


@pytest.fixture
def nothing_waits(three: Three) -> None:
    Job.objects.all().delete()
