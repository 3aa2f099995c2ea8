"""The addresses of pages. Every kind of record has its list and its profiles below its path."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from tablica.records.kinds import all_kinds
from tablica.web.views import dashboard, fields, health, records, trash


def _of_kinds() -> list[URLPattern]:
    found = []
    for kind in all_kinds():
        said = {"kind": kind.name}
        at = kind.path
        found += [
            path(at, records.list_page, said, name=f"{kind.name}-list"),
            path(f"{at}/new", records.new, said, name=f"{kind.name}-new"),
            path(f"{at}/<int:record_id>", records.record_page, said, name=kind.name),
        ]
    return found


urlpatterns: list[URLPattern | URLResolver] = [
    path("", dashboard.dashboard, name="dashboard"),
    path("r/<int:record_id>", dashboard.record, name="record"),
    path("r/<int:record_id>/edit", records.edit, name="record-edit"),
    path("r/<int:record_id>/trash", records.trash, name="record-trash"),
    path("r/<int:record_id>/restore", records.restore, name="record-restore"),
    path("r/<int:record_id>/tags", records.tags, name="record-tags"),
    path("r/<int:record_id>/fields/<str:name>", fields.field, name="field"),
    path("r/<int:record_id>/fields/<str:name>/edit", fields.field_form, name="field-edit"),
    path("", include("tablica.sales.urls")),
    path("", include("tablica.spaces.urls")),
    *_of_kinds(),
    path("trash", trash.trash, name="trash"),
    path("trash/record/<int:number>/undo", trash.restore_record, name="trash-record-undo"),
    path("trash/entry/<int:number>/undo", trash.restore_entry, name="trash-entry-undo"),
    path("trash/comment/<int:number>/undo", trash.restore_comment, name="trash-comment-undo"),
    path("health", health.health, name="health"),
    path("", include("tablica.wall.urls")),
    path("", include("tablica.live.urls")),
    path("", include("tablica.notices.urls")),
    path("", include("tablica.letters.urls")),
    path("", include("tablica.search.urls")),
    path("", include("tablica.access.urls")),
    path("", include("tablica.leaving.urls")),
    path("", include("tablica.accounts.urls")),
]
