"""Blobs: whole or not there, only the owner's, and a flipped bit is noticed."""

import errno
import hashlib
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import pytest

from tablica.shared.blobs import Blob, BlobStore, BlobTooLarge

if TYPE_CHECKING:
    from _typeshed import TraceFunction

CONTENT = b"umowa" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "files")


def files_in(store: BlobStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def test_what_is_put_is_there(store: BlobStore) -> None:
    assert store.put([CONTENT[:7], b"", CONTENT[7:]], len(CONTENT)) == Blob(SHA256, len(CONTENT))
    with store.open(SHA256) as stored:
        assert stored.read() == CONTENT
    assert store.exists(SHA256)
    assert store.verify(SHA256)
    assert list(store) == [SHA256]


def test_the_same_bytes_are_kept_once(store: BlobStore) -> None:
    store.put([CONTENT], 10_000)
    store.put([CONTENT], 10_000)
    assert files_in(store) == [store.path(SHA256)]


def test_only_the_owner_reads(store: BlobStore) -> None:
    old = os.umask(0)
    try:
        store.put([CONTENT], 10_000)
    finally:
        os.umask(old)
    path = store.path(SHA256)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(f.stat().st_mode) for f in (store.root, path.parent)} == {0o700}


def test_too_large_leaves_nothing(store: BlobStore) -> None:
    with pytest.raises(BlobTooLarge) as refused:
        store.put([CONTENT], len(CONTENT) - 1)
    assert refused.value.max_bytes == len(CONTENT) - 1
    assert files_in(store) == []


def test_a_broken_upload_leaves_nothing(store: BlobStore) -> None:
    def breaking() -> Iterator[bytes]:
        yield CONTENT
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.put(breaking(), 10_000)
    assert files_in(store) == []


def test_a_full_disk_leaves_nothing(store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    store.put([b"first"], 10)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.put([CONTENT], 10_000)
    assert [path.read_bytes() for path in files_in(store)] == [b"first"]


def test_a_flipped_bit_is_noticed_and_healed(store: BlobStore) -> None:
    store.put([CONTENT], 10_000)
    damaged = bytearray(CONTENT)
    damaged[len(damaged) // 2] ^= 1
    store.path(SHA256).write_bytes(damaged)
    assert not store.verify(SHA256)
    store.put([CONTENT], 10_000)
    assert store.verify(SHA256)


def test_what_is_not_there(store: BlobStore) -> None:
    assert not store.exists(SHA256)
    assert not store.verify(SHA256)
    assert list(store) == []
    with pytest.raises(FileNotFoundError):
        store.open(SHA256)


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", SHA256.upper(), SHA256[:-1], f"{SHA256}\n"]
)
def test_a_name_that_is_no_sha256_reaches_no_file(store: BlobStore, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.open(name)


WRITER = """
import sys
from pathlib import Path
from tablica.shared.blobs import BlobStore
store = BlobStore(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    print(store.put((b"%d" % number * 50_000 for _ in range(8)), 10**9).sha256, flush=True)
"""


def test_killed_at_random_what_was_told_to_be_stored_is(store: BlobStore) -> None:
    told: set[str] = set()
    for _kill in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(store.root)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout
            told.add(writer.stdout.readline().strip())
            writer.send_signal(signal.SIGKILL)
            told.update(line.strip() for line in writer.stdout if line.endswith("\n"))
    assert told <= set(store)
    assert all(store.verify(sha256) for sha256 in store)


def was_killed(store: BlobStore, step: int) -> bool:
    """Put CONTENT in a process that is killed at its `step`th line; False if it got through."""
    if child := os.fork():
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    steps = 0

    def count(_frame: FrameType, event: str, _arg: object) -> "TraceFunction":
        nonlocal steps
        steps += event == "line"
        if steps == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return count

    sys.settrace(count)
    try:
        store.put([CONTENT[:9], CONTENT[9:]], 10_000)
    finally:
        os._exit(0)


def test_killed_at_any_line_the_blob_is_whole_or_not_there(store: BlobStore) -> None:
    step = 1
    kept = 0
    while was_killed(store, step):
        assert list(store) in ([], [SHA256])
        if store.exists(SHA256):
            kept += 1
            assert store.verify(SHA256)
            store.path(SHA256).unlink()
        step += 1
    assert kept
    assert step > kept + 20
    assert store.verify(SHA256), "undisturbed, it is stored"
    left = len(files_in(store)) - 1
    assert left > 0
    assert store.sweep() == 0, "what may still be written is left alone"
    assert store.sweep(older_than=-60) == left
    assert files_in(store) == [store.path(SHA256)]
