"""Clients made up: what they are called, where they are, and who works there."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from tablica.demo.story.goods import BASKETS
from tablica.demo.story.names import latin
from tablica.demo.story.regions import City, Region

# Words that firms are named with; in Persian each with its spelling in Latin letters.
_WORDS = {
    "pl": (
        "Jodła Kasztan Bursztyn Wilga Sasanka Rumianek Modrzew Zorza Kalina Malwa Jaskółka Wrzos "
        "Czajka Kotwica Jarzębina Brzoza Konwalia Sosna Lipa Dąbrowa Żuraw Skowronek Bocian Mewa "
        "Kłos Chaber Jaśmin Piwonia Cyprys Świerk Wiśnia Morela Agrest Malina Poziomka Tarnina "
        "Borówka Kamyk Potok Strumień Przystań Polana Wydma Dolina Zagroda Młyn Spichlerz Baszta "
        "Ratusz Latarnia Wiatrak Topola Olcha Buk Grab Wiąz Jesion Perkoz Derkacz Zimorodek"
    ).split(),
    "ru": (
        "Берёзка Рассвет Маяк Родник Ласточка Калина Рябина Журавль Подсолнух Ромашка Сирень "
        "Причал Горизонт Каштан Облепиха Янтарь Оазис Тополь Ясень Колос Мельница Пристань "
        "Черешня Вишня Малина Заря Зенит Росток Компас Парус Лагуна Орион Аврора Барсук Кедр "
        "Виноград Гранат Лоза"
    ).split(),
    "KZ": "Самал Тулпар Арай Жулдыз Байтерек Алтын Кайнар Бастау Мереке Шанырак".split(),
    "GE": "Мцване Орбели Иверия Колхида Варази Мтиули Тбилисо Сакартвело".split(),
    "fa": (
        "بهار/bahar نیلوفر/niloofar سپیدار/sepidar آفتاب/aftab مهتاب/mahtab باران/baran "
        "چنار/chenar سرو/sarv یاس/yas نرگس/narges شقایق/shaghayegh پروانه/parvaneh "
        "کوهسار/koohsar دریا/darya ساحل/sahel چشمه/cheshmeh گلستان/golestan بوستان/boostan "
        "زعفران/zaferan انار/anar پسته/pesteh گندم/gandom خوشه/khooshe آسمان/aseman "
        "ستاره/setareh کهکشان/kahkeshan سیمرغ/simorgh هما/homa البرز/alborz الوند/alvand "
        "سبلان/sabalan کارون/karoon هیرمند/hirmand ارغوان/arghavan مینا/mina نسترن/nastaran "
        "لاله/laleh بنفشه/banafsheh ترنج/toranj فیروزه/firoozeh یاقوت/yaghoot مروارید/morvarid"
    ).split(),
    "en": (
        "Harbour Juniper Larkspur Foxglove Rowan Heron Kestrel Bramble Hazel Thistle Saffron "
        "Marigold Copper Lantern Orchard Meadow Willow Alder Beacon Anchor Pebble Quayside Linden "
        "Sparrow Finch Magpie Otter Badger Clover Nettle Sorrel Fennel Mulberry Damson Quince "
        "Medlar Cobble Millstone Windmill Weir Tern Plover Curlew Bluebell Primrose Cowslip Ivy"
    ).split(),
}

_PATTERNS: dict[str, dict[str, tuple[str, ...]]] = {
    "pl": {
        "bakery": ("Piekarnia {}", "Cukiernia {}"),
        "market": ("Market {}", "Sklep {}", "Spiżarnia {}", "Grupa {} sp. z o.o."),
        "pharmacy": ("Apteka {}", "Apteka {} sp.j."),
        "office": ("{} Software sp. z o.o.", "Kancelaria {}", "Biuro {}", "{} Projekt"),
        "hotel": ("Hotel {}", "Pensjonat {}"),
        "clinic": ("Przychodnia {}", "Przychodnia {} sp.p."),
        "cafe": ("Kawiarnia {}", "Bistro {}"),
        "books": ("Księgarnia {}", "Antykwariat {}"),
        "tools": ("{} – materiały budowlane", "Skład {}"),
    },
    "ru": {
        "bakery": ("Пекарня «{}»", "Хлебный дом «{}»"),
        "market": ("Супермаркет «{}»", "Гастроном «{}»", "Сеть «{}»", "Группа «{}»"),
        "pharmacy": ("Аптека «{}»", "Сеть «{}-Фарм»"),
        "office": ("Бюро «{}»", "Группа «{}-Софт»", "Агентство «{}»"),
        "hotel": ("Отель «{}»", "Гостевой дом «{}»"),
        "clinic": ("Клиника «{}»", "Медцентр «{}»"),
        "cafe": ("Кафе «{}»", "Кофейня «{}»"),
        "books": ("Книжный дом «{}»", "Дом книги «{}»"),
        "tools": ("Стройдвор «{}»", "Магазин «{}-Мастер»"),
    },
    "fa": {
        "bakery": ("نان {}", "قنادی {}", "شیرینی‌سرای {}"),
        "market": ("هایپرمارکت {}", "فروشگاه {}", "سوپرمارکت {}", "فروشگاه‌های زنجیره‌ای {}"),
        "pharmacy": ("داروخانه {}", "داروخانه شبانه‌روزی {}"),
        "office": ("شرکت {} پرداز", "دفتر معماری {}", "گروه نرم‌افزاری {}"),
        "hotel": ("هتل {}", "اقامتگاه {}"),
        "clinic": ("درمانگاه {}", "کلینیک {}"),
        "cafe": ("کافه {}", "رستوران {}"),
        "books": ("کتاب‌فروشی {}", "شهر کتاب {}"),
        "tools": ("ابزار {}", "مصالح {}"),
    },
    "en": {
        "bakery": ("{} Bakery", "The {} Bakehouse"),
        "market": ("{} Stores", "{} Foods Ltd", "{} Market"),
        "pharmacy": ("{} Pharmacy", "{} Chemists"),
        "office": ("{} Studio", "{} Digital Ltd", "{} Partners", "{} Legal"),
        "hotel": ("The {} Hotel", "{} House"),
        "clinic": ("{} Clinic", "{} Dental"),
        "cafe": ("{} Coffee", "Café {}"),
        "books": ("{} Books", "The {} Bookshop"),
        "tools": ("{} Tools", "{} Hardware"),
    },
}

_PAIRS = {"pl": "{} i {}", "ru": "{} и {}", "fa": "{} و {}", "en": "{} & {}"}

_FA_TRADES = {
    "bakery": "nan",
    "market": "market",
    "pharmacy": "daru",
    "office": "daftar",
    "hotel": "hotel",
    "clinic": "clinic",
    "cafe": "cafe",
    "books": "ketab",
    "tools": "abzar",
}

_TRADES = tuple(BASKETS)
_TRADE_WEIGHTS = (6, 9, 4, 7, 3, 3, 4, 2, 2)
_TRADE_LINE = [trade for trade, n in zip(_TRADES, _TRADE_WEIGHTS, strict=True) for _ in range(n)]


class Firm(NamedTuple):
    """A made-up client before it has a record."""

    title: str
    domain: str
    trade: str
    city: City


class Namer:
    """Gives firms names, each only once."""

    def __init__(self) -> None:
        self._titles: set[str] = set()
        self._domains: set[str] = set()

    def firm(self, region: Region, rng: Random) -> Firm:
        """A firm of the region whose title and domain nobody else has."""
        trade = _TRADE_LINE[int(rng.random() * len(_TRADE_LINE))]
        city = region.cities[int(rng.random() * len(region.cities))]
        patterns = _PATTERNS[region.language][trade]
        pattern = patterns[int(rng.random() * len(patterns))]
        words = _WORDS[region.language] + _WORDS.get(region.code, [])
        for attempt in range(9):
            name, _, spelled = words[int(rng.random() * len(words))].partition("/")
            if attempt > 2:
                # The single words are used up in a large company: two together.
                other, _, more = words[int(rng.random() * len(words))].partition("/")
                name, spelled = _PAIRS[region.language].format(name, other), f"{spelled}-{more}"
            title = pattern.format(name)
            if title not in self._titles:
                break
        title = self._unused(title)
        stem = f"{_FA_TRADES[trade]}-{spelled}" if region.language == "fa" else latin(title)
        return Firm(title, self._domain(stem), trade, city)

    def _unused(self, title: str) -> str:
        """The title, with a number behind it where the name is taken."""
        found, serial = title, 1
        while found in self._titles:
            serial += 1
            found = f"{title} {serial}"
        self._titles.add(found)
        return found

    def _domain(self, stem: str) -> str:
        found, serial = stem, 1
        while found in self._domains:
            serial += 1
            found = f"{stem}-{serial}"
        self._domains.add(found)
        return f"{found}.example"
