from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "tablica.search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from tablica.records.signals import text_changed
        from tablica.search import indexing
        from tablica.search.queries import entries_containing
        from tablica.wall.queries.filters import use_matcher

        text_changed.connect(indexing.text_changed, dispatch_uid="search")
        use_matcher(entries_containing)
