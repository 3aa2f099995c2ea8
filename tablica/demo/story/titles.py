"""The names of firms in the cases of Polish and Russian: only their first words are inflected."""

from __future__ import annotations

# Nominative, then genitive, dative, accusative, instrumental, locative.
_HEADS = """
Piekarnia/Piekarni/Piekarni/Piekarnię/Piekarnią/Piekarni
Cukiernia/Cukierni/Cukierni/Cukiernię/Cukiernią/Cukierni
Market/Marketu/Marketowi/Market/Marketem/Markecie
Spiżarnia/Spiżarni/Spiżarni/Spiżarnię/Spiżarnią/Spiżarni
Apteka/Apteki/Aptece/Aptekę/Apteką/Aptece
Kancelaria/Kancelarii/Kancelarii/Kancelarię/Kancelarią/Kancelarii
Biuro/Biura/Biuru/Biuro/Biurem/Biurze
Hotel/Hotelu/Hotelowi/Hotel/Hotelem/Hotelu
Pensjonat/Pensjonatu/Pensjonatowi/Pensjonat/Pensjonatem/Pensjonacie
Przychodnia/Przychodni/Przychodni/Przychodnię/Przychodnią/Przychodni
Kawiarnia/Kawiarni/Kawiarni/Kawiarnię/Kawiarnią/Kawiarni
Księgarnia/Księgarni/Księgarni/Księgarnię/Księgarnią/Księgarni
Antykwariat/Antykwariatu/Antykwariatowi/Antykwariat/Antykwariatem/Antykwariacie
Skład/Składu/Składowi/Skład/Składem/Składzie
Grupa/Grupy/Grupie/Grupę/Grupą/Grupie
Sklep/Sklepu/Sklepowi/Sklep/Sklepem/Sklepie
Пекарня/Пекарни/Пекарне/Пекарню/Пекарней/Пекарне
Хлебный дом/Хлебного дома/Хлебному дому/Хлебный дом/Хлебным домом/Хлебном доме
Супермаркет/Супермаркета/Супермаркету/Супермаркет/Супермаркетом/Супермаркете
Гастроном/Гастронома/Гастроному/Гастроном/Гастрономом/Гастрономе
Сеть/Сети/Сети/Сеть/Сетью/Сети
Аптека/Аптеки/Аптеке/Аптеку/Аптекой/Аптеке
Агентство/Агентства/Агентству/Агентство/Агентством/Агентстве
Отель/Отеля/Отелю/Отель/Отелем/Отеле
Гостевой дом/Гостевого дома/Гостевому дому/Гостевой дом/Гостевым домом/Гостевом доме
Клиника/Клиники/Клинике/Клинику/Клиникой/Клинике
Медцентр/Медцентра/Медцентру/Медцентр/Медцентром/Медцентре
Кофейня/Кофейни/Кофейне/Кофейню/Кофейней/Кофейне
Книжный дом/Книжного дома/Книжному дому/Книжный дом/Книжным домом/Книжном доме
Дом книги/Дома книги/Дому книги/Дом книги/Домом книги/Доме книги
Стройдвор/Стройдвора/Стройдвору/Стройдвор/Стройдвором/Стройдворе
Магазин/Магазина/Магазину/Магазин/Магазином/Магазине
Группа/Группы/Группе/Группу/Группой/Группе
"""
_FORMS = {row.split("/")[0]: row.split("/") for row in _HEADS.split("\n") if row}
_BY_LENGTH = sorted(_FORMS, key=len, reverse=True)
_CASES = ("", "G", "D", "A", "I", "L")


def title_facts(name: str, title: str) -> dict[str, str]:
    """Slots `comp compG compD compA compI compL` for the slot name `comp`; unknown heads stay."""
    for head in _BY_LENGTH:
        if title.startswith(head + " "):
            rest = title[len(head) :]
            forms = zip(_CASES, _FORMS[head], strict=True)
            return {name + case: form + rest for case, form in forms}
    return {name + case: title for case in _CASES}
