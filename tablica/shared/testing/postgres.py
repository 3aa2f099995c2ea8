"""A PostgreSQL of the tests' own, made of the binaries that the system has."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

OWNER = "tablica"
START_LIMIT = 30.0  # seconds
WHOLE = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
# It holds nothing that must outlive the tests, so it may forget everything in a power cut.
HASTE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_wal_size": "4GB",
    "listen_addresses": "",
}


class PostgresMissing(Exception):
    """This system has no PostgreSQL server, or none of those it has would start."""


def binaries() -> Path | None:
    """The folder with `initdb` and `postgres`, of the newest version here, or None."""
    versions = sorted(
        (folder for folder in Path("/usr/lib/postgresql").glob("*") if folder.name.isdigit()),
        key=lambda folder: int(folder.name),
        reverse=True,
    )
    for folder in versions:
        if (folder / "bin/initdb").exists():
            return folder / "bin"
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


class Cluster:
    """A PostgreSQL server on a socket in `folder`, which must be new; it listens on no port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the data folder and start the server. Raises `PostgresMissing`."""
        found = binaries()
        if found is None:
            raise PostgresMissing("PostgreSQL is missing. Install the package postgresql.")
        self.folder.mkdir(mode=0o700)
        user = self._server_user()
        data, log = self.folder / "data", self.folder / "log"
        made = subprocess.run(
            [str(found / "initdb"), *WHOLE, "-D", str(data), "-U", OWNER],
            user=user,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise PostgresMissing(f"PostgreSQL would not be set up: {made.stderr.strip()}")
        options = [word for name, value in HASTE.items() for word in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [found / "postgres", "-D", data, "-k", self.folder, *options],
                user=user,
                cwd="/",
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._wait(log)

    def _server_user(self) -> str | None:
        """PostgreSQL refuses to run as root: then the user of the system's own server runs it."""
        if os.geteuid() != 0:
            return None
        shutil.chown(self.folder, "postgres")
        return "postgres"

    def _wait(self, log: Path) -> None:
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline and self._process and self._process.poll() is None:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        self.stop()
        raise PostgresMissing(f"PostgreSQL would not start: {log.read_text()[-500:]}")

    def url(self, database: str) -> str:
        """The `DATABASE_URL` of `database` on this server."""
        return f"postgresql://{OWNER}@/{database}?host={quote(str(self.folder), safe='')}"

    def stop(self) -> None:
        """End the server at once, cutting the connections that are open."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait()


def make_database(server_url: str, name: str, *, like: str = "") -> str:
    """Make the database `name` on the server that `server_url` leads to. Returns its own URL.

    It is empty, or a copy of the one whose URL is `like`.
    """
    address, _, query = server_url.partition("?")
    base = address.rpartition("/")[0]
    with psycopg.connect(f"{base}/postgres?{query}", autocommit=True) as connection:
        pattern = like.partition("?")[0].rpartition("/")[2] or "template1"
        statement = psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            psycopg.sql.Identifier(name), psycopg.sql.Identifier(pattern)
        )
        connection.execute(statement)
    return f"{base}/{name}?{query}"
