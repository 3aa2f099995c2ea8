"""The people of the demo company: Zielony Regał of Poznań makes and services shop fittings."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from tablica.demo.story.names import make_name
from tablica.demo.story.regions import REGIONS, Region
from tablica.demo.story.shapes import PersonOfTeam, TeamShape

DOMAIN = "zielonyregal.example"

SALES, POLAND, EAST, GULF, SERVICE = range(1, 6)

TEAMS = (
    TeamShape(SALES, "Sales", None),
    TeamShape(POLAND, "Poland", SALES),
    TeamShape(EAST, "East", SALES),
    TeamShape(GULF, "Gulf & UK", SALES),
    TeamShape(SERVICE, "Service & projects", None),
)

_PEOPLE = (
    # name, handle, role, teams, language, gender, zone, title
    ("Zofia Wrona", "zofia", "manager", (SALES, SERVICE), "pl", "f", "Europe/Warsaw", "Owner"),
    ("Tomasz Lis", "tomasz", "administrator", (SERVICE,), "pl", "m", "Europe/Warsaw", "IT"),
    (
        "Marek Sobczak",
        "marek",
        "manager",
        (POLAND, SALES),
        "pl",
        "m",
        "Europe/Warsaw",
        "Head of sales",
    ),
    ("Karolina Bielak", "karolina", "member", (POLAND,), "pl", "f", "Europe/Warsaw", "Sales"),
    ("Jakub Rozmus", "jakub", "member", (POLAND,), "pl", "m", "Europe/Warsaw", "Sales"),
    ("Paweł Krawiec", "pawel", "member", (SERVICE, POLAND), "pl", "m", "Europe/Warsaw", "Projects"),
    (
        "Ewa Domagała",
        "ewa",
        "manager",
        (SERVICE, POLAND),
        "pl",
        "f",
        "Europe/Warsaw",
        "Head of service",
    ),
    (
        "Оксана Мельник",
        "oksana",
        "manager",
        (EAST,),
        "ru",
        "f",
        "Europe/Kyiv",
        "Head of sales, East",
    ),
    ("Тимур Ахметов", "timur", "member", (EAST,), "ru", "m", "Asia/Almaty", "Sales"),
    ("Нино Беридзе", "nino", "member", (SERVICE, EAST), "ru", "f", "Asia/Tbilisi", "Service, East"),
    (
        "نازنین شایگان",
        "nazanin",
        "manager",
        (GULF,),
        "fa",
        "f",
        "Asia/Dubai",
        "Head of sales, Gulf",
    ),
    ("آرش رستمی", "arash", "member", (GULF,), "fa", "m", "Asia/Tehran", "Sales, Iran"),
    ("سامان یوسفی", "saman", "member", (SERVICE, GULF), "fa", "m", "Asia/Tehran", "Service, Gulf"),
    ("Emily Hart", "emily", "manager", (GULF,), "en", "f", "Europe/London", "Sales, UK"),
    ("James Okafor", "james", "member", (SERVICE, GULF), "en", "m", "Europe/London", "Service, UK"),
)

OWNER, ADMIN, MAREK, KAROLINA, JAKUB, PAWEL, EWA = range(1, 8)
OKSANA, TIMUR, NINO, NAZANIN, ARASH, SAMAN, EMILY, JAMES = range(8, 16)

FOUNDERS = len(_PEOPLE)
"""Those who are there in every size; they come first."""

_HOME_TEAM = {"pl": POLAND, "ru": EAST, "fa": GULF, "en": GULF}


class Cast(NamedTuple):
    """Who of us deals with one client: keys of people of the team."""

    seller: int
    boss: int
    svc: int
    prj: int
    chief: int
    team: int
    next_seller: int

    def speaker(self, role: str, author: int, *, by_tool: bool) -> int:
        """Who says a remark of that role under an entry of `author`.

        Nobody answers themselves: where the role falls on the author, a colleague steps in. Under
        the entry of a tool the seller stands for the author and may speak.
        """
        if role == "author" or (by_tool and role == "seller"):
            return author
        person = int(getattr(self, role)) if role else self.boss
        for candidate in (person, self.boss, self.next_seller, self.svc, self.prj):
            if candidate != author:
                return candidate
        return self.chief


class Crew:
    """Everybody of the demo company. Above `extra` 0 the teams get that many more members."""

    def __init__(self, extra: int, rng: Random) -> None:
        self.people = [
            PersonOfTeam(
                key, name, f"{handle}@{DOMAIN}", role, teams, language, gender, zone, title
            )
            for key, (name, handle, role, teams, language, gender, zone, title) in enumerate(
                _PEOPLE, start=1
            )
        ]
        self._sellers = {
            "pl": [KAROLINA, JAKUB, KAROLINA, MAREK],
            "ru": [OKSANA, TIMUR],
            "fa": [NAZANIN, ARASH],
            "en": [EMILY],
        }
        self._hands = {
            "pl": ([EWA], [PAWEL]),
            "ru": ([NINO], [NINO]),
            "fa": ([SAMAN], [SAMAN]),
            "en": ([JAMES], [JAMES]),
        }
        handles = {person.email for person in self.people}
        regions = [region for region, share in REGIONS for _ in range(share)]
        while extra > 0:
            region = regions[int(rng.random() * len(regions))]
            self._join(region, handles, rng)
            extra -= 1
        self.by_key = {person.key: person for person in self.people}
        self._bosses = {"pl": MAREK, "ru": OKSANA, "fa": NAZANIN, "en": MAREK}

    def _join(self, region: Region, handles: set[str], rng: Random) -> None:
        name = make_name(region.code, region.language, rng)
        email = f"{name.latin}@{DOMAIN}"
        serial = 2
        while email in handles:
            email = f"{name.latin}{serial}@{DOMAIN}"
            serial += 1
        handles.add(email)
        key = len(self.people) + 1
        serves = rng.random() < 0.3
        home = _HOME_TEAM[region.language]
        title = "Service" if serves else "Sales"
        self.people.append(
            PersonOfTeam(
                key,
                name.full,
                email,
                "member",
                (SERVICE, home) if serves else (home,),
                region.language,
                name.gender,
                region.zone,
                title,
            )
        )
        if serves:
            self._hands[region.language][0].append(key)
        else:
            self._sellers[region.language].append(key)

    def cast(self, region: Region, rng: Random) -> Cast:
        """Who deals with a new client of the region."""
        sellers = self._sellers[region.language]
        seller = sellers[int(rng.random() * len(sellers))]
        services, projects = self._hands[region.language]
        following = [key for key in sellers if key != seller] or services
        return Cast(
            seller=seller,
            boss=self._bosses[region.language],
            svc=services[int(rng.random() * len(services))],
            prj=projects[int(rng.random() * len(projects))],
            chief=OWNER,
            team=_HOME_TEAM[region.language],
            next_seller=following[int(rng.random() * len(following))],
        )
