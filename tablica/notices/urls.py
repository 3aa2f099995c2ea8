"""The addresses of notifications."""

from django.urls import path

from tablica.notices import views

urlpatterns = [
    path("notifications", views.notices, name="notices"),
    path("notifications/bell", views.bell, name="bell"),
    path("notifications/read", views.read_all, name="notices-read"),
    path("notifications/<int:notice_id>/read", views.read, name="notice-read"),
    path("notifications/<int:notice_id>/unread", views.unread, name="notice-unread"),
]
