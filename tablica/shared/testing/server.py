"""The real server, started as people start it, for tests that speak HTTP or steer a browser."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

START_LIMIT = 90  # seconds


class Server:
    """`tablica serve` on a free port with a data folder (and a database) of its own."""

    def __init__(self, data: Path, database_url: str = "") -> None:
        self.data = data
        self.url = ""
        self.database_url = database_url
        self.environment = {**os.environ, "TABLICA_DATA": str(data), "DATABASE_URL": database_url}
        self._process: subprocess.Popen[str] | None = None

    def start(self, *arguments: str) -> Server:
        """Start it, with further `arguments` of `serve`, and return when it answers."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tablica", "serve", "--port", "0", "--json", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f"The server ended with {self._process.wait()} and no word.")
        self.url = json.loads(line)["url"]
        return self

    @property
    def pid(self) -> int:
        """The process that was started."""
        assert self._process is not None
        return self._process.pid

    def command(self, *arguments: str, typed: str = "") -> str:
        """Run another command of Tablica's on the same data; `typed` goes to its standard input.

        Returns what it prints, without the last line end. Fails unless it exits with 0.
        """
        done = subprocess.run(
            [sys.executable, "-m", "tablica", *arguments],
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"{' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout.rstrip("\n")

    def facts(self, *arguments: str, typed: str = "") -> Any:
        """As `command`, with `--json`: returns what was said as an object."""
        return json.loads(self.command(*arguments, "--json", typed=typed))

    def rows(self, statement: str) -> list[Any]:
        """What a statement finds in the database of this installation, whoever writes in it now."""
        if self.database_url:
            with psycopg.connect(self.database_url) as connection:
                return connection.execute(statement).fetchall()
        with closing(sqlite3.connect(self.data / "tablica.sqlite3")) as beside:
            return beside.execute(statement).fetchall()

    def stop(self, *, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal `number`, wait for the end and return the exit code."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(number)
        code = self._process.wait(15)
        if self._process.stdout:
            self._process.stdout.close()
        self._process = None
        return code
