from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "tablica.shared.jobs"
    label = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        """Load every room's `jobs.py`, where its tasks and their times are declared."""
        from tablica.shared.jobs import checks  # noqa: F401

        autodiscover_modules("jobs")
