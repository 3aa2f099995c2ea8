"""Every word on the screen is there in every language, and says the same as the English one."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation

from tablica.shared.testing.missing import not_tested
from tablica.shared.ui.templatetags.ui import day_name, said

pytestmark = pytest.mark.any_engine

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "tablica/locale"
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
MARKED = (".py", ".html", ".txt")
# A placeholder, a tag of HTML, or space at an end.
FIXED = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|</?\w+[^>]*>|^\s+|\s+$")


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def own(language: str) -> Catalog:
    return catalogue(LOCALE / language / "LC_MESSAGES/django.po")


def messages(of: Catalog) -> dict[tuple[str | None, str], Message]:
    """The messages by context and singular; the header, which has no text, is left out."""
    return {(m.context, forms(m.id)[0]): m for m in of if m.id}


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def lacking(wanted: Catalog, given: Catalog) -> Iterator[str]:
    """What `given` does not translate of `wanted`, or has too much, one sentence each."""
    here = messages(given)
    asked = messages(wanted)
    for key, message in asked.items():
        found = here.get(key)
        if found is None or len(forms(found.id)) != len(forms(message.id)):
            yield f"not there: {key}"
        elif found.fuzzy:
            yield f"only guessed: {key}"
        elif not all(forms(found.string)):
            yield f"not translated: {key}"
        elif isinstance(message.id, tuple) and len(found.string) != given.num_plurals:
            yield f"not {given.num_plurals} forms: {key}"
    yield from (f"not used: {key}" for key in here.keys() - asked.keys())
    yield from (f"obsolete: {key}" for key in given.obsolete)


def unlike(given: Catalog) -> Iterator[str]:
    """Translations whose placeholders, tags or spaces at the ends are not those of the English."""
    for key, message in messages(given).items():
        wanted = Counter(FIXED.findall(forms(message.id)[-1]))
        for text in forms(message.string):
            if text and Counter(FIXED.findall(text)) != wanted:
                yield f"{key}: {text}"


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the program marks for translation now, gathered in a copy of it."""
    if shutil.which("xgettext") is None or shutil.which("msguniq") is None:
        not_tested("that the words are complete", lacking="GNU gettext", install="gettext")
    copy = tmp_path_factory.mktemp("words") / "tablica"
    for path in (ROOT / "tablica").rglob("*"):
        if path.suffix in MARKED and "locale" not in path.parts:
            target = copy / path.relative_to(ROOT / "tablica")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    (copy / "locale").mkdir()
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "pl", "--no-location"]
    subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)
    return catalogue(copy / "locale/pl/LC_MESSAGES/django.po")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str, extracted: Catalog):
    assert len(messages(extracted)) > 500
    assert list(lacking(extracted, own(language))) == []


def test_no_message_hides_in_a_formatted_string():
    """Gathering does not look into f"…{_('word')}…": the word would never be translated."""
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "tablica").rglob("*.py"))
        for formatted in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(formatted, ast.JoinedStr)
        for call in ast.walk(formatted)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        if call.func.id in {"_", "gettext", "ngettext", "pgettext", "npgettext"}
    ]
    assert hidden == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_agree(language: str):
    assert list(unlike(own(language))) == []


HEAD = 'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
SOUND = HEAD + (
    'msgid "Save"\nmsgstr "Zapisz"\n\n'
    'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s d"\nmsgstr[1] "%(n)s d"\n'
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Zapisz", ""),
        ('msgid "Save"', '#, fuzzy\nmsgid "Save"'),
        ('msgid "Save"', 'msgctxt "a button"\nmsgid "Save"'),
        ('msgid "Save"\nmsgstr "Zapisz"', '#~ msgid "Save"\n#~ msgstr "Zapisz"'),
        ('msgstr[1] "%(n)s d"', 'msgstr[1] ""'),
        ('msgid_plural "%(n)s days"\nmsgstr[0] "%(n)s d"\nmsgstr[1]', "msgstr"),
    ],
)
def test_an_incomplete_catalogue_is_seen(old: str, new: str, tmp_path: Path):
    (tmp_path / "sound.po").write_text(SOUND, encoding="utf-8")
    (tmp_path / "faulty.po").write_text(SOUND.replace(old, new), encoding="utf-8")
    sound = catalogue(tmp_path / "sound.po")
    assert list(lacking(sound, sound)) == []
    assert list(lacking(sound, catalogue(tmp_path / "faulty.po")))


@pytest.mark.parametrize(
    "translated", ["Cześć, {name}", "Cześć, %(imię)s", "Cześć, <b>%(name)s</b>", "Cześć, %(name)s "]
)
def test_another_placeholder_is_seen(translated: str, tmp_path: Path):
    text = HEAD + f'msgid "Hello, %(name)s"\nmsgstr "{translated}"\n'
    (tmp_path / "one.po").write_text(text, encoding="utf-8")
    assert list(unlike(catalogue(tmp_path / "one.po")))


def compile_at(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "assets/catalogues.py", folder]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_broken_catalogue_stops_the_set_up(tmp_path: Path):
    place = tmp_path / "pl/LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.po").write_text(SOUND, encoding="utf-8")
    assert compile_at(tmp_path).returncode == 0
    assert [path.name for path in place.glob("*.mo")] == ["django.mo"]
    (place / "django.po").write_text(f"{SOUND}<<<<<<< ours\n", encoding="utf-8")
    done = compile_at(tmp_path)
    assert done.returncode != 0
    assert str(place / "django.po") in done.stderr


@pytest.mark.parametrize(
    ("language", "save", "days"),
    [
        ("pl", "Zapisz", {1: "1 dzień", 3: "3 dni", 5: "5 dni"}),
        ("ru", "Сохранить", {1: "1 день", 3: "3 дня", 5: "5 дней", 21: "21 день"}),
        ("fa", "ذخیره", {1: "1 روز", 3: "3 روز"}),
    ],
)
def test_the_program_speaks_it(language: str, save: str, days: dict[int, str]):
    with translation.override(language):
        assert translation.gettext("Save") == save
        for n, said in days.items():
            assert translation.ngettext("%(days)s day", "%(days)s days", n) % {"days": n} == said


@pytest.mark.parametrize(
    ("language", "short", "long"),
    [
        ("en", "3 May, 09:05", "Sunday 3 May"),
        ("pl", "3 maj, 09:05", "Niedziela 3 maja"),
        ("ru", "3 мая, 09:05", "Воскресенье 3 мая"),
        ("fa", "3 مه، 09:05", "یکشنبه ۳ مه"),
    ],
)
def test_months_stand_as_they_follow_a_number(language: str, short: str, long: str):
    at = datetime(2026, 5, 3, 9, 5, tzinfo=UTC)
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False), translation.override(language):
        assert said(at) == short
        assert day_name(at) == long
