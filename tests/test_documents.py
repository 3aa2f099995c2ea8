"""The documents name what the program has, all of it, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tablica.accounts.builtin import ROLES
from tablica.accounts.models import Grant
from tablica.records.kinds import all_kinds
from tablica.sales.builtin import STAGES
from tablica.wall.types import all_types

pytestmark = pytest.mark.any_engine

ROOT = Path(__file__).resolve().parent.parent
AT_THE_DOOR = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "STYLE.md", "CHANGELOG.md")
TESTS_NAMED = re.compile(r"`((?:tablica|tests)/[\w/.]+)`")
LINKS = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def page(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def environment_variables() -> set[str]:
    """The names that the program reads from its environment."""
    read = re.compile(r"""(?:environ(?:\.get\(|\[)|_number\()["'](TABLICA_\w+|DATABASE_URL)["']""")
    files = (f for f in (ROOT / "tablica").rglob("*.py") if "testing" not in f.parts)
    return {name for file in files for name in read.findall(file.read_text(encoding="utf-8"))}


def test_every_setting_is_told():
    told = set(re.findall(r"^\| `(\w+)`", page("docs/reference/settings.md"), re.MULTILINE))
    assert environment_variables() == told


def test_every_type_of_entry_is_told():
    rows = re.findall(r"^\| (`\w+`[^|]*)\|", page("docs/reference/entry-types.md"), re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert {entry_type.name for entry_type in all_types()} == told


def test_every_role_verb_and_scope_is_told():
    text = page("docs/reference/roles.md")
    assert re.findall(r"`(\w+)` \|", text.split("|---")[0]) == list(ROLES)
    rows = set(re.findall(r"^\| (\w+) \|", text, re.MULTILINE))
    assert {*Grant.Verb.values, *Grant.Scope.values} <= rows


def test_every_kind_and_its_fields_are_told(db: None):
    text = page("docs/manual/lists-and-profiles.md")
    rows = dict(re.findall(r"^\| (\w+) \| ([^|]+) \|$", text, re.MULTILINE))
    for kind in all_kinds():
        labels = [str(shape.label).lower() for shape in kind.form_class().shapes()]
        missing = [label for label in labels if label.split()[-1] not in rows[kind.name]]
        assert not missing, (kind.name, missing)


def test_the_stages_are_told_as_they_begin():
    text = page("docs/manual/deals.md")
    for _slug, name, probability, days in STAGES:
        assert f"| {name} | {probability} % | {days} days |" in text


@pytest.mark.parametrize("path", AT_THE_DOOR)
def test_links_at_the_door_lead_somewhere(path: str):
    broken = [link for link in LINKS.findall(page(path)) if not (ROOT / link).exists()]
    assert not broken


def test_every_test_that_security_names_is_there():
    named = TESTS_NAMED.findall(page("SECURITY.md"))
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]


def test_the_pictures_are_small():
    for picture in (ROOT / "docs/pictures").iterdir():
        assert picture.stat().st_size <= 300_000, picture.name


@pytest.mark.parametrize(("first", "where"), [("docs/index.md", "*/"), ("docs/adr/index.md", "")])
def test_every_page_is_named_on_the_first_one(first: str, where: str):
    folder = (ROOT / first).parent
    pages = {str(p.relative_to(folder)) for p in folder.glob(f"{where}*.md")}
    named = set(LINKS.findall(page(first))) | {"index.md"}
    decisions = {path for path in pages if path.startswith("adr/") and path != "adr/index.md"}
    assert pages - decisions <= named
