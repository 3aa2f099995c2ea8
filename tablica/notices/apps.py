from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "tablica.notices"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from tablica.notices.jobs import hear, hear_gone, hear_likes, hear_put_off
        from tablica.notices.signals import put_off_until
        from tablica.records.signals import text_changed
        from tablica.wall.signals import happened, liked

        happened.connect(hear, dispatch_uid="notices")
        liked.connect(hear_likes, dispatch_uid="notices of likes")
        text_changed.connect(hear_gone, dispatch_uid="notices of what is gone")
        put_off_until.connect(hear_put_off, dispatch_uid="notices put off")
