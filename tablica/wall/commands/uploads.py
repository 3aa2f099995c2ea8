"""Taking files in piece by piece, so that a broken line costs a piece and not the file."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from tablica.accounts.models import User
from tablica.shared.errors import Hidden
from tablica.shared.filenames import safe_name
from tablica.wall.commands.files import adopt_file, check_room, check_size
from tablica.wall.models import Draft, File, Upload, waiting_room

KEPT = timedelta(days=1)
KEPT_WITH_DRAFT = timedelta(days=7)
SPARE = 64 * 2**20  # bytes of the disk that stay free for the rest of the house
PATIENCE, LOOK = 1.0, 0.05  # seconds to wait for another piece, and between looks
CHECKSUMS = ("sha1", "sha256")
LOCK = ".lock"
FULL = {errno.ENOSPC, errno.EDQUOT}


class WrongOffset(Exception):
    """What is sent does not go on where the last piece ended, at `offset`."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"The upload goes on at {offset}.")
        self.offset = offset


class Busy(Exception):
    """Another piece of the same upload is just being written."""


class TooLong(Exception):
    """More is sent than the file was said to have."""


class WrongChecksum(Exception):
    """The piece is not what was sent; nothing of it is kept."""


class DiskFull(Exception):
    """There is no room for it; nothing of the piece is kept."""


def begin_upload(name: str, size: int, *, by: User) -> Upload:
    """Prepare for a file of `size` bytes of `by`.

    Raises `ValidationError` when it is empty, too large or one too many; `DiskFull`.
    """
    check_size(size)
    room = waiting_room()
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(room).free < size + SPARE:
        raise DiskFull
    now = timezone.now()
    upload = Upload(owner=by, name=safe_name(name), size=size, created_at=now, touched_at=now)
    with transaction.atomic():
        check_room(by, size)
        upload.save()
        os.close(os.open(upload.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return upload


def own_upload(number: uuid.UUID, *, by: User, lock: bool = False) -> Upload:
    """An upload of `by`, locked if wanted; else `Hidden`."""
    found = Upload.objects.visible_to(by).filter(pk=number)
    upload = (found.select_for_update() if lock else found).first()
    if upload is None:
        raise Hidden
    return upload


def settled_upload(number: uuid.UUID, *, by: User) -> Upload:
    """As `own_upload`, after waiting a little for a piece that is just being kept."""
    found = own_upload(number, by=by)
    if found.file_id is not None:
        return found
    with suppress(Busy), _alone(number):
        pass
    return own_upload(number, by=by)


def add_piece(
    number: uuid.UUID,
    *,
    by: User,
    offset: int,
    length: int,
    pieces: Iterable[bytes],
    checksum: tuple[str, bytes] | None = None,
) -> Upload:
    """Write a piece of `length` bytes at `offset`; when it is the last, the file is there.

    When `pieces` raises, what came before is kept, and it is raised again. Raises `Hidden`,
    `WrongOffset`, `Busy`, `TooLong`, `WrongChecksum`, `DiskFull`, and `ValidationError` when the
    whole file may not be kept: then the last piece may be sent again.
    """
    own_upload(number, by=by)
    with _alone(number):
        upload = own_upload(number, by=by)
        if upload.file_id is not None or offset != upload.offset:
            raise WrongOffset(upload.offset)
        if length > upload.size - offset:
            raise TooLong
        try:
            with _opened(upload) as part:
                came = _write(part, offset, pieces, checksum)
        except _Broken as broken:
            _note(upload, offset + broken.came)
            raise broken.reason from None
        is_whole = offset + came == upload.size
        if is_whole:
            _finish(upload, by)
        else:
            _note(upload, offset + came)
    if is_whole:
        _remove(upload.path)
    return upload


class _Broken(Exception):
    """The line broke after `came` bytes, which are written and synced."""

    def __init__(self, came: int, reason: Exception) -> None:
        self.came, self.reason = came, reason


def _write(
    part: int, offset: int, pieces: Iterable[bytes], checksum: tuple[str, bytes] | None
) -> int:
    """Write at `offset` and sync; how many bytes."""
    digest = hashlib.new(checksum[0], usedforsecurity=False) if checksum else None
    came, reason = 0, None
    try:
        for piece in _until_broken(pieces):
            if isinstance(piece, Exception):
                reason = piece
                break
            if digest is not None:
                digest.update(piece)
            rest = memoryview(piece)
            while rest:
                rest = rest[os.pwrite(part, rest, offset + came + len(piece) - len(rest)) :]
            came += len(piece)
        if checksum and digest and (reason or digest.digest() != checksum[1]):
            os.ftruncate(part, offset)
            raise reason or WrongChecksum
        os.fsync(part)
    except OSError as error:
        if error.errno not in FULL:
            raise
        os.ftruncate(part, offset)
        raise DiskFull from error
    if reason is not None:
        raise _Broken(came, reason)
    return came


def _until_broken(pieces: Iterable[bytes]) -> Iterator[bytes | Exception]:
    """The pieces, and last what broke them off."""
    try:
        yield from pieces
    except OSError as error:
        yield error


@contextmanager
def _alone(number: uuid.UUID) -> Iterator[None]:
    """Nobody else writes to this upload meanwhile, in whatever process.

    Waits a little for a piece whose line has broken and which is just being kept. Raises `Busy`.
    """
    lock = os.open(waiting_room() / f"{number}{LOCK}", os.O_WRONLY | os.O_CREAT, 0o600)
    tries = int(PATIENCE / LOOK)
    try:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                tries -= 1
                if tries < 0:
                    raise Busy from None
                time.sleep(LOOK)
        yield
    finally:
        os.close(lock)


@contextmanager
def _opened(upload: Upload) -> Iterator[int]:
    """Its bytes so far, to be written to; without what came after the last sync."""
    part = os.open(upload.path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        seen = os.fstat(part)
        if seen.st_size < upload.offset:  # lost, with the disk or by hand: it begins anew
            _note(upload, 0)
            raise WrongOffset(0)
        if seen.st_nlink > 1:
            os.close(part)
            part = _apart(upload.path)
        os.ftruncate(part, upload.offset)
        yield part
    finally:
        os.close(part)


def _apart(path: Path) -> int:
    """Open a copy in its place: a process that was killed had put the bytes into the store."""
    copy = path.with_suffix(".copy")
    shutil.copyfile(path, copy)
    copy.chmod(0o600)
    copy.replace(path)
    return os.open(path, os.O_RDWR)


def _note(upload: Upload, offset: int) -> None:
    upload.offset, upload.touched_at = offset, timezone.now()
    upload.save(update_fields=["offset", "touched_at"])


def _finish(upload: Upload, by: User) -> None:
    """All bytes are there: they become a file like any other that hangs nowhere yet."""
    with adopt_file(upload.name, upload.path) as came, transaction.atomic():
        check_room(by, came.size, besides=upload)
        upload.file = came.add(by=by)
        # The draft may have been saved while the last piece came.
        upload.draft = own_upload(upload.pk, by=by, lock=True).draft
        upload.offset, upload.touched_at = upload.size, timezone.now()
        upload.save(update_fields=["file", "offset", "touched_at"])
        if upload.draft_id is not None:
            upload.file.draft_id = upload.draft_id
            upload.file.save(update_fields=["draft"])
        came.keep()


def drop_upload(number: uuid.UUID, *, by: User) -> None:
    """Give up an upload; also the file it became, unless that hangs on an entry. Raises `Busy`."""
    own_upload(number, by=by)
    with _alone(number):
        upload = own_upload(number, by=by)
        with transaction.atomic():
            upload.delete()
            files = File.objects.visible_to(by).filter(entry=None, uploaded_by=by)
            files.filter(pk__in=[upload.file_id] if upload.file_id else []).delete()
    _remove(waiting_room() / str(number))


def forget_uploads(now: datetime) -> int:
    """Remove uploads to which nothing came for a day before `now`, and bytes of none; how many.

    Those that an open draft waits for have a week.
    """
    all_of_them = Upload.objects.unguarded(reason="given up long ago")
    drafts = Draft.objects.unguarded(reason="uploads wait with them").open()
    old = all_of_them.filter(touched_at__lt=now - KEPT).exclude(
        draft__in=drafts, file=None, touched_at__gte=now - KEPT_WITH_DRAFT
    )
    forgotten = old.delete()[0]
    wanted = set(
        Upload.objects.unguarded(reason="whose bytes stay")
        .filter(file=None)
        .values_list("pk", flat=True)
    )
    for path in waiting_room().glob("*"):
        with suppress(FileNotFoundError, ValueError):
            is_old = path.stat().st_mtime < (now - KEPT).timestamp()
            if is_old and uuid.UUID(path.name.partition(".")[0]) not in wanted:
                path.unlink()
    return forgotten


def _remove(path: Path) -> None:
    for one in (path, path.with_name(f"{path.name}{LOCK}")):
        one.unlink(missing_ok=True)
