from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeavingConfig(AppConfig):
    name = "tablica.leaving"
    verbose_name = _("Leaving")
