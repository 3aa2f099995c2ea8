"""The addresses of the board, and of what becomes of a deal."""

from django.urls import path

from tablica.sales import views

urlpatterns = [
    path("deals/board", views.board, name="board"),
    path("deals/<int:deal_id>/menu", views.menu, name="deal-menu"),
    path("deals/<int:deal_id>/stage", views.stage, name="deal-stage"),
    path("deals/<int:deal_id>/stage/<slug:slug>", views.stage, name="deal-stage-named"),
    path("deals/<int:deal_id>/win", views.win, name="deal-win"),
    path("deals/<int:deal_id>/lose", views.lose, name="deal-lose"),
    path("deals/<int:deal_id>/reopen", views.reopen, name="deal-reopen"),
]
