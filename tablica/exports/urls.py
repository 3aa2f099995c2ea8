"""The addresses of lists as files."""

from __future__ import annotations

from django.urls import path

from tablica.exports import views
from tablica.records.kinds import all_kinds

urlpatterns = [
    *(
        path(f"{kind.path}/export", views.export, {"kind": kind.name}, name=f"{kind.name}-export")
        for kind in all_kinds()
    ),
    path("exports", views.mine, name="exports"),
    path("exports/<int:file_number>", views.download, name="export-file"),
]
