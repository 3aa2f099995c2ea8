"""The addresses of polls, ideas and questions."""

from django.urls import path

from tablica.spaces.views import deciding, topics

urlpatterns = [
    path("e/<int:entry_id>/vote", deciding.vote, name="vote"),
    path("e/<int:entry_id>/vote/undo", deciding.unvote, name="vote-undo"),
    path("e/<int:entry_id>/closing", deciding.close, name="closing"),
    path("e/<int:entry_id>/closing/undo", deciding.reopen, name="closing-undo"),
    path("e/<int:entry_id>/status", deciding.decide, name="idea-status"),
    path("e/<int:entry_id>/answer", deciding.accept, name="answer"),
    path("e/<int:entry_id>/answer/undo", deciding.take_back, name="answer-undo"),
    path("spaces/<int:record_id>/ideas", topics.ideas, name="ideas"),
    path("spaces/<int:record_id>/questions", topics.questions, name="questions"),
]
