from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LettersConfig(AppConfig):
    name = "tablica.letters"
    verbose_name = _("Letters")

    def ready(self) -> None:
        from tablica.letters.commands.sending import is_still_wanted
        from tablica.letters.jobs import hear
        from tablica.letters.models import DIGEST, TALK
        from tablica.notices.signals import changed
        from tablica.shared.mail.delivery import ask_before_sending

        changed.connect(hear, dispatch_uid="letters")
        for kind in (TALK, DIGEST):
            ask_before_sending(kind, is_still_wanted)
