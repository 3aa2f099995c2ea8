from django.apps import AppConfig
from django.db.models.signals import post_migrate  # noqa: TID251  built-in rows, not logic
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "tablica.records"
    verbose_name = _("Records")

    def ready(self) -> None:
        from tablica.records import checks  # noqa: F401  registers the check of kinds
        from tablica.records.builtin import make_audiences

        post_migrate.connect(make_audiences, sender=self)
