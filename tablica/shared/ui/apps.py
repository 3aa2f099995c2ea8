from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "tablica.shared.ui"
    label = "ui"
