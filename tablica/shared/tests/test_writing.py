"""Digits as the reader's language writes them, and numbers that still count."""

from __future__ import annotations

import pytest
from django.template import engines
from django.utils import translation

COUNTED = (
    "{% load i18n %}{% blocktranslate count n=n|digits %}{{ n }} deal{% plural %}{{ n }} deals"
    "{% endblocktranslate %}"
)


@pytest.mark.parametrize(
    ("template", "value", "persian"),
    [
        ("{{ n|digits }}", 1234567890, "۱۲۳۴۵۶۷۸۹۰"),
        ("{{ n|digits }}", "22 Nov, 14:05", "۲۲ Nov, ۱۴:۰۵"),
        ("{{ n|digits }}", "", ""),
        ("{{ n|digits }}", None, ""),
        ("{{ n|digits }}", True, "True"),
        ("{{ n|digits }}", "<b>1</b>", "&lt;b&gt;۱&lt;/b&gt;"),
    ],
)
def test_only_persian_changes_them(template: str, value: object, persian: str) -> None:
    drawn = engines["django"].from_string(template)
    for language in ("en", "pl", "ru"):
        with translation.override(language):
            plain = drawn.render({"n": value})
        assert not set(plain) & set("۰۱۲۳۴۵۶۷۸۹")
    with translation.override("fa"):
        assert drawn.render({"n": value}) == persian


def test_a_counted_thing_keeps_its_form() -> None:
    drawn = engines["django"].from_string(COUNTED)
    with translation.override("en"):
        assert [drawn.render({"n": n}) for n in (1, 2)] == ["1 deal", "2 deals"]
    with translation.override("fa"):
        assert "۲" in drawn.render({"n": 2})


@pytest.mark.parametrize(
    ("name", "english", "persian"),
    [
        ("Anna", "Anna", "\u2068Anna\u2069"),
        ("Ахметов", "Ахметов", "\u2068Ахметов\u2069"),
        ("آرش", "\u2068آرش\u2069", "آرش"),
        ("L-120", "L-120", "\u2068L-120\u2069"),
        ("35", "35", "35"),
        ("", "", ""),
    ],
)
def test_a_name_that_runs_the_other_way_is_bounded(name: str, english: str, persian: str) -> None:
    drawn = engines["django"].from_string("{{ name|isolate }}")
    for language, expected in (("en", english), ("ru", english), ("fa", persian)):
        with translation.override(language):
            assert drawn.render({"name": name}) == expected
