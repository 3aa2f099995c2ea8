"""Names of people and the forms in which colleagues write them.

A spoken form is how the story speaks of somebody: "pani Anna", «Ольга Сергеевна», «خانم احمدی»,
"Sarah". Polish and Russian need it in five cases: nominative, genitive, dative, accusative,
instrumental.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

_PL_WOMEN = """
Anna Anny Annie Annę Anną|Agnieszka Agnieszki Agnieszce Agnieszkę Agnieszką
Magdalena Magdaleny Magdalenie Magdalenę Magdaleną|Joanna Joanny Joannie Joannę Joanną
Ewelina Eweliny Ewelinie Ewelinę Eweliną|Beata Beaty Beacie Beatę Beatą
Dorota Doroty Dorocie Dorotę Dorotą|Monika Moniki Monice Monikę Moniką
Natalia Natalii Natalii Natalię Natalią|Sylwia Sylwii Sylwii Sylwię Sylwią
Iwona Iwony Iwonie Iwonę Iwoną|Justyna Justyny Justynie Justynę Justyną
Halina Haliny Halinie Halinę Haliną|Renata Renaty Renacie Renatę Renatą
Paulina Pauliny Paulinie Paulinę Pauliną|Aleksandra Aleksandry Aleksandrze Aleksandrę Aleksandrą
"""
_PL_MEN = """
Krzysztof Krzysztofa Krzysztofowi Krzysztofa Krzysztofem
Andrzej Andrzeja Andrzejowi Andrzeja Andrzejem
Michał Michała Michałowi Michała Michałem|Grzegorz Grzegorza Grzegorzowi Grzegorza Grzegorzem
Łukasz Łukasza Łukaszowi Łukasza Łukaszem|Rafał Rafała Rafałowi Rafała Rafałem
Adam Adama Adamowi Adama Adamem|Wojciech Wojciecha Wojciechowi Wojciecha Wojciechem
Jacek Jacka Jackowi Jacka Jackiem|Mateusz Mateusza Mateuszowi Mateusza Mateuszem
Robert Roberta Robertowi Roberta Robertem|Dariusz Dariusza Dariuszowi Dariusza Dariuszem
Sławomir Sławomira Sławomirowi Sławomira Sławomirem|Bartosz Bartosza Bartoszowi Bartosza Bartoszem
Zbigniew Zbigniewa Zbigniewowi Zbigniewa Zbigniewem|Hubert Huberta Hubertowi Huberta Hubertem
"""
_PL_LAST = """
Kowalski/Kowalska Wiśniewski/Wiśniewska Lewandowski/Lewandowska Zieliński/Zielińska Nowak/Nowak
Szymański/Szymańska Dąbrowski/Dąbrowska Wójcik/Wójcik Kaczmarek/Kaczmarek Mazur/Mazur
Krawczyk/Krawczyk Piotrowski/Piotrowska Grabowski/Grabowska Pawlak/Pawlak Michalski/Michalska
Król/Król Wieczorek/Wieczorek Jabłoński/Jabłońska Wróbel/Wróbel Majewski/Majewska
Olszewski/Olszewska Stępień/Stępień Malinowski/Malinowska Jaworski/Jaworska Górski/Górska
Rutkowski/Rutkowska Sikora/Sikora Baran/Baran Duda/Duda Szewczyk/Szewczyk Ostrowski/Ostrowska
Tomaszewski/Tomaszewska Pietrzak/Pietrzak Zalewski/Zalewska Wróblewski/Wróblewska
Marciniak/Marciniak
Jasiński/Jasińska Sadowski/Sadowska Zawadzki/Zawadzka Bąk/Bąk Chmielewski/Chmielewska
Borkowski/Borkowska Czarnecki/Czarnecka Sawicki/Sawicka Urbański/Urbańska Kubiak/Kubiak
Maciejewski/Maciejewska Szczepański/Szczepańska Kucharski/Kucharska Wilk/Wilk Kalinowski/Kalinowska
Błaszczyk/Błaszczyk Mroczek/Mroczek Żak/Żak Sroka/Sroka Gajewski/Gajewska
"""
_RU_WOMEN = """
Ольга Ольги Ольге Ольгу Ольгой|Наталья Натальи Наталье Наталью Натальей
Ирина Ирины Ирине Ирину Ириной|Светлана Светланы Светлане Светлану Светланой
Татьяна Татьяны Татьяне Татьяну Татьяной|Марина Марины Марине Марину Мариной
Алина Алины Алине Алину Алиной|Екатерина Екатерины Екатерине Екатерину Екатериной
Юлия Юлии Юлии Юлию Юлией|Виктория Виктории Виктории Викторию Викторией
Людмила Людмилы Людмиле Людмилу Людмилой|Вера Веры Вере Веру Верой
"""
_RU_MEN = """
Андрей Андрея Андрею Андрея Андреем|Сергей Сергея Сергею Сергея Сергеем
Виталий Виталия Виталию Виталия Виталием|Олег Олега Олегу Олега Олегом
Игорь Игоря Игорю Игоря Игорем|Роман Романа Роману Романа Романом
Максим Максима Максиму Максима Максимом|Артём Артёма Артёму Артёма Артёмом
Юрий Юрия Юрию Юрия Юрием|Вадим Вадима Вадиму Вадима Вадимом
Денис Дениса Денису Дениса Денисом|Тарас Тараса Тарасу Тараса Тарасом
"""
_KZ_WOMEN = """
Динара Динары Динаре Динару Динарой|Алия Алии Алие Алию Алиёй
Гульнара Гульнары Гульнаре Гульнару Гульнарой|Сабина Сабины Сабине Сабину Сабиной
Жанна Жанны Жанне Жанну Жанной|Мадина Мадины Мадине Мадину Мадиной
"""
_KZ_MEN = """
Ерлан Ерлана Ерлану Ерлана Ерланом|Нурлан Нурлана Нурлану Нурлана Нурланом
Асхат Асхата Асхату Асхата Асхатом|Бауыржан Бауыржана Бауыржану Бауыржана Бауыржаном
Данияр Данияра Данияру Данияра Данияром|Канат Каната Канату Каната Канатом
"""
_GE_WOMEN = """
Тамара Тамары Тамаре Тамару Тамарой|Марина Марины Марине Марину Мариной
Лейла Лейлы Лейле Лейлу Лейлой|Анна Анны Анне Анну Анной
"""
_GE_MEN = """
Георгий Георгия Георгию Георгия Георгием|Давид Давида Давиду Давида Давидом
Ираклий Ираклия Ираклию Ираклия Ираклием|Зураб Зураба Зурабу Зураба Зурабом
"""
_RU_FATHERS = (
    "Сергеев Николаев Петров Андреев Викторов Иванов Олегов Михайлов Владимиров Александров"
)
_KZ_FATHERS = "Сериков Болатов Маратов Кайратов Ахметов Муратов Асанов Бекетов"
_GE_FATHERS = "Георгиев Ираклиев Давидов Зурабов Тенгизов"
_UA_LAST = """
Коваленко/Коваленко Шевченко/Шевченко Бондаренко/Бондаренко Ткачук/Ткачук Мороз/Мороз
Кравченко/Кравченко Савчук/Савчук Литвин/Литвин Гончаренко/Гончаренко Поляков/Полякова
Семёнов/Семёнова Руденко/Руденко Марченко/Марченко Пономаренко/Пономаренко Захарчук/Захарчук
Левченко/Левченко Белов/Белова Карпенко/Карпенко Власенко/Власенко Демченко/Демченко
"""
_KZ_LAST = """
Ахметов/Ахметова Нурпеисов/Нурпеисова Сулейменов/Сулейменова Жумабаев/Жумабаева Оспанов/Оспанова
Касымов/Касымова Тулегенов/Тулегенова Абдрахманов/Абдрахманова Искаков/Искакова Мусин/Мусина
Байжанов/Байжанова Ермеков/Ермекова Садыков/Садыкова Кенжебаев/Кенжебаева Рахимов/Рахимова
"""
_GE_LAST = """
Ломидзе/Ломидзе Капанадзе/Капанадзе Гелашвили/Гелашвили Цикаришвили/Цикаришвили
Гогоберидзе/Гогоберидзе Джапаридзе/Джапаридзе Кобахидзе/Кобахидзе Мчедлишвили/Мчедлишвили
"""
_FA_WOMEN = """
مریم Maryam|فاطمه Fatemeh|زهرا Zahra|سارا Sara|نرگس Narges|لیلا Leila|مینا Mina|الهام Elham
شیرین Shirin|پریسا Parisa|نگار Negar|سمیرا Samira|مهسا Mahsa|ترانه Taraneh|فرزانه Farzaneh|رویا Roya
"""
_FA_MEN = """
علی Ali|رضا Reza|محمد Mohammad|حسین Hossein|امیر Amir|مهدی Mehdi|سعید Saeed|بهرام Bahram
کامران Kamran|فرهاد Farhad|حمید Hamid|بابک Babak|مسعود Masoud|پیمان Peyman|نیما Nima|داریوش Dariush
"""
_FA_LAST = """
احمدی Ahmadi|محمدی Mohammadi|حسینی Hosseini|رضایی Rezaei|موسوی Mousavi|کریمی Karimi
جعفری Jafari|صادقی Sadeghi|رحیمی Rahimi|قاسمی Ghasemi|اکبری Akbari|نوری Nouri|شریفی Sharifi
کاظمی Kazemi|عباسی Abbasi|مرادی Moradi|امینی Amini|سلطانی Soltani|فرهادی Farhadi|یزدانی Yazdani
توکلی Tavakoli|بهرامی Bahrami|طاهری Taheri|شفیعی Shafiei|زمانی Zamani|نجفی Najafi|پارسا Parsa
دهقان Dehghan|سهرابی Sohrabi|کیانی Kiani|رستگار Rastegar|معتمدی Motamedi|افشار Afshar|لطفی Lotfi
"""
_EN_WOMEN = (
    "Sarah Emma Charlotte Hannah Olivia Rachel Lucy Megan Alice Grace Fiona Harriet Nicola Joanne "
    "Imogen Priya Zara Bethany"
)
_EN_MEN = (
    "Oliver Daniel Thomas Matthew Simon Andrew Callum Peter George Harry Stephen Gareth Ian Rohan "
    "Patrick Duncan Callan Marcus"
)
_EN_LAST = (
    "Whitlock Bennett Carter Hughes Marsh Fletcher Doyle Patel Langley Hargreaves Webb Sinclair "
    "Pritchard Ashworth Kerr Donnelly Holloway Bishop Rowe Chandler Abbott Lowe Metcalfe Osborne "
    "Tanner Underhill Vickers Wainwright Yates Barlow Crossley Devlin Eastwood Frost Gilmore Hale "
    "Iqbal Jessop Kendrick Lomax Mistry Naylor Parr Quigley Redfern Shah Thorne Usher Voss Winslow"
)
_AE_WOMEN = "Fatima Mariam Priya Aisha Noura Reem Leena"
_AE_MEN = "Rashid Khalid Omar Sanjay Hamdan Yousef Vikram"
_AE_LAST = "Al-Amiri Menon Haddad Al-Suwaidi Nair Mansour Al-Hashmi Khoury Fernandes Qureshi"

_CASES = ("", "G", "D", "A", "I")


class Name(NamedTuple):
    """A person's name: as written, in Latin letters for addresses, and the spoken forms."""

    first: str
    last: str
    latin: str
    gender: str
    forms: tuple[str, str, str, str, str]

    @property
    def full(self) -> str:
        return f"{self.first} {self.last}"

    def facts(self, who: str) -> dict[str, str]:
        """Slots `p pG pD pA pI`, `P` with a capital, `pf` the full name and `p_gender`."""
        found = {who + case: form for case, form in zip(_CASES, self.forms, strict=True)}
        found[who.upper()] = self.forms[0][:1].upper() + self.forms[0][1:]
        found[f"{who}f"] = self.full
        found[f"{who}_gender"] = self.gender
        return found


def _table(source: str) -> list[list[str]]:
    return [row.split() for line in source.split("\n") for row in line.split("|") if row.strip()]


def _pairs(source: str) -> list[tuple[str, str]]:
    return [(m, f) for m, f in (word.split("/") for word in source.split())]


_TABLES = {
    "PL": (_table(_PL_WOMEN), _table(_PL_MEN), _pairs(_PL_LAST)),
    "UA": (_table(_RU_WOMEN), _table(_RU_MEN), _pairs(_UA_LAST)),
    "KZ": (_table(_KZ_WOMEN), _table(_KZ_MEN), _pairs(_KZ_LAST)),
    "GE": (_table(_GE_WOMEN), _table(_GE_MEN), _pairs(_GE_LAST)),
}
_FATHERS = {"UA": _RU_FATHERS.split(), "KZ": _KZ_FATHERS.split(), "GE": _GE_FATHERS.split()}
_FA = (_table(_FA_WOMEN), _table(_FA_MEN), _table(_FA_LAST))
_EN = (_EN_WOMEN.split(), _EN_MEN.split(), _EN_LAST.split())
_AE = (_AE_WOMEN.split(), _AE_MEN.split(), _AE_LAST.split())

_LATIN = {
    **dict(zip("абвгдеёзийклмнопрстуфхыэ", "abvgdeeziyklmnoprstufhye", strict=True)),
    **{"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"},
    **{"ъ": "", "ь": "", "і": "i", "ї": "i", "є": "e", "ґ": "g"},
    **dict(zip("ąćęłńóśźżäöüßçğış", "acelnoszzaouscgis", strict=True)),
    **{"é": "e", "è": "e", "’": "", "'": ""},
}


def latin(text: str) -> str:
    """Lower-case ASCII letters, digits and hyphens of a Polish, Russian or English text."""
    folded = "".join(_LATIN.get(letter, letter) for letter in text.lower())
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in folded)
    return "-".join(words.split())


def _pick(rng: Random, options: list[str]) -> str:
    return options[int(rng.random() * len(options))]


def _slavic(country: str, rng: Random) -> Name:
    women, men, lasts = _TABLES[country]
    female = rng.random() < 0.5
    firsts = women if female else men
    cases = firsts[int(rng.random() * len(firsts))]
    last = lasts[int(rng.random() * len(lasts))][1 if female else 0]
    if country == "PL":
        titles = ("pani", "pani", "pani", "panią", "panią") if female else ()
        titles = titles or ("pan", "pana", "panu", "pana", "panem")
        forms = [f"{title} {form}" for title, form in zip(titles, cases, strict=True)]
    else:
        father = _pick(rng, _FATHERS[country])
        endings = ("на", "ны", "не", "ну", "ной") if female else ("ич", "ича", "ичу", "ича", "ичем")
        forms = [f"{form} {father}{end}" for form, end in zip(cases, endings, strict=True)]
    handle = f"{latin(cases[0])}.{latin(last)}"
    one, two, three, four, five = forms
    return Name(cases[0], last, handle, "f" if female else "m", (one, two, three, four, five))


def make_name(country: str, language: str, rng: Random) -> Name:
    """A random name of the country; in the Emirates of the language spoken there."""
    if country in _TABLES:
        return _slavic(country, rng)
    female = rng.random() < 0.47
    gender = "f" if female else "m"
    if language == "fa":
        women, men, lasts = _FA
        firsts = women if female else men
        first, first_latin = firsts[int(rng.random() * len(firsts))]
        last, last_latin = lasts[int(rng.random() * len(lasts))]
        spoken = f"{'خانم' if female else 'آقای'} {last}"
        return Name(first, last, f"{first_latin}.{last_latin}".lower(), gender, (spoken,) * 5)
    table = _AE if country == "AE" else _EN
    first = _pick(rng, table[0] if female else table[1])
    last = _pick(rng, table[2])
    return Name(first, last, f"{latin(first)}.{latin(last)}", gender, (first,) * 5)
