"""Making tables for tests, tidy and careless ones, and reading them without another process."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from typing import Literal

from tablica.transfer.tables import process
from tablica.transfer.tables.reading import Rows, Table, table_from

HEADINGS = {
    "en": ["Name", "Tax id", "City", "E-mail", "Phone", "Tags", "Notes"],
    "pl": ["Nazwa", "NIP", "Miasto", "E-mail", "Telefon", "Tagi", "Uwagi"],
    "ru": ["Название", "ИНН", "Город", "Почта", "Телефон", "Теги", "Описание"],
    "fa": ["نام", "شناسه ملی", "شهر", "ایمیل", "تلفن", "برچسب", "توضیحات"],
}
WORDS = {
    "en": ["Harbour", "Mill", "Bright", "Stone", "North", "Field", "Quick", "Grain"],
    "pl": ["Żuraw", "Łąka", "Młyn", "Świt", "Gęś", "Źródło", "Kość", "Ćma"],
    "ru": ["Ромашка", "Юность", "Щит", "Объект", "Ёлка", "Этаж", "Заря", "Чайка"],
    "fa": ["نفت", "آفتاب", "گلستان", "پارس", "چشمه", "ژاله", "کوه", "دریا"],
}
ENCODINGS = {
    "en": ["utf-8", "utf-8-sig", "utf-16"],
    "pl": ["utf-8", "utf-8-sig", "cp1250", "iso-8859-2", "utf-16"],
    "ru": ["utf-8", "cp1251", "koi8-r", "utf-16"],
    "fa": ["utf-8", "utf-8-sig", "utf-16"],
}
QUOTINGS: tuple[Literal[0, 1], ...] = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)
POLLUTION = [
    "short", "long", "blank", "empty cells", "bad email", "nul", "stray quote", "formula", "twice",
    "huge", "two lines", "bad byte", "override",
]  # fmt: skip


def read_here(path: Path, *, encoding: str | None = None) -> Table:
    """As `tables.read`, without the process in which foreign files are read."""
    out = io.StringIO()
    process.tell(path, encoding, out)
    return table_from(io.BytesIO(out.getvalue().encode()))


def cells_of(table: Table) -> list[list[str]]:
    assert isinstance(table.rows, Rows)
    return [row.cells for row in table.rows]


def company(rng: random.Random, language: str) -> list[str]:
    """One believable row."""
    words = WORDS[language]
    number = rng.randrange(10**6)
    name = f"{rng.choice(words)} {rng.choice(words)} {rng.randrange(40)}"
    return [
        name,
        f"{number:010d}" if rng.random() < 0.6 else "",
        rng.choice(words),
        f"office{rng.randrange(200)}@example.com" if rng.random() < 0.6 else "",
        f"+4822{rng.randrange(10**7):07d}" if rng.random() < 0.5 else "",
        rng.choice(["", "vip", "vip, new", "#hurt"]),
        rng.choice(["", "a; b, c", f'says "{rng.choice(words)}"', "=1+1"]),
    ]


def polluted(path: Path, seed: int) -> tuple[int, str]:
    """Write a careless table; returns how many rows a reader must account for, and its language."""
    rng = random.Random(seed)
    language = rng.choice(list(HEADINGS))
    delimiter = rng.choice(",;\t|")
    quoting = rng.choice(QUOTINGS)
    text = io.StringIO()
    ending = rng.choice(["\n", "\r\n"])
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=ending)
    writer.writerow(HEADINGS[language])
    count, last = 0, company(rng, language)
    for _ in range(rng.randrange(5, 30)):
        row = company(rng, language)
        fault = rng.choice(POLLUTION) if rng.random() < 0.4 else ""
        if fault == "blank":
            text.write(ending)
            continue
        if fault == "stray quote":
            text.write(delimiter.join([f'"{row[0]}', "", row[2]]).ljust(1) + ending)
            count += 1
            continue
        writer.writerow(spoil(row, fault, last))
        count, last = count + 1, row
    encoding = rng.choice(ENCODINGS[language])
    path.write_bytes(text.getvalue().encode(encoding, "replace"))
    return count, language


def spoil(row: list[str], fault: str, last: list[str]) -> list[str]:
    """`row` with one fault."""
    match fault:
        case "short":
            return row[:2]
        case "long":
            return [*row, "one", "more"]
        case "empty cells":
            return [""] * len(row)
        case "bad email":
            return [*row[:3], "not an address", *row[4:]]
        case "nul":
            return ["a\0b", *row[1:]]
        case "formula":
            return ['=HYPERLINK("http://x")', *row[1:]]
        case "twice":
            return last
        case "huge":
            return ["x" * 5_000, *row[1:]]
        case "two lines":
            return [*row[:6], "one\ntwo"]
        case "override":
            return ["abc\u202etxt", *row[1:]]
    return row
