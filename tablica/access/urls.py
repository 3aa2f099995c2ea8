"""The addresses of what roles allow, and of what somebody sees."""

from django.urls import path

from tablica.access.views import previews, roles, trail

urlpatterns = [
    path("settings/roles", roles.roles, name="roles"),
    path("settings/roles/new", roles.new, name="role-new"),
    path("settings/roles/<int:role_id>", roles.role, name="role"),
    path("settings/roles/<int:role_id>/removal", roles.removal, name="role-removal"),
    path("settings/trail", trail.trail, name="trail"),
    path("settings/trail/examination", trail.examine, name="trail-examination"),
    path("settings/people/<int:user_id>/view", previews.view, name="person-view"),
]
