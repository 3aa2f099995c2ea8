from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "tablica.people"
    verbose_name = _("Clients")

    def ready(self) -> None:
        from tablica.people import queries
        from tablica.people.models import Company, Employment, Person
        from tablica.records.kinds import Kind, Relation, register, relate

        register(
            Kind(
                name="company",
                label=_("Company"),
                plural=_("Companies"),
                new=_("New company"),
                icon="building-store",
                path="companies",
                model=Company,
                form="tablica.people.forms.CompanyForm",
                texts=queries.COMPANY_TEXTS,
                describe=queries.describe_companies,
                columns=("relationship", "industry", "city", "phone"),
                place=10,
            )
        )
        register(
            Kind(
                name="person",
                label=_("Person"),
                plural=_("People"),
                new=_("New person"),
                icon="user",
                path="people",
                model=Person,
                form="tablica.people.forms.PersonForm",
                texts=("position", "email", "phone", "mobile", "city", "about"),
                describe=queries.describe_people,
                columns=("companies", "position", "email", "phone"),
                place=20,
            )
        )
        relate(
            Relation(
                of="company",
                kind="person",
                label=_("People"),
                ids=lambda pk: Employment.objects.filter(company=pk).values_list(
                    "person", flat=True
                ),
                by=("person", "companies"),
                add_field="companies",
            )
        )
        relate(
            Relation(
                of="person",
                kind="company",
                label=_("Companies"),
                ids=lambda pk: Employment.objects.filter(person=pk).values_list(
                    "company", flat=True
                ),
                by=("person", "companies"),
            )
        )
