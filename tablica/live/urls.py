"""The addresses of what is live."""

from django.urls import path

from tablica.live import views

urlpatterns = [
    path("live", views.live, name="live"),
    path("live/writing", views.writing, name="writing"),
]
