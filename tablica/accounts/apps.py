from django.apps import AppConfig
from django.db.models.signals import post_migrate  # noqa: TID251  built-in rows, not logic
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "tablica.accounts"
    verbose_name = _("People of the company")

    def ready(self) -> None:
        from tablica.accounts.builtin import make_roles

        post_migrate.connect(make_roles, sender=self)
