from __future__ import annotations

from collections.abc import Collection, Iterable

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpacesConfig(AppConfig):
    name = "tablica.spaces"
    verbose_name = _("Spaces")

    def ready(self) -> None:
        from tablica.records.kinds import Kind, register
        from tablica.spaces.models import Space

        def describe(ids: Iterable[int], hidden: Collection[str]) -> dict[int, str]:
            if "about" in hidden:
                return {}
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
                texts=("about",),
                describe=describe,
                columns=("about",),
                page="spaces/_tabs.html",
                place=40,
            )
        )
        self._declare_types()

    @staticmethod
    def _declare_types() -> None:
        from tablica.spaces.types import IdeaExtra, PollExtra, QuestionExtra
        from tablica.wall.types import EntryType, register

        register(
            EntryType(
                "question",
                _("Question"),
                "help-circle",
                _("asked"),
                walls_of=("space",),
                placeholder=_("What do you want to know?"),
                template="spaces/_question.html",
                comment_template="spaces/_accept.html",
                extra=QuestionExtra(),
            )
        )
        register(
            EntryType(
                "poll",
                _("Poll"),
                "chart-bar",
                _("asked everybody"),
                walls_of=("space",),
                placeholder=_("What is to be decided?"),
                fields="spaces/_poll_fields.html",
                template="spaces/_poll.html",
                extra=PollExtra(),
            )
        )
        register(
            EntryType(
                "idea",
                _("Idea"),
                "bulb",
                _("had an idea"),
                walls_of=("space",),
                placeholder=_("What would be better, and for whom?"),
                template="spaces/_idea.html",
                extra=IdeaExtra(),
            )
        )
