"""Say whether the lock files still fit what they are made from. Changes nothing, asks nobody."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
ADDRESSES = ("http://", "https://", "--index-url", "--extra-index-url", "--find-links")


def pinned(lock: str) -> dict[str, str]:
    """The version of each package in the lock file."""
    versions = {}
    for line in lock.splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            name, _, rest = line.partition("==")
            versions[canonicalize_name(name.split("[")[0])] = rest.split()[0].rstrip(";")
    return versions


def unfit(wanted: list[str], lock: str) -> Iterator[str]:
    """What is wanted and not locked at a version that fits, one sentence each."""
    versions = pinned(lock)
    for text in wanted:
        requirement = Requirement(text)
        version = versions.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            yield f"{text} is locked at {version}"


def addresses(lock: str) -> Iterator[str]:
    """Addresses in the lock file of Python packages: it must work with any registry."""
    return (
        f"an address: {line}" for line in lock.splitlines() if any(a in line for a in ADDRESSES)
    )


def problems(root: Path) -> Iterator[str]:
    """All that is wrong with the lock files in `root`, one sentence each."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    runtime, dev = project["project"]["dependencies"], project["dependency-groups"]["dev"]
    node = [line.split("#")[0].strip() for line in (root / "assets/requirements.in").open()]
    files = {
        "requirements.lock": runtime,
        "requirements-dev.lock": [*runtime, *dev],
        "requirements-node.lock": node,
    }
    for name, wanted in files.items():
        lock = (root / name).read_text()
        yield from (f"{name}: {problem}" for problem in (*unfit(wanted, lock), *addresses(lock)))
    packages = json.loads((root / "package.json").read_text())["dependencies"]
    locked = json.loads((root / "package-lock.json").read_text())["packages"]
    if locked[""]["dependencies"] != packages:
        yield "package-lock.json: package.json names other packages"
    for name, package in locked.items():
        if "resolved" in package:
            yield f"package-lock.json: {name} has an address"


if __name__ == "__main__":
    found = list(problems(ROOT))
    for problem in found:
        print(problem, file=sys.stderr)
    if found:
        sys.exit("Run bin/lock.")
