"""The addresses of walls, entries, comments and files."""

from django.urls import path

from tablica.wall.views import choices, comments, entries, files, follows, placing, reactions, tags

urlpatterns = [
    path("r/<int:record_id>/wall", entries.write, name="write"),
    path("r/<int:record_id>/follow", follows.follow, name="follow"),
    path("r/<int:record_id>/follow/undo", follows.unfollow, name="unfollow"),
    path("e/<int:entry_id>", entries.entry, name="entry"),
    path("e/<int:entry_id>/edit", entries.edit_form, name="entry-edit"),
    path("e/<int:entry_id>/menu", entries.menu, name="entry-menu"),
    path("e/<int:entry_id>/history", entries.history, name="entry-history"),
    path("e/<int:entry_id>/pin", entries.pin, name="pin"),
    path("e/<int:entry_id>/pin/undo", entries.unpin, name="unpin"),
    path("e/<int:entry_id>/trash", entries.trash, name="entry-trash"),
    path("e/<int:entry_id>/trash/undo", entries.untrash, name="entry-restore"),
    path("e/<int:entry_id>/move", placing.move, name="move"),
    path("e/<int:entry_id>/show-on", placing.show_on, name="show-on"),
    path("e/<int:entry_id>/move/undo", placing.undo_move, name="move-undo"),
    path("e/<int:entry_id>/show-on/<int:record_id>/undo", placing.unplace, name="show-on-undo"),
    path("e/<int:entry_id>/comments", comments.write, name="comment-write"),
    path("e/<int:entry_id>/moods", reactions.moods, name="moods"),
    path("e/<int:entry_id>/reactions/<str:emoji>", reactions.react, name="react"),
    path("e/<int:entry_id>/reactions/<str:emoji>/undo", reactions.unreact, name="unreact"),
    path("comments/<int:comment_id>", comments.edit, name="comment"),
    path("comments/<int:comment_id>/edit", comments.edit_form, name="comment-edit"),
    path("comments/<int:comment_id>/history", comments.history, name="comment-history"),
    path("comments/<int:comment_id>/trash", comments.trash, name="comment-trash"),
    path("comments/<int:comment_id>/trash/undo", comments.untrash, name="comment-restore"),
    path(
        "comments/<int:comment_id>/reactions/<str:emoji>",
        reactions.react_to_comment,
        name="comment-react",
    ),
    path(
        "comments/<int:comment_id>/reactions/<str:emoji>/undo",
        reactions.unreact_to_comment,
        name="comment-unreact",
    ),
    path("walls/filters", choices.filters, name="wall-filters"),
    path("walls/readers", choices.readers, name="wall-readers"),
    path("people/mentions", choices.mentions, name="mentions"),
    path("tags/suggest", tags.suggest, name="tags-suggest"),
    path("settings/tags", tags.tags, name="tags"),
    path("settings/tags/<int:tag_id>", tags.tag, name="tag"),
    path("settings/tags/<int:tag_id>/merge", tags.merge, name="tag-merge"),
    path("settings/tags/<int:tag_id>/merge/undo", tags.unmerge, name="tag-merge-undo"),
    path("settings/tags/<int:tag_id>/removal", tags.removal, name="tag-removal"),
    path("files/<int:file_id>", files.download, name="file-plain"),
    path("files/<int:file_id>/<str:name>", files.download, name="file"),
]
