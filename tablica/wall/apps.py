from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WallConfig(AppConfig):
    name = "tablica.wall"
    verbose_name = _("The wall")

    def ready(self) -> None:
        from tablica.wall.sharing import SHARED
        from tablica.wall.types import EntryType, register

        for entry_type in (
            EntryType("note", _("Note"), "note", _("wrote"), composer=True),
            EntryType("call", _("Call"), "phone", _("called"), composer=True),
            EntryType("meeting", _("Meeting"), "calendar-event", _("met"), composer=True),
            EntryType("file", _("File"), "paperclip", _("added a file"), composer=True),
            EntryType("chat", _("Chat"), "message-circle", _("chatted")),
            EntryType("message", _("Message"), "plug-connected", _("sent a message")),
            EntryType(
                "created",
                _("Created"),
                "circle-plus",
                _("added this"),
                written=False,
                elsewhere=_("added %(wall)s"),
            ),
            EntryType(
                "changed",
                _("Changed"),
                "pencil",
                _("changed"),
                written=False,
                elsewhere=_("changed %(wall)s"),
            ),
            EntryType(
                "trashed",
                _("Deleted"),
                "trash",
                _("deleted this"),
                written=False,
                elsewhere=_("deleted %(wall)s"),
            ),
            EntryType(
                "restored",
                _("Restored"),
                "arrow-back-up",
                _("restored this"),
                written=False,
                elsewhere=_("restored %(wall)s"),
            ),
            EntryType(
                SHARED,
                _("Opened to one person"),
                "share",
                _("opened this to one person more"),
                written=False,
                elsewhere=_("opened %(wall)s to one person more"),
            ),
            EntryType("moved", _("Moved"), "corner-up-right", _("moved an entry"), written=False),
        ):
            register(entry_type)
