"""L5: a killed sender loses no letter, and doubles one only where its answer was lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.db import connection

from tablica.shared.mail.commands import post_letter
from tablica.shared.mail.models import Letter
from tablica.shared.mail.tests.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


def start(server: Sink, lease: float) -> subprocess.Popen[str]:
    name = str(connection.settings_dict["NAME"])
    assert "memory" not in name
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "tablica.shared.mail.tests.sender_process"),
            *(str(server.port), str(lease)),
        ],
        env={**os.environ, "WORKER_DATABASE": name},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "sending\n"
    return process


def storm(server: Sink, *, letters: int, kills: int) -> Counter[str]:
    """How often each letter came while its senders were killed."""
    for number in range(letters):
        post_letter(
            to=f"p{number}@example.org",
            subject=f"Letter {number}",
            text="Once",
            message_id=f"<{number}@example.org>",
        )
    for _ in range(kills):
        process = start(server, lease=0.3)
        time.sleep(random.uniform(0.05, 0.4))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
    last = start(server, lease=0.3)
    wait_until_sent()
    last.kill()
    last.wait()
    assert last.stdout is not None
    last.stdout.close()
    return Counter(str(mail["Message-ID"]) for mail in server.mails)


def wait_until_sent() -> None:
    """Until no letter waits any more."""
    end = time.monotonic() + 60
    while Letter.objects.filter(state="waiting").exists():
        assert time.monotonic() < end
        time.sleep(0.1)


def judge(came: Counter[str], letters: int, kills: int) -> None:
    assert len(came) == letters, "none is lost, none has a name that it had not"
    doubled = sum(count - 1 for count in came.values())
    assert doubled <= kills, came.most_common(3)
    print(f"{letters} letters, {kills} kills: 0 lost, {doubled} came twice under the same name")


def test_killed_senders_lose_nothing(mail_server: Sink) -> None:
    judge(storm(mail_server, letters=60, kills=4), 60, 4)


def test_the_answer_lost_is_the_only_reason_for_a_second(mail_server: Sink) -> None:
    """Killed before the server said that it has the mail: it comes again, by the same name."""
    post_letter(to="a@example.org", subject="x", text="Once", message_id="<1@example.org>")
    mail_server.wait = 3
    process = start(mail_server, lease=0.3)
    mail_server.wait_for(1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    mail_server.wait = 0
    last = start(mail_server, lease=0.3)
    mail_server.wait_for(2)
    wait_until_sent()
    for one in (process, last):
        one.kill()
        one.wait()
        assert one.stdout is not None
        one.stdout.close()
    assert [mail["Message-ID"] for mail in mail_server.mails] == ["<1@example.org>"] * 2
    assert Letter.objects.get().state == "sent"


@pytest.mark.long
def test_two_hundred_kills(mail_server: Sink) -> None:
    judge(storm(mail_server, letters=3000, kills=200), 3000, 200)
