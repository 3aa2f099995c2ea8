"""Stems: what the inflected forms of one word have in common, by script.

Snowball stems Polish, English, Russian and Persian; the rules here add what it misses: Polish and
Russian changes inside the stem (ofercie–oferta, сделок–сделка), Persian plurals and endings.
Too many stems cost a surplus hit now and then, a missing one loses an entry: so add, never choose.
"""

import threading
from collections.abc import Callable, Iterator

import Stemmer

from tablica.shared.text.folding import fold

ZWNJ = "\u200c"


class _Stemmers(threading.local):
    """A Snowball stemmer keeps its word in a buffer, so each thread needs its own."""

    def __init__(self) -> None:
        self.polish = self._of("polish")
        self.english = self._of("english")
        self.russian = self._of("russian")
        self.persian = self._of("persian")

    @staticmethod
    def _of(language: str) -> Callable[[str], str]:
        stem_of: Callable[[str], str] = Stemmer.Stemmer(language, 0).stemWord
        return stem_of


_stemmers = _Stemmers()

# Folded endings and what stands in their place in the other forms.
_POLISH = (
    *(("scie", "st"), ("dzie", "d"), ("cie", "t"), ("rze", "r"), ("dze", "g"), ("ce", "k")),
    *(("ci", "t"), ("cy", "k"), ("ow", "ow")),
)
_POLISH_BEFORE_CASE = ("ek", "k"), ("ien", "n"), ("iec", "c")
_RUSSIAN_BEFORE_CASE = ("ок", "к"), ("ек", "к"), ("ец", "ц")
_PERSIAN = tuple(
    sorted(
        "هایشان هایمان هایتان هایم هایت هایش هایی های ها گان ان انی ات اتی یان یانی "
        "ترین تر مان تان شان ام ات اش ای ی م ت ش".split(),
        key=len,
        reverse=True,
    )
)
_PERSIAN_AFTER_ZWNJ = frozenset((*_PERSIAN, "اند", "ایم", "اید", "است"))
_PERSIAN_SHORTEST = {1: 4, 2: 3}  # letters that must be left, by letters taken; 3 otherwise
_VOWELS = frozenset("aeiouyаеёиоуыэюя")

_IRREGULAR = {
    form: stem
    for stem, forms in {
        "dzien": "dzien dnia dniu dniem dni dniom dniami dniach",
        "tydzien": "tydzien tygodnia tygodniu tygodniem tygodnie tygodni",
        "rok": "rok roku rokiem lata lat latach latami",
        "pieniadz": "pieniadz pieniadze pieniedzy pieniedzmi pieniadzach",
        "droga": "droga drodze drog",
        "ksiazk": "ksiazka ksiazek ksiazce",
        "brat": "brat bracia braci",
        "ден": "день дня дню днем дни дней дням днями днях",
        "год": "год года году лет годы годов",
        "человек": "человек человека люди людей людям людьми людях",
        "письм": "письмо письма писем письму письмом письмами",
        "ребенок": "ребенок ребенка дети детей детям",
        "سند": "سند اسناد",
        "شرط": "شرط شرایط شروط",
        "مشکل": "مشکل مشکلات",
        "خبر": "خبر اخبار",
        "شخص": "شخص اشخاص",
        "فرد": "فرد افراد",
        "مورد": "مورد موارد",
        "نظر": "نظر انظار نظرات",
        "حساب": "حساب حسابات",
        "محصول": "محصول محصولات",
        "مدرک": "مدرک مدارک",
        "منبع": "منبع منابع",
        "هدف": "هدف اهداف",
        "عضو": "عضو اعضا",
        "قلم": "قلم اقلام",
        "مبلغ": "مبلغ مبالغ",
        "تاریخ": "تاریخ تواریخ",
        "وظیفه": "وظیفه وظایف",
        "نتیجه": "نتیجه نتایج",
        "هزینه": "هزینه هزینهها",
        "دفتر": "دفتر دفاتر",
        "شریک": "شریک شرکا",
    }.items()
    for form in forms.split()
}


def stems(word: str) -> set[str]:
    """Return the folded stems of one word, given as written in lower case (ZWNJ kept)."""
    surface = fold(word)
    found = set(_by_script(word, surface))
    if surface in _IRREGULAR:
        found.add(_IRREGULAR[surface])
    return found


def _by_script(word: str, surface: str) -> Iterator[str]:
    first = surface[0]
    if first.isdigit():
        return
    if first < "\u0250":
        yield fold(_stemmers.polish(word))
        yield fold(_stemmers.polish(surface))
        yield _stemmers.english(surface)
        yield from _replaced(surface, _POLISH)
        yield from _fleeting(surface, _POLISH_BEFORE_CASE)
    elif "\u0400" <= first <= "\u052f":
        yield _stemmers.russian(surface)
        yield from _fleeting(surface, _RUSSIAN_BEFORE_CASE)
    elif "\u0600" <= first <= "\u06ff":
        yield fold(_stemmers.persian(surface))
        yield from _persian(word, surface)


def _replaced(surface: str, endings: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """Stems with the consonant that an ending had changed (fakturze → faktur)."""
    for ending, consonant in endings:
        if surface.endswith(ending) and len(surface) - len(ending) >= 2:
            yield surface[: -len(ending)] + consonant
            return


def _fleeting(surface: str, endings: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """Stems without the vowel that only stands where there is no case ending (wycieczek)."""
    for ending, consonant in endings:
        rest = surface.removesuffix(ending)
        if rest != surface and len(rest) >= 3 and rest[-1] not in _VOWELS:
            yield rest + consonant


def _persian(word: str, surface: str) -> Iterator[str]:
    """The word itself, what stands before its endings' ZWNJ, and each step of taking endings."""
    head, *tail = (fold(part) for part in word.split(ZWNJ))
    if head and tail and all(part in _PERSIAN_AFTER_ZWNJ for part in tail if part):
        surface = head
    yield surface
    for _step in range(3):
        for ending in _PERSIAN:
            rest = surface.removesuffix(ending)
            if rest != surface and len(rest) >= _PERSIAN_SHORTEST.get(len(ending), 3):
                if ending == "ات":
                    yield rest + "ه"
                elif ending == "گان":
                    rest += "ه"
                surface = rest
                yield surface
                break
        else:
            return
