from django.apps import AppConfig
from django.db.models.signals import post_migrate  # noqa: TID251  built-in rows, not logic
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "tablica.accounts"
    verbose_name = _("People of the company")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from tablica.accounts.builtin import make_roles
        from tablica.accounts.factors.codes import about_app_of
        from tablica.accounts.views.keeping import begin
        from tablica.shared.resealing import Sealed, declare

        declare(Sealed("accounts.CodeApp", "sealed", lambda app: about_app_of(app.user_id)))

        user_logged_in.connect(begin, dispatch_uid="when sessions begin")
        post_migrate.connect(make_roles, sender=self)
