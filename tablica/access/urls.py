"""The addresses of what roles allow, and of what somebody sees."""

from django.urls import path

from tablica.access.views import absences, looking, previews, roles, shares, trail

urlpatterns = [
    path("settings/roles", roles.roles, name="roles"),
    path("settings/roles/new", roles.new, name="role-new"),
    path("settings/roles/<int:role_id>", roles.role, name="role"),
    path("settings/roles/<int:role_id>/removal", roles.removal, name="role-removal"),
    path("settings/trail", trail.trail, name="trail"),
    path("settings/trail/examination", trail.examine, name="trail-examination"),
    path("settings/people/<int:user_id>/view", previews.view, name="person-view"),
    path("settings/people/<int:user_id>/look-in", looking.begin, name="look-in"),
    path("settings/look-in/end", looking.end, name="look-in-end"),
    path("settings/looked-into", looking.looked_into, name="looked-into"),
    path("settings/absence", absences.mine, name="absence"),
    path("settings/people/<int:user_id>/absence", absences.of_person, name="person-absence"),
    path("absences/<int:number>", absences.absence, name="absence-page"),
    path("absences/<int:number>/read", absences.read, name="absence-read"),
    path("absences/<int:number>/end", absences.end, name="absence-end"),
    path("r/<int:record_id>/sharing", shares.sharing, name="sharing"),
    path("r/<int:record_id>/sharing/<int:user_id>/end", shares.end, name="sharing-end"),
]
