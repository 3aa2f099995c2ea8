"""The addresses of what roles allow, and of what somebody sees."""

from django.urls import path

from tablica.access.views import previews, roles

urlpatterns = [
    path("settings/roles", roles.roles, name="roles"),
    path("settings/roles/new", roles.new, name="role-new"),
    path("settings/roles/<int:role_id>", roles.role, name="role"),
    path("settings/roles/<int:role_id>/removal", roles.removal, name="role-removal"),
    path("settings/people/<int:user_id>/view", previews.view, name="person-view"),
]
