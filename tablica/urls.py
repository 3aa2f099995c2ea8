"""All addresses: the API's and the pages', which do not know each other."""

from django.urls import include, path

urlpatterns = [
    path("", include("tablica.api.urls")),
    path("", include("tablica.exports.urls")),
    path("", include("tablica.web.urls")),
]

handler403 = "tablica.web.errors.forbidden"
handler404 = "tablica.web.errors.unknown"
handler500 = "tablica.web.errors.broken"
