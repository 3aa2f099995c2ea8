"""Where the clients are: working days, money, towns, telephones and tax numbers."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from tablica.demo.story import taxids

WEEKEND = frozenset({5, 6})
IRAN_WEEKEND = frozenset({3, 4})


class City(NamedTuple):
    """A town: its name, "in the town" as said in the region's language, and its postcode."""

    name: str
    within: str
    postcode: str


class Region(NamedTuple):
    """A country we sell to in one language. `rate` is how much of `currency` one euro buys.

    `phone` and `mobile` hold `#` for each random digit. Numbers are taken from the ranges a
    country keeps for drama where it has one, else from an exchange that nobody is known to use.
    """

    code: str
    country: str
    language: str
    zone: str
    days_off: frozenset[int]
    closed: frozenset[tuple[int, int]]
    currency: str
    rate: float
    phone: str
    mobile: str
    tax_id: Callable[[Random], str]
    cities: tuple[City, ...]
    streets: tuple[str, ...]
    house: str


def _cities(source: str) -> tuple[City, ...]:
    rows = [row.strip() for line in source.split("\n") for row in line.split(";") if row.strip()]
    return tuple(City(*[cell.strip() for cell in row.split(",")]) for row in rows)


def _streets(source: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in source.split(","))


_CHRISTMAS = frozenset({(12, 24), (12, 25), (12, 26), (12, 31), (1, 1)})
_PL_CLOSED = _CHRISTMAS | {(1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11)}
_RU_CLOSED = frozenset({(12, 31), (1, 1), (1, 2), (1, 7), (3, 8), (5, 1), (5, 9)})
_NOWRUZ = frozenset((3, day) for day in range(20, 32)) | {(4, 1), (4, 2), (2, 11)}

_PL = Region(
    "PL",
    "Polska",
    "pl",
    "Europe/Warsaw",
    WEEKEND,
    _PL_CLOSED,
    "PLN",
    4.3,
    "+48 61 555 ## ##",
    "+48 500 555 ###",
    taxids.nip,
    _cities("""
        Poznań, w Poznaniu, 61-8; Gdynia, w Gdyni, 81-3; Kraków, w Krakowie, 31-0
        Wrocław, we Wrocławiu, 50-1; Łódź, w Łodzi, 90-4; Lublin, w Lublinie, 20-0
        Szczecin, w Szczecinie, 70-5; Bydgoszcz, w Bydgoszczy, 85-0; Toruń, w Toruniu, 87-1
        Rzeszów, w Rzeszowie, 35-0; Katowice, w Katowicach, 40-0; Olsztyn, w Olsztynie, 10-5
        Zielona Góra, w Zielonej Górze, 65-0; Kielce, w Kielcach, 25-0; Gniezno, w Gnieźnie, 62-2
        Nowy Sącz, w Nowym Sączu, 33-3; Białystok, w Białymstoku, 15-0; Opole, w Opolu, 45-0
    """),
    _streets(
        "ul. Lipowa, ul. Dworcowa, ul. Piekary, ul. Ogrodowa, ul. Słoneczna, ul. Młyńska, "
        "ul. Krótka, ul. Polna, ul. Kwiatowa, ul. Długa, ul. Szkolna, ul. Fabryczna, al. Wolności"
    ),
    "{street} {house}",
)
_UA = Region(
    "UA",
    "Україна",
    "ru",
    "Europe/Kyiv",
    WEEKEND,
    _RU_CLOSED,
    "UAH",
    45.0,
    "+380 44 555 ## ##",
    "+380 50 555 ## ##",
    taxids.edrpou,
    _cities("""
        Киев, в Киеве, 010; Одесса, в Одессе, 650; Харьков, в Харькове, 610; Днепр, в Днепре, 490
        Запорожье, в Запорожье, 690; Винница, в Виннице, 210; Полтава, в Полтаве, 360
    """),
    _streets(
        "ул. Садовая, ул. Соборная, ул. Каштановая, ул. Портовая, ул. Вокзальная, ул. Озёрная"
    ),
    "{street}, {house}",
)
_KZ = Region(
    "KZ",
    "Қазақстан",
    "ru",
    "Asia/Almaty",
    WEEKEND,
    _RU_CLOSED | {(3, 21), (3, 22), (3, 23), (12, 16)},
    "KZT",
    560.0,
    "+7 727 555 ## ##",
    "+7 701 555 ## ##",
    taxids.bin_kz,
    _cities("""
        Алматы, в Алматы, 0500; Астана, в Астане, 0100; Караганда, в Караганде, 1000
        Шымкент, в Шымкенте, 1600; Актобе, в Актобе, 0300; Костанай, в Костанае, 1100
    """),
    _streets("ул. Абрикосовая, пр. Достык, ул. Степная, ул. Тимирязева, ул. Яблоневая"),
    "{street}, {house}",
)
_GE = Region(
    "GE",
    "საქართველო",
    "ru",
    "Asia/Tbilisi",
    WEEKEND,
    _RU_CLOSED | {(5, 26)},
    "EUR",
    1.0,
    "+995 32 255 ## ##",
    "+995 555 00 ## ##",
    taxids.ge_id,
    _cities("Тбилиси, в Тбилиси, 01; Батуми, в Батуми, 60; Кутаиси, в Кутаиси, 46"),
    _streets("ул. Виноградная, ул. Мостовая, пр. Свободы, ул. Морская"),
    "{street}, {house}",
)
_IR = Region(
    "IR",
    "ایران",
    "fa",
    "Asia/Tehran",
    IRAN_WEEKEND,
    _NOWRUZ,
    "IRR",
    1_200_000.0,
    "+98 21 5550 ####",
    "+98 912 555 ####",
    taxids.iran_id,
    _cities("""
        تهران, در تهران, 15; اصفهان, در اصفهان, 81; شیراز, در شیراز, 71; تبریز, در تبریز, 51
        مشهد, در مشهد, 91; رشت, در رشت, 41; یزد, در یزد, 89; کرج, در کرج, 31
    """),
    _streets("خیابان بهار, خیابان گلستان, خیابان سعدی, بلوار نیلوفر, خیابان چنار, کوچه سرو"),
    "{street}، پلاک {house}",
)
_AE_FA = Region(
    "AE",
    "الإمارات",
    "fa",
    "Asia/Dubai",
    WEEKEND,
    frozenset({(1, 1), (12, 2), (12, 3)}),
    "AED",
    4.2,
    "+971 4 555 ####",
    "+971 50 555 ####",
    taxids.trn_ae,
    _cities("دبی, در دبی, 00; شارجه, در شارجه, 00; ابوظبی, در ابوظبی, 00"),
    _streets("خیابان المینا, خیابان الوصل, خیابان الرقه"),
    "{street}، شماره {house}",
)
_TR = Region(
    "TR",
    "Türkiye",
    "fa",
    "Europe/Istanbul",
    WEEKEND,
    frozenset({(1, 1), (4, 23), (5, 1), (5, 19), (8, 30), (10, 29)}),
    "EUR",
    1.0,
    "+90 212 555 ## ##",
    "+90 530 555 ## ##",
    taxids.vkn,
    _cities("استانبول, در استانبول, 344; آنکارا, در آنکارا, 064; ازمیر, در ازمیر, 352"),
    _streets("خیابان باغداد, خیابان لاله, خیابان دریا"),
    "{street}، شماره {house}",
)
_GB = Region(
    "GB",
    "United Kingdom",
    "en",
    "Europe/London",
    WEEKEND,
    _CHRISTMAS | {(12, 27)},
    "GBP",
    0.86,
    "+44 20 7946 0###",
    "+44 7700 900###",
    taxids.vat_gb,
    _cities("""
        Leeds, in Leeds, LS1 ; Bristol, in Bristol, BS1 ; York, in York, YO1
        Norwich, in Norwich, NR2 ; Glasgow, in Glasgow, G2 ; Cardiff, in Cardiff, CF10
        Exeter, in Exeter, EX4 ; Sheffield, in Sheffield, S1 ; Brighton, in Brighton, BN1
        Nottingham, in Nottingham, NG1 ; London, in London, E2 ; Bath, in Bath, BA1
    """),
    _streets(
        "Mill Lane, Station Road, Church Street, Orchard Way, Harbour Street, Quarry Hill, "
        "Market Place, Canal Side, Rope Walk"
    ),
    "{house} {street}",
)
_AE_EN = _AE_FA._replace(
    country="United Arab Emirates",
    language="en",
    cities=_cities("Dubai, in Dubai, 00; Abu Dhabi, in Abu Dhabi, 00; Sharjah, in Sharjah, 00"),
    streets=_streets("Al Wasl Road, Al Mina Street, Creek Side"),
    house="{house} {street}",
)

# How many of forty clients each region has.
REGIONS: tuple[tuple[Region, int], ...] = (
    (_PL, 14),
    (_UA, 4),
    (_KZ, 4),
    (_GE, 3),
    (_IR, 5),
    (_AE_FA, 2),
    (_TR, 1),
    (_GB, 6),
    (_AE_EN, 1),
)


_DIGITS = "0123456789"


def dial(pattern: str, rng: Random) -> str:
    """A number of the pattern with random digits for `#`, written without spaces."""
    signs = pattern.replace(" ", "")
    return "".join([_DIGITS[int(rng.random() * 10)] if sign == "#" else sign for sign in signs])
