"""The addresses of letters: what one wants, what was sent and came, and the way out of them."""

from django.urls import path

from tablica.letters import views

urlpatterns = [
    path("settings/notifications", views.choices, name="mail-choices"),
    path("settings/mail", views.mail, name="mail"),
    path("settings/mail/trial", views.trial, name="mail-trial"),
    path("settings/mail/letters/<int:letter_id>/retry", views.send_again, name="letter-retry"),
    path("settings/mail/answers/<int:answer_id>/retry", views.read_again, name="answer-retry"),
    path("letters/leave/<str:secret>", views.leave, name="leave"),
    path("letters/leave/<str:secret>/undo", views.come_back, name="leave-undo"),
]
