"""What people call the columns of their tables, in English, Polish, Russian and Persian."""

from __future__ import annotations

import re

from tablica.shared.text.folding import fold

# What a column is about → what it is called. The words are folded when they are compared.
_NAMES: dict[str, str] = {
    "title": "name | title | label | nazwa | tytuł | название | наименование | имя | نام | عنوان",
    "company": "company | company name | account | account name | organization | organisation"
    " | organization name | client | customer | employer | business | firm | associated company"
    " | firma | nazwa firmy | klient | kontrahent | nazwa kontrahenta | organizacja | pracodawca"
    " | компания | название компании | организация | клиент | контрагент | фирма | работодатель"
    " | شرکت | نام شرکت | مشتری | سازمان | نام سازمان",
    "person": "person | full name | contact | contact name | contact person | imię i nazwisko"
    " | nazwisko i imię | osoba | osoba kontaktowa | kontakt | фио | ф и о | контакт"
    " | контактное лицо | полное имя | имя и фамилия | نام کامل | نام و نام خانوادگی | شخص"
    " | مخاطب | نام مخاطب",
    "people": "people | persons | contacts | osoby | osoby kontaktowe | kontakty | люди | контакты"
    " | контактные лица | اشخاص | افراد | مخاطبین",
    "deal": "deal | deal name | opportunity | opportunity name | sprzedaż | szansa"
    " | szansa sprzedaży | nazwa szansy | nazwa sprzedaży | temat | сделка | название сделки"
    " | тема | معامله | نام معامله | عنوان معامله | فرصت",
    "space": "space | topic | przestrzeń | пространство | فضا",
    "first_name": "first name | given name | forename | imię | имя собственное | نام کوچک",
    "last_name": "last name | surname | family name | nazwisko | фамилия | نام خانوادگی | فامیل",
    "tax_id": "tax id | tax number | tax no | vat | vat id | vat number | vat no | nip | nip ue"
    " | numer nip | инн | inn | огрн | налоговый номер | شناسه ملی | کد اقتصادی | شماره اقتصادی"
    " | شناسه مالیاتی",
    "company_tax_id": "company tax id | company vat | nip firmy | nip klienta | инн компании"
    " | инн клиента | شناسه ملی شرکت",
    "email": "e mail | email | mail | email address | e mail address | adres e mail | adres email"
    " | poczta | эл почта | электронная почта | почта | имейл | ایمیل | پست الکترونیک | رایانامه",
    "phone": "phone | phone number | telephone | tel | work phone | business phone | office phone"
    " | telefon | nr telefonu | numer telefonu | telefon stacjonarny | телефон | тел"
    " | номер телефона | рабочий телефон | تلفن | شماره تلفن | تلفن ثابت",
    "mobile": "mobile | mobile phone | cell | cell phone | mobile number | komórka"
    " | telefon komórkowy | tel kom | kom | мобильный | мобильный телефон | сотовый"
    " | моб телефон | موبایل | تلفن همراه | همراه | شماره موبایل",
    "website": "website | web | www | url | web site | web page | homepage | domain"
    " | strona | strona www | strona internetowa | adres www | сайт | веб сайт | вебсайт | домен"
    " | وب سایت | وبسایت | سایت | تارنما",
    "industry": "industry | sector | branch | branża | sektor | отрасль | сфера деятельности"
    " | сектор | صنعت | حوزه فعالیت",
    "address": "address | street | street address | address line 1 | adres | ulica | ulica i numer"
    " | адрес | улица | آدرس | نشانی | خیابان",
    "city": "city | town | miasto | miejscowość | город | населенный пункт | شهر",
    "country": "country | country region | kraj | państwo | страна | کشور",
    "relationship": "relationship | relation | company type | lifecycle stage | relacja"
    " | typ klienta | rodzaj klienta | отношения | тип клиента | رابطه | نوع مشتری",
    "about": "about | description | notes | note | remarks | comments | info | opis | uwagi"
    " | notatki | notatka | komentarz | o firmie | описание | примечание | примечания"
    " | комментарий | заметки | о компании | توضیحات | شرح | یادداشت | درباره",
    "owner": "owner | assigned to | account manager | sales rep | salesperson | responsible"
    " | deal owner | company owner | contact owner | opiekun | handlowiec | właściciel"
    " | odpowiedzialny | prowadzący | ответственный | владелец | менеджер | куратор"
    " | مالک | مسئول | کارشناس فروش",
    "team": "team | department | zespół | dział | команда | отдел | تیم | گروه",
    "tags": "tags | tag | labels | keywords | tagi | etykiety | słowa kluczowe | теги | тег"
    " | метки | ключевые слова | برچسب | برچسب ها | برچسبها",
    "audience": "audience | visibility | widoczność | видимость | دسترسی",
    "position": "position | job title | job | role | function | stanowisko | funkcja | rola"
    " | должность | позиция | سمت | شغل | عنوان شغلی",
    "birthday": "birthday | birth date | date of birth | urodziny | data urodzenia | день рождения"
    " | дата рождения | تولد | تاریخ تولد",
    "language": "language | język | язык | زبان",
    "amount": "amount | value | deal value | deal amount | price | revenue | kwota | wartość"
    " | cena | przychód | wartość szansy | сумма | стоимость | цена | бюджет | مبلغ | ارزش | قیمت"
    " | مقدار",
    "currency": "currency | waluta | валюта | ارز | واحد پول",
    "stage": "stage | deal stage | pipeline stage | phase | etap | faza | этап | стадия | مرحله",
    "expected_close": "expected close | expected close date | close date | closing date"
    " | forecast close | planowane zamknięcie | data zamknięcia | termin zamknięcia"
    " | przewidywane zamknięcie | ожидаемое закрытие | дата закрытия | срок закрытия"
    " | تاریخ بسته شدن | تاریخ پایان | تاریخ خاتمه",
    "outcome": "outcome | result | deal status | wynik | rezultat | результат | исход | نتیجه",
    "outcome_reason": "outcome reason | loss reason | lost reason | close reason | reason"
    " | powód | powód przegranej | powód utraty | причина | причина отказа | причина проигрыша"
    " | دلیل | علت",
}


def plain(heading: str) -> str:
    """A heading as it is compared: folded, words parted by single spaces, marks taken away."""
    return " ".join(re.findall(r"[^\W_]+", fold(heading)))


_CONCEPTS: dict[str, str] = {
    plain(word): concept for concept, words in _NAMES.items() for word in words.split("|")
}


def concept_of(heading: str) -> str | None:
    """What a column of this heading is about, such as `tax_id`; None when nobody knows.

    `Phone (work)`, `Telefon 2`, `Company *` and `FirstName` are understood as well.
    """
    bare = re.sub(r"[(\[].*?[)\]]", " ", heading)
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare)
    for form in (plain(heading), plain(parted), re.sub(r"\s*\d+$", "", plain(bare))):
        if form in _CONCEPTS:
            return _CONCEPTS[form]
    return None
