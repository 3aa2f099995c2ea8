"""Addresses of the pages made for these tests."""

from django.urls import path

from tablica.shared.once.tests import views

urlpatterns = [
    path("note", views.note),
    path("slow", views.slow),
    path("mistaken", views.mistaken),
    path("crash", views.crash),
    path("away", views.away),
    path("large", views.large),
    path("streamed", views.streamed),
    path("late", views.late),
    path("upload", views.upload),
    path("api/note", views.api_note),
    path("api/large", views.api_large),
]
