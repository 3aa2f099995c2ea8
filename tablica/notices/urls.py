"""The addresses of notifications."""

from django.urls import path

from tablica.notices.views import bell as views
from tablica.notices.views import putting_off

urlpatterns = [
    path("notifications", views.notices, name="notices"),
    path("notifications/bell", views.bell, name="bell"),
    path("notifications/read", views.read_all, name="notices-read"),
    path("notifications/seen", views.seen, name="notices-seen"),
    path("notifications/<int:notice_id>/read", views.read, name="notice-read"),
    path("notifications/<int:notice_id>/unread", views.unread, name="notice-unread"),
    path("notifications/<int:notice_id>/menu", putting_off.menu, name="notice-menu"),
    path("notifications/<int:notice_id>/snooze", putting_off.snooze, name="notice-snooze"),
    path("notifications/<int:notice_id>/snooze/undo", putting_off.unsnooze, name="notice-up"),
    path("notifications/<int:notice_id>/mute", putting_off.mute, name="notice-mute"),
    path("notifications/<int:notice_id>/mute/undo", putting_off.unmute, name="notice-unmute"),
    path("notifications/<int:notice_id>/mute-wall", putting_off.mute_wall, name="notice-mute-wall"),
    path(
        "notifications/<int:notice_id>/mute-wall/undo",
        putting_off.unmute_wall,
        name="notice-unmute-wall",
    ),
    path("e/<int:entry_id>/notifications/read", views.read_talk, name="talk-read"),
    path("r/<int:record_id>/notifications/read", views.read_wall, name="wall-read"),
]
