"""The part of pytest that is ours: `--db`, `--long`, folders of the tests' own, and fixtures.

Loaded by `-p` in `pyproject.toml`, so that the environment is set before Django reads it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Protocol

import hypothesis
import pytest
from _pytest.reports import TestReport
from _pytest.terminal import TerminalReporter

from tablica.shared.testing import leftovers
from tablica.shared.testing.missing import MARK
from tablica.shared.testing.network import stay_inside
from tablica.shared.testing.postgres import Cluster, PostgresMissing, make_database
from tablica.shared.testing.server import Server

pytest_plugins = ["tablica.shared.testing.browser"]

BROWSER_FIXTURES = {"browser", "page"}
ONE_ENGINE = ("browser", "any_engine")
LONG_EXAMPLES = 2_000
MEMORY_DISK = Path("/dev/shm")  # noqa: S108
MEMORY_NEEDED = 2 * 2**30  # bytes


class MakeServer(Protocol):
    """What the fixture `make_server` gives."""

    def __call__(self, *, tables: bool = True) -> Server: ...


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which database engine, and whether the long tier as well."""
    group = parser.getgroup("tablica")
    group.addoption("--db", choices=["sqlite", "postgres"], default="sqlite")
    group.addoption("--long", action="store_true", help="also the tests marked “long”")
    group.addoption("--write-ledger", action="store_true", help="write down the counts of now")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Give this run a data folder and a database before Django reads its settings."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = Path(os.environ["TABLICA_DATA"])
        os.environ["TABLICA_DATA"] = str(base.parent / os.environ["PYTEST_XDIST_WORKER"])
    else:
        _prepare(early_config, early_config.known_args_namespace.db)
    os.environ.pop("TABLICA_URL", None)
    yield
    _loosen_settings()
    stay_inside()


def _prepare(config: pytest.Config, db: str) -> None:
    disk = _quick_disk()
    leftovers.remove(disk)
    folder = Path(tempfile.mkdtemp(prefix=leftovers.prefix(), dir=disk))
    folder.chmod(0o711)
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["TABLICA_DATA"] = str(folder / "main")
    os.environ.pop("DATABASE_URL", None)
    if db == "postgres":
        cluster = Cluster(folder / "postgres")
        try:
            cluster.start()
        except PostgresMissing as error:
            raise pytest.UsageError(str(error)) from None
        config.add_cleanup(cluster.stop)
        os.environ["DATABASE_URL"] = cluster.url("tablica")


def _quick_disk() -> Path:
    """Memory, where there is plenty of it: tests write much and keep nothing."""
    usual = Path(tempfile.gettempdir())
    try:
        roomy = shutil.disk_usage(MEMORY_DISK).free > MEMORY_NEEDED
    except OSError:
        return usual
    return MEMORY_DISK if roomy and os.access(MEMORY_DISK, os.W_OK) else usual


def _loosen_settings() -> None:
    """What makes people safe and tests slow: costly password hashes, hashed names of assets."""
    from django.conf import settings
    from django.db import connections

    if not settings.configured:
        return
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    settings.API_REQUESTS_A_MINUTE = 10**9
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    if "DATABASE_URL" not in os.environ:
        # A file and not memory: only so do several connections see what people would see.
        name = str(Path(os.environ["TABLICA_DATA"]) / "test.sqlite3")
        connections.settings["default"]["TEST"]["NAME"] = name


def pytest_configure(config: pytest.Config) -> None:
    """Say how any input is tried, and name the marks."""
    # A busy machine is no fault of the code: what must be quick has a measurement of its own.
    examples = LONG_EXAMPLES if config.option.long else 100
    hypothesis.settings.register_profile(
        "tablica", deadline=None, print_blob=True, max_examples=examples
    )
    hypothesis.settings.load_profile("tablica")
    config.addinivalue_line("markers", "long: takes minutes; runs with --long only.")
    config.addinivalue_line("markers", "browser: needs a browser; runs on SQLite only.")
    config.addinivalue_line("markers", "any_engine: says nothing about databases; on SQLite only.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long tier to `--long`, and to SQLite what one engine is enough for."""
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    on_postgres = config.option.db == "postgres"
    for item in items:
        if BROWSER_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
        too_long = item.get_closest_marker("long") and not config.option.long
        enough = any(item.get_closest_marker(name) for name in ONE_ENGINE) and on_postgres
        (left_out if too_long or enough else kept).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, object, object]:
    """Reports travel between processes as UTF-8, in which half a letter cannot be said."""
    return _sayable((yield))


def _sayable(value: object) -> object:
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {_sayable(key): _sayable(inner) for key, inner in value.items()}
        case list() | tuple():
            return type(value)(_sayable(inner) for inner in value)
        case _:
            return value


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say at the end what could not be tested here, and why."""
    sentences = {
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report, TestReport) and isinstance(report.longrepr, tuple)
    }
    for sentence in sorted(sentence for sentence in sentences if sentence.startswith(MARK)):
        terminalreporter.write_line(sentence, yellow=True)


@pytest.fixture(autouse=True)
def nobody_has_read_yet() -> None:
    """What this process met in one test is no concern of the next."""
    from tablica.shared.limits.different import forget_all

    forget_all()


@pytest.fixture(scope="session")
def make_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeServer]:
    """Makes servers, not started yet, each with data of its own; all end with the tests.

    With `tables=False` one has not even tables: a fresh installation.
    """
    made: list[Server] = []

    def make(*, tables: bool = True) -> Server:
        pattern = made[0] if made and tables else None
        name = f"server_{os.getpid()}_{len(made)}"
        data = tmp_path_factory.mktemp("data") / "data"
        url = os.environ.get("DATABASE_URL", "")
        if url:
            url = make_database(url, name, like=pattern.database_url if pattern else "")
        if pattern:
            shutil.copytree(pattern.data, data)
        made.append(Server(data, url))
        return made[-1]

    make(tables=False).command("migrate")
    yield make
    for server in made:
        server.stop()


@pytest.fixture(scope="session")
def server(make_server: MakeServer) -> Server:
    """The real server, empty, started once for all tests of this process."""
    return make_server().start()
