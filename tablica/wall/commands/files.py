"""Taking files in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.shared.blobs import BlobStore, BlobTooLarge, Received
from tablica.shared.filenames import content_type, safe_name
from tablica.wall.models import File, Upload

HEAD = 4096


def store() -> BlobStore:
    """Where the bytes of files are kept."""
    return BlobStore(settings.TABLICA_DATA / "files")


def add_file(name: str, chunks: Iterable[bytes], *, by: User) -> File:
    """Keep a file that is not attached yet; only `by` sees it until it hangs on an entry.

    Raises `ValidationError` when it is empty or larger than `settings.MAX_FILE_BYTES`, or when too
    many files of `by` wait to be attached; then none of its bytes stay.
    """
    with receive_file(name, chunks) as came, transaction.atomic():
        check_room(by, came.size)
        file = came.add(by=by)
        came.keep()
        return file


@contextmanager
def files_to_attach(uploads: Iterable[UploadedFile[bytes]], *, by: User) -> Iterator[list[int]]:
    """The numbers of files to hang on an entry that is written inside.

    All in one transaction; when it is refused nothing stays of them, nor any of their bytes.
    """
    with ExitStack() as coming:
        came = [coming.enter_context(receive_file(u.name or "", u.chunks())) for u in uploads]
        with transaction.atomic():
            yield [one.add(by=by).pk for one in came]
            for one in came:
                one.keep()


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file whose bytes have come; `size` in bytes."""

    name: str
    type: str
    received: Received

    @property
    def size(self) -> int:
        return self.received.blob.size

    def add(self, *, by: User) -> File:
        """Note it as a file of `by`. In the same transaction its bytes must be kept."""
        return File.objects.create(
            name=self.name,
            type=self.type,
            size=self.size,
            sha256=self.received.blob.sha256,
            uploaded_by=by,
            created_at=timezone.now(),
        )

    def keep(self) -> None:
        """Keep its bytes."""
        self.received.keep()


@contextmanager
def receive_file(name: str, chunks: Iterable[bytes]) -> Iterator[NewFile]:
    """Take in a file; what is not kept inside is gone. Raises `ValidationError`."""
    head = bytearray()

    def watched() -> Iterator[bytes]:
        for chunk in chunks:
            if len(head) < HEAD:
                head.extend(chunk[: HEAD - len(head)])
            if chunk:
                yield chunk

    pieces = watched()
    first = next(pieces, b"")
    check_size(len(first))
    try:
        received = store().receive(chain([first], pieces), settings.MAX_FILE_BYTES)
    except BlobTooLarge as error:
        check_size(settings.MAX_FILE_BYTES + 1)
        raise error
    shown = safe_name(name)
    with received:
        yield NewFile(shown, content_type(shown, bytes(head)), received)


@contextmanager
def adopt_file(name: str, path: Path) -> Iterator[NewFile]:
    """As `receive_file`, for bytes that lie whole and synced at `path` already."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    shown = safe_name(name)
    with store().adopt(path) as received:
        yield NewFile(shown, content_type(shown, head), received)


def check_size(size: int) -> None:
    """Refuse a file of nothing, and one that is larger than `settings.MAX_FILE_BYTES`."""
    if size < 1:
        raise ValidationError({"file": _("The file is empty.")})
    if size > settings.MAX_FILE_BYTES:
        megabytes = settings.MAX_FILE_BYTES // 2**20
        raise ValidationError({"file": _("The file is larger than %(n)d MB.") % {"n": megabytes}})


def check_room(by: User, size: int, *, besides: Upload | None = None) -> None:
    """Refuse one more file of `size` bytes when too much of theirs hangs on no entry yet.

    What is still on its way counts as if it were there, but for the upload `besides`.
    """
    # Locked, so that of two that come at once the second is counted with the first.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    waiting = (
        File.objects.unguarded(reason="counted, all their own")
        .filter(entry=None, uploaded_by=by)
        .aggregate(count=Count("pk"), size=Sum("size", default=0))
    )
    uploads = Upload.objects.unguarded(reason="counted, all their own").filter(owner=by, file=None)
    if besides is not None:
        uploads = uploads.exclude(pk=besides.pk)
    coming = uploads.aggregate(count=Count("pk"), size=Sum("size", default=0))
    count, there = (waiting[of] + coming[of] for of in ("count", "size"))
    most = max(settings.LOOSE_BYTES, settings.MAX_FILE_BYTES)
    if count >= settings.LOOSE_FILES or there + size > most:
        raise ValidationError(
            {
                "file": _(
                    "Too many of your files wait to be attached. Attach them, or wait: "
                    "a day after they came they are removed."
                )
            }
        )
