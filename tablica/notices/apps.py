from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "tablica.notices"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from tablica.notices.jobs import hear, hear_likes
        from tablica.wall.signals import happened, liked

        happened.connect(hear, dispatch_uid="notices")
        liked.connect(hear_likes, dispatch_uid="notices of likes")
