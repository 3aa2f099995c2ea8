"""Answers that come by mail: kept as they came, then read, then written as comments."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone, translation
from django.utils.translation import ngettext

from tablica.accounts.models import User
from tablica.letters.models import Answer, Key
from tablica.shared.blobs import BlobStore
from tablica.shared.digests import digest_of
from tablica.shared.errors import Hidden
from tablica.shared.mail.reading import asking
from tablica.shared.mail.reading.shape import Mail, Unreadable
from tablica.wall.commands.comments import write_comment

State = Answer.State
ENDED_KEPT = timedelta(days=7)
ASIDE_KEPT = timedelta(days=90)
BYTES_KEPT = timedelta(days=1)
AT_ONCE = 200
MOST_WHOLE = 40
"""Mails of the largest size that are kept of one person, or as many bytes in smaller ones."""
SPARE = 64 * 2**20  # bytes of the disk that stay free for the rest of the house


class NoRoom(OSError):
    """So much of one person is kept, or the disk so full, that nothing more is taken in now."""


def store() -> BlobStore:
    """Where the bytes of answers are kept: apart from files, which are swept by other rules."""
    return BlobStore(settings.TABLICA_DATA / "answers")


def keep_answer(key: Key, raw: bytes, *, envelope_from: str) -> Answer:
    """Keep a mail as it came, before anything of it is read. The same bytes again are one answer.

    When this returns they outlive a power cut. Raises `NoRoom`, and OSError when the disk is full.
    """
    from tablica.letters.jobs import read_answer as job

    assert key.entry_id is not None
    _check_room(key, len(raw))
    blob = store().put([raw], max_bytes=max(settings.RECEIVE_BYTES, len(raw)))
    with transaction.atomic():
        answer, new = Answer.objects.get_or_create(
            user_id=key.user_id,
            entry_id=key.entry_id,
            sha256=blob.sha256,
            defaults={
                "size": blob.size,
                "envelope_from": envelope_from[:320],
                "came_at": timezone.now(),
            },
        )
        if new:
            job.enqueue(answer.pk)
    return answer


def _check_room(key: Key, size: int) -> None:
    """Whoever has an address, or came by somebody's, cannot fill the disk through it."""
    if shutil.disk_usage(settings.TABLICA_DATA).free < size + SPARE:
        raise NoRoom("The disk is nearly full.")
    kept = Answer.objects.filter(user=key.user_id).aggregate(size=Sum("size", default=0))
    if kept["size"] + size > MOST_WHOLE * settings.RECEIVE_BYTES:
        raise NoRoom(f"Too much that came for user {key.user_id} is kept.")


def read_answer(answer_id: int) -> Answer:
    """Make a comment of an answer, or keep it aside with the reason. Done twice, it is one."""
    answer = Answer.objects.get(pk=answer_id)
    if answer.state != State.CAME:
        return answer
    if not answer.envelope_from:
        return _end(answer, State.PASSED, "null_sender")
    try:
        mail = asking.read(store().path(answer.sha256))
    except Unreadable as error:
        return _end(answer, State.ASIDE, error.code)
    except FileNotFoundError:
        return _end(answer, State.ASIDE, "lost")
    return _judge(answer, mail)


@transaction.atomic
def _judge(seen: Answer, mail: Mail) -> Answer:
    """Write the comment, in the name of the person and under their rights of this moment."""
    answer = Answer.objects.select_for_update().get(pk=seen.pk)
    if answer.state != State.CAME:
        return answer
    person = (
        User.objects.select_related("role").select_for_update(of=("self",)).get(pk=answer.user_id)
    )
    answer.message_id = mail.message_id
    answer.text_digest = digest_of(mail.text.encode("utf-8", "replace").decode())
    end = partial(_end, answer)
    if mail.automatic:
        return end(State.PASSED, "automatic", mail.automatic)
    if not person.is_active:
        return end(State.ASIDE, "left")
    if mail.failed:
        return end(State.ASIDE, "failed_check", mail.failed)
    if mail.sender != [person.email.lower()]:
        return end(State.ASIDE, "other_sender")
    twin = _twin_of(answer)
    if twin is not None:
        same = twin.text_digest == answer.text_digest
        return end(State.PASSED, "twice") if same else end(State.ASIDE, "same_name")
    if not mail.text:
        return end(State.ASIDE, "only_files" if mail.files else "nothing_new")
    try:
        answer.comment = write_comment(answer.entry_id, by=person, text=_body(mail, person))
    except Hidden:
        return end(State.ASIDE, "no_right")
    except ValidationError as error:
        return end(State.ASIDE, "refused", " ".join(error.messages))
    return end(State.DONE, "")


def _twin_of(answer: Answer) -> Answer | None:
    if not answer.message_id:
        return None
    return Answer.objects.filter(
        user=answer.user_id,
        entry=answer.entry_id,
        message_id=answer.message_id,
        state=State.DONE,
    ).first()


def _body(mail: Mail, person: User) -> str:
    """What the comment says: the person's words, and which files came along and are not here."""
    if not mail.files:
        return mail.text
    names = ", ".join(f"`{name.replace('`', chr(39))}`" for name in mail.files)
    with translation.override(person.language):
        sentence = ngettext(
            "Attached to the mail and not kept here: %(names)s",
            "Attached to the mail and not kept here: %(names)s",
            len(mail.files),
        )
    return f"{mail.text}\n\n{sentence % {'names': names}}"


def _end(answer: Answer, state: str, problem: str, detail: str = "") -> Answer:
    answer.state, answer.problem, answer.detail = state, problem, detail[:400]
    answer.save(
        update_fields=["state", "problem", "detail", "comment", "message_id", "text_digest"]
    )
    return answer


@transaction.atomic
def read_again(answer_id: int) -> bool:
    """Put an answer that was kept aside back among those to be read; False when it is none."""
    from tablica.letters.jobs import read_answer as job

    aside = Answer.objects.filter(pk=answer_id, state=State.ASIDE)
    found = aside.update(state=State.CAME, problem="", detail="")
    if found:
        job.enqueue(answer_id)
    return bool(found)


def forget(now: datetime) -> int:
    """Forget answers a week after they became comments, those aside after 90 days; how many.

    Their bytes go when nothing names them any more.
    """
    ended = Answer.objects.filter(
        state__in=(State.DONE, State.PASSED), came_at__lt=now - ENDED_KEPT
    )
    aside = Answer.objects.filter(state=State.ASIDE, came_at__lt=now - ASIDE_KEPT)
    count = 0
    for old in (ended.exclude(sha256=""), aside):
        while numbers := list(old.values_list("pk", flat=True)[:AT_ONCE]):
            count += Answer.objects.filter(pk__in=numbers).delete()[0]
    kept = store()
    kept.sweep()
    for sha256 in kept:
        if not Answer.objects.filter(sha256=sha256).exists():
            kept.remove(sha256, older_than=BYTES_KEPT.total_seconds())
    return count
