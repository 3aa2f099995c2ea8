from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate  # noqa: TID251  built-in rows, not logic
from django.utils.translation import gettext_lazy as _


class SalesConfig(AppConfig):
    name = "tablica.sales"
    verbose_name = _("Sales")

    def ready(self) -> None:
        from tablica.records.kinds import Kind, Sign, register
        from tablica.sales import entries, queries
        from tablica.sales.builtin import make_stages
        from tablica.sales.models import Deal

        post_migrate.connect(make_stages, sender=self)
        entries.declare()

        ended = {
            Deal.Outcome.WON: Sign(Deal.Outcome.WON.label, "trophy", "outcome"),
            Deal.Outcome.LOST: Sign(Deal.Outcome.LOST.label, "mood-sad", "outcome"),
        }

        def sign(body: Deal, field: str) -> Sign | None:
            return ended.get(Deal.Outcome(body.outcome)) if field == "stage" else None

        register(
            Kind(
                name="deal",
                label=_("Deal"),
                plural=_("Deals"),
                new=_("New deal"),
                icon="coins",
                path="deals",
                model=Deal,
                form="tablica.sales.forms.DealForm",
                texts=("about", "outcome_reason"),
                describe=queries.describe_deals,
                columns=("company", "amount", "stage", "expected_close"),
                change_type=entries.change_type,
                page="sales/_stepper.html",
                sign=sign,
                place=30,
            )
        )
        self._relate()

    @staticmethod
    def _relate() -> None:
        from tablica.records.kinds import Relation, relate
        from tablica.sales.models import Deal, DealPerson

        deals = Deal.objects.unguarded(reason="numbers only; whoever shows them filters")
        relate(
            Relation(
                of="company",
                kind="deal",
                label=_("Deals"),
                ids=lambda pk: deals.filter(company=pk).values_list("pk", flat=True),
                by=("deal", "company"),
                add_field="company",
            )
        )
        relate(
            Relation(
                of="person",
                kind="deal",
                label=_("Deals"),
                ids=lambda pk: DealPerson.objects.filter(person=pk).values_list("deal", flat=True),
                by=("deal", "people"),
                add_field="people",
            )
        )
        relate(
            Relation(
                of="deal",
                kind="company",
                label=_("Client"),
                ids=lambda pk: deals.filter(pk=pk, company__isnull=False).values_list(
                    "company", flat=True
                ),
                by=("deal", "company"),
            )
        )
        relate(
            Relation(
                of="deal",
                kind="person",
                label=_("People"),
                ids=lambda pk: DealPerson.objects.filter(deal=pk).values_list("person", flat=True),
                by=("deal", "people"),
            )
        )
