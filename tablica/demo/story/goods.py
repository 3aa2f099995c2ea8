"""What the demo company makes and services, and what each trade buys of it."""

from __future__ import annotations

from typing import NamedTuple


class Product(NamedTuple):
    """`kind` decides what breaks: cold, mech or soft. `price` is euros apiece.

    `names` holds for each language the form after "the" (accusative, plural), after "of"
    (genitive, plural; in Persian and English the form that follows a number).
    """

    code: str
    kind: str
    price: int
    batch: tuple[int, int]
    names: dict[str, tuple[str, str]]


def _product(
    code: str, kind: str, price: int, batch: tuple[int, int], *names: tuple[str, str]
) -> Product:
    said = {
        language: (f"{one} {code}", f"{two} {code}")
        for language, (one, two) in zip(("pl", "ru", "fa", "en"), names, strict=True)
    }
    said["en"] = (f"{code} {names[3][0]}", f"{code} {names[3][1]}")
    return Product(code, kind, price, batch, said)


PRODUCTS = {
    product.code: product
    for product in (
        _product(
            "L-120",
            "mech",
            210,
            (18, 90),
            ("regały", "regałów"),
            ("стеллажи", "стеллажей"),
            ("قفسه‌های", "قفسه"),
            ("shelving bays", "shelving bays"),
        ),
        _product(
            "Z-200",
            "cold",
            3400,
            (2, 8),
            ("lady chłodnicze", "lad chłodniczych"),
            ("холодильные витрины", "холодильных витрин"),
            ("یخچال‌های ویترینی", "یخچال ویترینی"),
            ("chilled counters", "chilled counters"),
        ),
        _product(
            "K-30",
            "mech",
            1450,
            (2, 9),
            ("boksy kasowe", "boksów kasowych"),
            ("кассовые боксы", "кассовых боксов"),
            ("میزهای صندوق", "میز صندوق"),
            ("checkout units", "checkout units"),
        ),
        _product(
            "A-7",
            "mech",
            480,
            (10, 60),
            ("biurka", "biurek"),
            ("столы с подъёмом", "столов с подъёмом"),
            ("میزهای ارتفاع‌متغیر", "میز ارتفاع‌متغیر"),
            ("sit-stand desks", "sit-stand desks"),
        ),
        _product(
            "B-1",
            "soft",
            5200,
            (1, 6),
            ("budki akustyczne", "budek akustycznych"),
            ("акустические кабины", "акустических кабин"),
            ("اتاقک‌های آکوستیک", "اتاقک آکوستیک"),
            ("phone booths", "phone booths"),
        ),
        _product(
            "P-90",
            "cold",
            2300,
            (2, 10),
            ("witryny piekarnicze", "witryn piekarniczych"),
            ("хлебные витрины", "хлебных витрин"),
            ("ویترین‌های نان", "ویترین نان"),
            ("bakery displays", "bakery displays"),
        ),
        _product(
            "M-40",
            "cold",
            2900,
            (1, 7),
            ("szafy mroźnicze", "szaf mroźniczych"),
            ("морозильные шкафы", "морозильных шкафов"),
            ("فریزرهای ایستاده", "فریزر ایستاده"),
            ("upright freezers", "upright freezers"),
        ),
        _product(
            "F-12",
            "soft",
            260,
            (12, 80),
            ("fotele", "foteli"),
            ("кресла", "кресел"),
            ("صندلی‌های", "صندلی"),
            ("task chairs", "task chairs"),
        ),
        _product(
            "S-240",
            "soft",
            1250,
            (2, 12),
            ("stoły konferencyjne", "stołów konferencyjnych"),
            ("переговорные столы", "переговорных столов"),
            ("میزهای کنفرانس", "میز کنفرانس"),
            ("meeting tables", "meeting tables"),
        ),
        _product(
            "R-5",
            "soft",
            2700,
            (1, 4),
            ("lady recepcyjne", "lad recepcyjnych"),
            ("стойки ресепшн", "стоек ресепшн"),
            ("کانترهای پذیرش", "کانتر پذیرش"),
            ("reception desks", "reception desks"),
        ),
        _product(
            "W-8",
            "mech",
            330,
            (8, 50),
            ("szafki pracownicze", "szafek pracowniczych"),
            ("шкафчики для персонала", "шкафчиков для персонала"),
            ("کمدهای کارکنان", "کمد کارکنان"),
            ("staff lockers", "staff lockers"),
        ),
        _product(
            "V-3",
            "mech",
            1100,
            (2, 10),
            ("wyspy warzywne", "wysp warzywnych"),
            ("овощные острова", "овощных островов"),
            ("استندهای میوه", "استند میوه"),
            ("produce islands", "produce islands"),
        ),
    )
}

# What a trade buys, most wanted first.
BASKETS: dict[str, tuple[str, ...]] = {
    "bakery": ("P-90", "Z-200", "K-30", "L-120"),
    "market": ("L-120", "Z-200", "K-30", "M-40", "V-3", "W-8"),
    "pharmacy": ("L-120", "R-5", "Z-200", "W-8"),
    "office": ("A-7", "F-12", "B-1", "S-240", "R-5"),
    "hotel": ("R-5", "F-12", "S-240", "P-90"),
    "clinic": ("R-5", "W-8", "F-12", "Z-200"),
    "cafe": ("P-90", "Z-200", "M-40"),
    "books": ("L-120", "K-30", "F-12"),
    "tools": ("L-120", "K-30", "W-8"),
}

COLOURS = {
    "pl": ("dąb naturalny", "grafit RAL 7016", "biel RAL 9003", "zieleń RAL 6005", "orzech"),
    "ru": ("дуб натуральный", "графит RAL 7016", "белый RAL 9003", "зелёный RAL 6005", "орех"),
    "fa": ("بلوط روشن", "خاکستری RAL 7016", "سفید RAL 9003", "سبز RAL 6005", "گردویی"),
    "en": ("natural oak", "graphite RAL 7016", "white RAL 9003", "moss green RAL 6005", "walnut"),
}

RIVALS = {
    "pl": ("Stelmax", "Meblorama", "Chłodtech", "Regalit"),
    "ru": ("Торгмонтаж", "Витринакс", "Полюс-Холод", "СтеллажПро"),
    "fa": ("پارس‌قفسه", "سردآریا", "کیمیادکور", "نوین‌ویترین"),
    "en": ("Shelfwise", "Northcool", "Deskmark", "Fitout Direct"),
}
