"""The house keeps its rules, and each rule can be broken: it is seen red on a planted fault."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import house

pytestmark = pytest.mark.any_engine

ROOT = Path(__file__).resolve().parent.parent

SOUND = {
    "assets/icons.txt": "trash\n",
    "pyproject.toml": (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
    "tablica/__init__.py": "",
    "tablica/wall/__init__.py": "",
    "tablica/wall/models.py": 'record = ForeignKey("records.Record")\n',
    "tablica/wall/views.py": '"""Says .save() and sales.Deal."""\nvalues.update(page=1)\n',
    "tablica/wall/queries.py": 'cursor.execute("SELECT %s", [1])\nvalues.get(**known)\n',
    "tablica/wall/rules.py": "def face() -> SafeString:\n    return format_html(text)\n",
    "tablica/wall/apps.py": 'Kind(icon="trash")\n',
    "tablica/wall/static_src/app.css": ".wall { margin-inline-start: 4px; inset-inline: 0; }\n",
    "tablica/wall/templates/wall/page.html": (
        '{% extends "base.html" %}{% include "wall/_entry.html" %}<p data-on="x">{{ x }}</p>'
        "<svg><use href=\"{% static 'build/icons.svg' %}#trash\"></use></svg>"
        "<script src=\"{% static 'build/app.js' %}\"></script>"
    ),
    "tablica/wall/templates/wall/_entry.html": '{% if a > b %}<i class="on style">=</i>{% endif %}',
    "tablica/web/__init__.py": "",
    "tablica/web/templates/base.html": "<html></html>",
    "tablica/web/templates/_menu.html": "<nav></nav>",
}

FAULTS: list[tuple[house.Rule, str, str]] = [
    (house.names_of_upper_rooms, "tablica/wall/models.py", 'deal = ForeignKey("sales.Deal")'),
    (house.names_of_upper_rooms, "tablica/people/queries.py", 'SPACE = "spaces.Space"'),
    (house.names_of_upper_rooms, "tablica/wall/rules.py", 'f("tablica.sales.models.Deal")'),
    (
        house.templates_of_upper_rooms,
        "tablica/wall/templates/wall/x.html",
        "{% include '_menu.html' %}",
    ),
    (
        house.templates_of_upper_rooms,
        "tablica/wall/templates/wall/x.html",
        '{% include "sales/_x.html" %}',
    ),
    (house.writes_in_views, "tablica/wall/views.py", "entry.save()"),
    (house.writes_in_views, "tablica/wall/views.py", "entry.delete()"),
    (house.writes_in_views, "tablica/wall/views/entry.py", "Entry.objects.filter(a=1).delete()"),
    (house.writes_in_views, "tablica/api/walls.py", "Entry.objects.all()"),
    (house.requests_as_filters, "tablica/wall/queries.py", "entries.filter(**request.GET.dict())"),
    (house.composed_sql, "tablica/wall/queries.py", 'cursor.execute(f"SELECT {name}")'),
    (house.composed_sql, "tablica/wall/queries.py", 'cursor.execute("SELECT %s" % name)'),
    (house.composed_sql, "tablica/wall/queries.py", 'Entry.objects.raw("SELECT {}".format(name))'),
    (house.composed_sql, "tablica/wall/queries.py", 'RawSQL("SELECT " + name, [])'),
    (house.composed_sql, "tablica/wall/queries.py", 'sql = f"SELECT {name}"\ncursor.execute(sql)'),
    (house.composed_sql, "tablica/wall/queries.py", "cursor.execute(text.format(name))"),
    (
        house.trust_elsewhere,
        "tablica/wall/rules.py",
        "from django.utils.safestring import mark_safe",
    ),
    (house.trust_elsewhere, "tablica/wall/rules.py", "safestring.mark_safe(text)"),
    (house.trust_elsewhere, "tablica/wall/rules.py", "SafeString(text)"),
    (house.trust_elsewhere, "tablica/wall/rules.py", "html.trusted(text)"),
    (house.trust_elsewhere, "tablica/wall/templates/wall/x.html", "{{ text | safe }}"),
    (house.trust_elsewhere, "tablica/wall/templates/wall/x.html", "{% autoescape off %}"),
    (house.active_inline_content, "tablica/wall/templates/wall/x.html", "<script>go()</script>"),
    (house.active_inline_content, "tablica/wall/templates/wall/x.html", "<STYLE>p {}</STYLE>"),
    (house.active_inline_content, "tablica/wall/templates/wall/x.html", '<p\n style="color: red">'),
    (house.active_inline_content, "tablica/wall/templates/wall/x.html", "<p onclick=go()>"),
    (house.active_inline_content, "tablica/wall/templates/wall/x.html", '<p hx-on:click="go()">'),
    (house.active_inline_content, "tablica/wall/templates/wall/x.html", '<a href="javascript:x">'),
    (house.unknown_icons, "tablica/wall/apps.py", 'Kind(icon="nothing")'),
    (house.unknown_icons, "tablica/wall/types.py", 'class Note:\n    icon = "nothing"'),
    (
        house.unknown_icons,
        "tablica/wall/templates/wall/x.html",
        "<use href=\"{% static 'build/icons.svg' %}#nothing\"></use>",
    ),
    (house.rooms_without_a_floor, "tablica/cellar/__init__.py", ""),
    (house.vague_names, "tablica/wall/utils.py", ""),
    (house.vague_names, "tablica/wall/static_src/js/helpers.js", ""),
    (house.doors_to_the_outside, "tablica/wall/queries.py", "import requests"),
    (house.doors_to_the_outside, "tablica/wall/queries.py", "from urllib import request"),
    (house.one_sided_styles, "tablica/wall/static_src/css/x.css", "p { margin-left: 1px }"),
    (house.one_sided_styles, "tablica/wall/static_src/css/x.css", "p {\n  text-align: right;\n}"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small house without a fault."""
    for path, text in SOUND.items():
        _plant(tmp_path, path, text)
    return tmp_path


def _plant(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + "\n", encoding="utf-8")


@pytest.mark.parametrize("rule", house.RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule: house.Rule):
    breaches = list(rule(ROOT))
    assert not breaches, "\n".join(breaches)


@pytest.mark.parametrize("rule", house.RULES, ids=lambda rule: rule.__name__)
def test_what_is_allowed_is_not_reported_by(rule: house.Rule, tree: Path):
    assert list(rule(tree)) == []


@pytest.mark.parametrize(("rule", "path", "text"), FAULTS)
def test_a_planted_fault_is_seen(rule: house.Rule, path: str, text: str, tree: Path):
    _plant(tree, path, text)
    found = list(rule(tree))
    assert len(found) >= 1
    assert all(path in breach or Path(path).parent.name in breach for breach in found)


def test_every_rule_has_been_seen_red():
    assert {rule for rule, _path, _text in FAULTS} == set(house.RULES)


def _gate(name: str, *arguments: str, at: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name(name)
    return subprocess.run(
        [str(program), *arguments], cwd=at, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tablica/wall/commands.py", "from django.http import HttpResponse\n"),
        (
            "tablica/wall/models.py",
            "from django.contrib.contenttypes.fields import GenericForeignKey\n",
        ),
        ("tablica/wall/views.py", "from .models import Entry\n"),
        ("tablica/wall/apps.py", "from django.db.models.signals import post_save\n"),
    ],
)
def test_a_banned_import_is_seen(path: str, text: str, tree: Path):
    _plant(tree, path, text)
    refused = _gate("ruff", "check", "--select", "TID", path, at=tree)
    assert refused.returncode == 1
    assert "TID25" in refused.stdout


def test_a_view_may_speak_http(tree: Path):
    _plant(tree, "tablica/wall/views.py", "from django.http import HttpResponse\n")
    assert _gate("ruff", "check", "--select", "TID", "tablica", at=tree).returncode == 0


@pytest.mark.parametrize(
    ("path", "text", "contract"),
    [
        ("tablica/wall/beside.py", "from tablica.sales import models\n", "Floors"),
        ("tablica/people/beside.py", "from tablica.spaces import models\n", "Floors"),
        ("tablica/wall/queries/beside.py", "from tablica.wall import views\n", "Inside a room"),
        ("tablica/wall/beside.py", "from tablica.shared.testing import server\n", "What tests"),
    ],
)
def test_an_import_upward_is_seen(path: str, text: str, contract: str, tmp_path: Path):
    shutil.copytree(
        ROOT / "tablica", tmp_path / "tablica", ignore=lambda _at, names: _not_code(names)
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    _plant(tmp_path, path, text)
    _plant(tmp_path, "tablica/wall/views.py", "")
    report = _gate("lint-imports", "--no-cache", at=tmp_path).stdout
    assert any(line.startswith(contract) and "BROKEN" in line for line in report.splitlines())


def _not_code(names: list[str]) -> set[str]:
    return {name for name in names if name in {"static", "static_src", "templates", "__pycache__"}}
