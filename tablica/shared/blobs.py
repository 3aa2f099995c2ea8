"""Files by what is in them: kept under their SHA-256, once, never changed."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from django.conf import settings

_SHA256 = re.compile(r"[0-9a-f]{64}")
_UNFINISHED = ".unfinished-"
_CHUNK = 1 << 20


class BlobTooLarge(ValueError):
    """More bytes came than allowed; nothing was kept. `max_bytes` is the limit."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"More than {max_bytes} bytes.")
        self.max_bytes = max_bytes


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored file: its SHA-256 in hex and its size in bytes."""

    sha256: str
    size: int


class Received:
    """Bytes that have come whole and are synced, beside the store and not in it yet.

    Use it in `with`: what is not kept by its end is gone.
    """

    def __init__(self, unfinished: Path, blob: Blob, path: Path) -> None:
        self.blob = blob
        self._unfinished = unfinished
        self._path = path

    def keep(self) -> None:
        """Put them into the store, from where they outlive a power cut."""
        _make_folder(self._path.parent)
        # Also over a blob already there: the same bytes, and a damaged one is healed so.
        self._unfinished.replace(self._path)
        _sync_folder(self._path.parent)

    def __enter__(self) -> Received:
        return self

    def __exit__(self, *_error: object) -> None:
        self._unfinished.unlink(missing_ok=True)


class BlobStore:
    """A folder of blobs, `root/ab/abcdef…`, readable by its owner alone.

    A blob appears whole or not at all: it is written beside its place, synced, then renamed.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, chunks: Iterable[bytes], max_bytes: int) -> Blob:
        """Store the bytes of `chunks` and return what they are stored as.

        When this returns, they outlive a power cut. Raises `BlobTooLarge` past `max_bytes`, and
        OSError (disk full …) as it comes; both leave nothing behind.
        """
        with self.receive(chunks, max_bytes) as received:
            received.keep()
            return received.blob

    def receive(self, chunks: Iterable[bytes], max_bytes: int) -> Received:
        """Take in the bytes of `chunks`, to be kept or not. Raises as `put` does."""
        _make_folder(self.root)
        unfinished = self.root / f"{_UNFINISHED}{secrets.token_hex(16)}"
        try:
            blob = self._write(unfinished, chunks, max_bytes)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        return Received(unfinished, blob, self.path(blob.sha256))

    def adopt(self, path: Path) -> Received:
        """Take in a file of this machine that is synced already; what lies at `path` stays there.

        Nothing may be written to it afterwards. Raises OSError as it comes.
        """
        _make_folder(self.root)
        unfinished = self.root / f"{_UNFINISHED}{secrets.token_hex(16)}"
        try:
            unfinished.hardlink_to(path)
        except OSError:  # another file system: its bytes are copied
            with path.open("rb") as file:
                return self.receive(iter(lambda: file.read(_CHUNK), b""), path.stat().st_size)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        os.utime(path)
        return Received(unfinished, Blob(sha256, path.stat().st_size), self.path(sha256))

    def remove(self, sha256: str, *, older_than: float) -> bool:
        """Remove a blob, unless it was stored within the last `older_than` seconds; whether it is.

        It is moved aside first: so the same bytes, being stored at this very moment, stay.
        """
        path, aside = self.path(sha256), self.root / f"{_UNFINISHED}{secrets.token_hex(16)}"
        if not _is_old(path, older_than):
            return False
        try:
            path.rename(aside)
        except FileNotFoundError:
            return False
        if not _is_old(aside, older_than):
            aside.replace(path)
            return False
        aside.unlink()
        return True

    def open(self, sha256: str) -> BufferedReader:
        """Open a blob for reading. Raises FileNotFoundError."""
        return self.path(sha256).open("rb")

    def path(self, sha256: str) -> Path:
        """Where a blob is or would be. Raises ValueError for what is no SHA-256 in hex."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError("Not a SHA-256 in lower-case hex.")
        return self.root / sha256[:2] / sha256

    def exists(self, sha256: str) -> bool:
        """Whether a blob is there."""
        return self.path(sha256).is_file()

    def verify(self, sha256: str) -> bool:
        """Whether a blob is there and its bytes are still those it was stored with."""
        try:
            with self.open(sha256) as stored:
                return hashlib.file_digest(stored, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return False

    def __iter__(self) -> Iterator[str]:
        """The SHA-256 of every blob, in order."""
        for folder in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            for path in sorted(folder.iterdir()):
                if _SHA256.fullmatch(path.name):
                    yield path.name

    def sweep(self, *, older_than: float = 86_400) -> int:
        """Remove what a killed process left unfinished `older_than` seconds ago; say how many."""
        swept = 0
        for path in self.root.glob(f"{_UNFINISHED}*"):
            if path.stat().st_mtime < time.time() - older_than:
                path.unlink(missing_ok=True)
                swept += 1
        return swept

    def _write(self, path: Path, chunks: Iterable[bytes], max_bytes: int) -> Blob:
        digest, size = hashlib.sha256(), 0
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb", buffering=_CHUNK) as unfinished:
            for chunk in chunks:
                size += len(chunk)
                if size > max_bytes:
                    raise BlobTooLarge(max_bytes)
                digest.update(chunk)
                unfinished.write(chunk)
            unfinished.flush()
            os.fsync(unfinished.fileno())
        return Blob(digest.hexdigest(), size)


def _is_old(path: Path, seconds: float) -> bool:
    try:
        return path.stat().st_mtime < time.time() - seconds
    except FileNotFoundError:
        return False


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """Make the names in `folder` outlive a power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def default_store() -> BlobStore:
    """The installation's own store, `files/` in its data folder."""
    root: Path = settings.TABLICA_DATA / "files"
    return BlobStore(root)
