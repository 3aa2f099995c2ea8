from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiveConfig(AppConfig):
    name = "tablica.live"
    verbose_name = _("Live pages")

    def ready(self) -> None:
        from tablica.live import hearing
        from tablica.notices.signals import changed
        from tablica.records.signals import text_changed
        from tablica.wall.signals import happened, redrawn

        happened.connect(hearing.entry_happened, dispatch_uid="live")
        text_changed.connect(hearing.texts_changed, dispatch_uid="live")
        redrawn.connect(hearing.redrawn, dispatch_uid="live")
        changed.connect(hearing.bells_changed, dispatch_uid="live")
