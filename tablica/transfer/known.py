"""What is here already, by the marks by which two rows are the same company, person or deal."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.records.kinds import Kind
from tablica.records.rules import hidden_fields
from tablica.shared.text.folding import fold
from tablica.transfer.mapping import company_field


@dataclass(frozen=True)
class Marks:
    """By what a record is recognised: folded title, tax id, e-mail; companies tell two apart."""

    title: str = ""
    tax_id: str = ""
    email: str = ""
    companies: frozenset[int] = frozenset()


def marks(
    title: str = "", tax_id: str = "", email: str = "", companies: Iterable[int] = ()
) -> Marks:
    """Marks as they are compared: PL 526-000-12-46 is 5260001246, Łódź is lodz."""
    tax = re.sub(r"[^0-9A-Z]", "", fold(tax_id).upper())
    return Marks(
        " ".join(fold(title).split()),
        re.sub(r"^[A-Z]{2}(?=\d)", "", tax),
        fold(email).strip(),
        frozenset(companies),
    )


@dataclass(frozen=True)
class Match:
    """A record that is here already, and by which mark it is the same, in words."""

    id: int
    by: str


@dataclass
class Known:
    """The records of one kind that somebody sees, by their marks. Hidden ones are not known.

    Neither are marks in hidden fields: else one could find out by an import what they hold.
    """

    kind: Kind
    _by_title: dict[str, list[int]] = field(default_factory=dict)
    _by_tax_id: dict[str, list[int]] = field(default_factory=dict)
    _by_email: dict[str, list[int]] = field(default_factory=dict)
    _marks: dict[int, Marks] = field(default_factory=dict)

    @classmethod
    def of(cls, kind: Kind, user: User) -> Known:
        """Everything of this kind that `user` may see, read once."""
        known = cls(kind)
        model = kind.model
        columns = {f.attname for f in model._meta.concrete_fields}
        hidden = hidden_fields(user, kind.name)
        told_by = {"tax_id": "tax_id", "email": "email", "company": "company_id"}
        extra = [c for name, c in told_by.items() if c in columns and name not in hidden]
        companies = known._companies(hidden)
        for pk, title, *values in (
            model.objects.visible_to(user)
            .order_by("pk")
            .values_list("pk", "record__title", *extra)
            .iterator()
        ):
            facts = dict(zip(extra, values, strict=True))
            client = facts.get("company_id")
            at = companies.get(pk, []) if client is None else [client]
            known.add(pk, marks(title, facts.get("tax_id") or "", facts.get("email") or "", at))
        return known

    def _companies(self, hidden: Collection[str]) -> dict[int, list[int]]:
        """The companies of each record whose kind relates it to several."""
        name = company_field(self.kind)
        of = self.kind.model._meta.get_field(name) if name and name not in hidden else None
        found: dict[int, list[int]] = {}
        if of is not None and of.many_to_many:
            through = of.remote_field.through  # type: ignore[union-attr]
            source, target = of.m2m_field_name(), of.m2m_reverse_field_name()  # type: ignore[union-attr]
            for pk, company in through.objects.values_list(source, target):
                found.setdefault(pk, []).append(company)
        return found

    def add(self, pk: int, its: Marks) -> None:
        """Remember a record under its marks; later rows find it too."""
        self._marks[pk] = its
        for index, key in (
            (self._by_title, its.title),
            (self._by_tax_id, its.tax_id),
            (self._by_email, its.email),
        ):
            if key:
                index.setdefault(key, []).append(pk)

    def find(self, wanted: Marks) -> Match | None:
        """The record with these marks: by tax id, else by e-mail, else by title.

        Different tax ids are never the same; of one title, nor are different e-mails or companies.
        """
        for pk in self._by_tax_id.get(wanted.tax_id, ()):
            return Match(pk, _("the same tax id"))
        for pk in self._by_email.get(wanted.email, ()):
            if not _differ(self._marks[pk].tax_id, wanted.tax_id):
                return Match(pk, _("the same e-mail"))
        for pk in self._by_title.get(wanted.title, ()):
            if _may_be_one(self._marks[pk], wanted):
                return Match(pk, _("the same name"))
        return None

    def named(self, name: str) -> list[int]:
        """Those of this name, or with this e-mail or tax id."""
        its = marks(name, name if re.search(r"\d{4}", name) else "", name if "@" in name else "")
        return (
            self._by_title.get(its.title)
            or (self._by_email.get(its.email) if its.email else None)
            or (self._by_tax_id.get(its.tax_id) if its.tax_id else None)
            or []
        )

    def with_tax_id(self, tax_id: str) -> int | None:
        """The one with this tax id."""
        return next(iter(self._by_tax_id.get(marks(tax_id=tax_id).tax_id, ())), None)


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _may_be_one(its: Marks, wanted: Marks) -> bool:
    """Whether nothing but the title speaks about these two, or all that does is alike."""
    elsewhere = its.companies and wanted.companies and its.companies.isdisjoint(wanted.companies)
    apart = _differ(its.tax_id, wanted.tax_id) or _differ(its.email, wanted.email)
    return not apart and not elsewhere
