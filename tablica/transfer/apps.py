from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TransferConfig(AppConfig):
    name = "tablica.transfer"
    verbose_name = _("Import")

    def ready(self) -> None:
        from tablica.wall.types import EntryType, register

        register(
            EntryType(
                "imported", _("Imported"), "file-spreadsheet", _("imported this"), written=False
            )
        )
