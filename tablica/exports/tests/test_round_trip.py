"""What is taken out and imported again is what it was."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone, translation

from tablica.accounts.models import User
from tablica.exports.commands import ask_for_file, store
from tablica.exports.models import ListFile
from tablica.exports.queries.rows import Taking
from tablica.records.audiences import audience
from tablica.records.kinds import all_kinds, kind_named
from tablica.records.models import Record
from tablica.records.tags import make_tags
from tablica.records.values import raw, read_value
from tablica.sales.models import Stage
from tablica.transfer.commands import importing
from tablica.transfer.commands.importing import Options, import_table
from tablica.transfer.mapping import make_map
from tablica.transfer.tests.tables import read_here
from tablica.wall.commands import lives
from tablica.web.queries.lists import Wanted
from tests.cast import again, make_record, make_team, make_user

WHY = "tests"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
LIVE = [
    "=1+1", "+48 12", "-5", "@SUM(A1)", "＝1+1", "＋1", "\"=1", "' =1", ";=1", "a;=1", "a,-b",
    "'=1", "''=1", "it's, '-x", "_x0041_ & <b>", "12", "0012", "TRUE", "2024-03-05", "1e5",
]  # fmt: skip


@pytest.fixture
def boss(db: None) -> User:
    return make_user("Barbara Boss", role="administrator")


def fetch(user: User, kind: str, format: str, folder: Path, **data: str) -> Path:
    """The file of a list, under its name."""
    user = again(user)
    of = kind_named(kind)
    file = ask_for_file(of, by=user, wanted=Wanted.of(user, of, data), format=format)
    path = folder / file.name
    with store().open(file.sha256) as content:
        path.write_bytes(content.read())
    return path


def state(kind: str) -> dict[str, dict[str, Any]]:
    """All of every record of a kind, by its name."""
    of = kind_named(kind)
    bodies = of.model.objects.unguarded(reason=WHY).filter(record__trashed_at=None)
    titles = {record.pk: record.title for record in Record.objects.unguarded(reason=WHY)}
    found = {}
    for body in bodies:
        values: dict[str, Any] = {n: raw(read_value(body, n)) for n in of.form_class().base_fields}
        for name in {"company", "companies", "people"} & values.keys():
            numbers = values[name] if isinstance(values[name], list) else [values[name]]
            values[name] = sorted(titles[number] for number in numbers if number)
        tags = sorted(tag.name for tag in body.record.tags.all())
        found[body.record.title] = values | {"tags": tags}
    return found


def furnish(boss: User) -> None:
    """A company's records with all that is awkward in a table."""
    anna, sales = make_user("Anna Nowak"), make_team("Sales")
    for number, text in enumerate(LIVE):
        make_record(
            "company",
            f"{text} {number}" if text != "12" else text,
            owner=anna if number % 3 == 1 else boss,
            team=sales,
            who=["everyone", "team", "me"][number % 3],
            relationship="partner",
            industry=text,
            city=f"{text}\u00a0x",
            phone="+48601234567",
            tax_id="5260001246" if number == 1 else "",
            email=f"a{number}@example.org",
            website="https://example.org",
            country="PL",
            about=f'{text}\n{text}; {text}, „żółć” "x"\n\n- item\n=1+1',
        )
    both = audience("named", people=[anna, boss], teams=[sales])
    named = make_record("company", 'Foo; "Bar", | Baz', owner=boss, who=both, relationship="lead")
    quoted = make_record("company", '"Quoted"', owner=boss, relationship="client")
    jan: Any = make_record(
        "person", "Kowalski, Jan", owner=boss, language="fa", birthday="1900-01-01"
    )
    ann: Any = make_record("person", "=Ann", owner=anna, language="pl", birthday="1981-02-13")
    jan.companies.add(named, quoted)
    ann.companies.add(quoted)
    deal: Any = make_record(
        "deal",
        "+Chairs",
        owner=boss,
        company=quoted,
        amount=Decimal("9999999999999.99"),
        currency="IRR",
        stage=Stage.objects.get(slug="offer"),
        expected_close="2031-05-11",
        outcome="open",
        about="-1",
    )
    deal.people.add(jan, ann)
    make_record("deal", "Small", owner=anna, amount=Decimal("0.10"), currency="EUR", outcome="open")
    make_record("space", "Talk", owner=boss, about="@all\n=1")
    lives.tag_record(named.pk, by=again(boss), tags=["vip", "żółty"])
    assert make_tags(["vip"], by=boss)


@pytest.mark.parametrize("format", ListFile.Format.values)
def test_everything_comes_back(
    format: str, boss: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "read", read_here)
    furnish(boss)
    before = {kind.name: state(kind.name) for kind in all_kinds()}
    files = {kind: fetch(boss, kind, format, tmp_path) for kind in before}
    Record.objects.unguarded(reason=WHY).update(trashed_at=timezone.now())
    assert all(state(kind) == {} for kind in before)
    for kind, path in files.items():
        report = import_table(path, by=again(boss), options=Options())
        assert (report.kind, report.created, report.failed) == (kind, len(before[kind]), 0)
        assert report.about["ignored_columns"] == ["Last touched"]
    for kind, records in before.items():
        assert state(kind) == records


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_is_known_again_in_every_language(language: str, boss: User) -> None:
    for kind in all_kinds():
        taking = Taking(boss, kind, Wanted())
        with translation.override(language):
            columns = make_map(taking.headings(), kind)
        assert columns.fields == [*taking.fields(), "tags", None], (kind.name, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_every_language_come_back(
    language: str, boss: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "read", read_here)
    furnish(boss)
    User.objects.filter(pk=boss.pk).update(language=language)
    before = {kind: state(kind) for kind in ("company", "deal")}
    for kind in ("company", "deal"):
        path = fetch(boss, kind, "csv", tmp_path)
        report = import_table(path, by=again(boss), options=Options(on_duplicate="update"))
        assert (report.failed, report.created) == (0, 0), report
    assert {kind: state(kind) for kind in before} == before
