"""Undo from a toast: in place for a piece of a page, as a plain form without scripts."""

from __future__ import annotations

from django.test import Client

from tablica.wall.commands import comments
from tests.cast import Three, make_entry

HTMX = {"HX-Request": "true"}


def test_a_deleted_comment_comes_back_where_it_was(three: Three) -> None:
    client = Client()
    client.force_login(three.owner)
    entry = make_entry(three.company, author=three.owner)
    said = comments.write_comment(entry.pk, by=three.owner, text="as agreed")
    on = f"?on={three.company.pk}"
    gone = client.post(
        f"/comments/{said.pk}/trash{on}", {"version": said.version}, headers=HTMX
    ).content.decode()
    undo = f"/comments/{said.pk}/trash/undo"
    assert "as agreed" not in gone
    assert f'action="{undo}" hx-post="{undo}{on}" hx-target="#entry-{entry.pk}"' in gone
    back = client.post(f"{undo}{on}", headers=HTMX).content.decode()
    assert f'id="entry-{entry.pk}"' in back
    assert "as agreed" in back
    assert "<html" not in back
