"""The addresses of finding."""

from django.urls import path

from tablica.search import views

urlpatterns = [
    path("search", views.search, name="search"),
    path("search/suggest", views.suggest, name="search-suggest"),
    path("records/suggest", views.suggest_records, name="records-suggest"),
]
