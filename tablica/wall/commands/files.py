"""Taking files in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.shared.blobs import BlobStore, BlobTooLarge
from tablica.shared.filenames import content_type, safe_name
from tablica.wall.models import File

HEAD = 4096


def store() -> BlobStore:
    """Where the bytes of files are kept."""
    return BlobStore(settings.TABLICA_DATA / "files")


def add_file(name: str, chunks: Iterable[bytes], *, by: User) -> File:
    """Keep a file that is not attached yet; only `by` sees it until it hangs on an entry.

    Raises `ValidationError` when it is empty or larger than `settings.MAX_FILE_BYTES`.
    """
    head = bytearray()

    def watched() -> Iterator[bytes]:
        for chunk in chunks:
            if len(head) < HEAD:
                head.extend(chunk[: HEAD - len(head)])
            if chunk:
                yield chunk

    pieces = watched()
    first = next(pieces, b"")
    if not first:
        raise ValidationError({"file": _("The file is empty.")})
    megabytes = settings.MAX_FILE_BYTES // 2**20
    try:
        blob = store().put(chain([first], pieces), settings.MAX_FILE_BYTES)
    except BlobTooLarge as error:
        raise ValidationError(
            {"file": _("The file is larger than %(n)d MB.") % {"n": megabytes}}
        ) from error
    shown = safe_name(name)
    return File.objects.create(
        name=shown,
        type=content_type(shown, bytes(head)),
        size=blob.size,
        sha256=blob.sha256,
        uploaded_by=by,
        created_at=timezone.now(),
    )
