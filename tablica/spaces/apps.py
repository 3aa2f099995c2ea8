from __future__ import annotations

from collections.abc import Iterable

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpacesConfig(AppConfig):
    name = "tablica.spaces"
    verbose_name = _("Spaces")

    def ready(self) -> None:
        from tablica.records.kinds import Kind, register
        from tablica.spaces.models import Space

        def texts(body: Space) -> Iterable[str]:
            return (body.about,)

        def describe(ids: Iterable[int]) -> dict[int, str]:
            rows = Space.objects.unguarded(reason="the caller's records are the reader's")
            return {
                pk: about.split("\n")[0][:120]
                for pk, about in rows.filter(pk__in=ids).values_list("pk", "about")
            }

        register(
            Kind(
                name="space",
                label=_("Space"),
                plural=_("Spaces"),
                new=_("New space"),
                icon="messages",
                path="spaces",
                model=Space,
                form="tablica.spaces.forms.SpaceForm",
                texts=texts,
                describe=describe,
                columns=("about",),
                place=40,
            )
        )
