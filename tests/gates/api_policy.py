"""What every call of the API requires: the second half of the table of doors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tablica.api.urls import api
from tests.gates import policy as rules
from tests.gates.policy import HIDDEN, OK, REFUSED, Door, Rule, text_file
from tests.gates.worlds import Target, World
from tests.oracle import Person

SPACE = "api-1:"


def calls() -> set[tuple[str, str]]:
    """Every call that the API itself knows, with its method."""
    return {
        (SPACE + operation.view_func.__name__, method)
        for _prefix, router in api._routers
        for view in router.path_operations.values()
        for operation in view.operations
        for method in operation.methods
    }


def curates(person: Person, target: Target, world: World) -> str:
    """Who looks after the tags; others see the tag of the public wall, if they see that wall."""
    if person.can("tags"):
        return OK
    return REFUSED if person.sees(world.public) else HIDDEN


def meets_tag(person: Person, target: Target, world: World) -> str:
    met = person.sees(world.public) or person.can("tags")
    return OK if met else HIDDEN


def moves_by_call(person: Person, target: Target, world: World) -> str:
    return rules.moves_to_public(REFUSED)(person, target, world)


def _record(rule: Rule, **sent: Any) -> Door:
    return _seen(rule, "record", sent)


def _seen(rule: Rule, part: str, sent: Mapping[str, Any] | None = None) -> Door:
    """A call that says which version of this part it saw."""

    def versions(target: Target, world: World) -> Mapping[str, str]:
        thing = getattr(target, part, None)
        return {"If-Match": f'"{1 if thing is None else thing.version}"'}

    return Door(rule, send=lambda t, w: sent or {}, versions=versions)


def _to_public(target: Target, world: World) -> Mapping[str, Any]:
    return {"to": world.public.pk}


def _says(**sent: Any) -> Any:
    return lambda target, world: sent


_emoji = rules.MORE["emoji"]
_tag = {"at": lambda t, w: {"tag_id": w.tag.pk}}
_first = _says(title="New", kind="company")

_calls: dict[tuple[str, str], Door] = {
    ("get_me", "GET"): Door(rules.signed_in),
    ("list_kinds", "GET"): Door(rules.signed_in),
    ("list_colleagues", "GET"): Door(rules.signed_in),
    ("list_teams", "GET"): Door(rules.signed_in),
    ("list_records", "GET"): Door(rules.signed_in),
    ("create_record", "POST"): Door(rules.creates("company", REFUSED), _first),
    ("get_record", "GET"): Door(rules.sees),
    ("change_record", "PATCH"): _record(rules.edits, title="Renamed"),
    ("trash_record", "DELETE"): _record(rules.deletes),
    ("restore_record", "POST"): Door(rules.restores_record),
    ("move_to_stage", "POST"): Door(rules.edits_deal, _says(stage="offer")),
    ("win_deal", "POST"): Door(rules.edits_deal, _says(reason="")),
    ("lose_deal", "POST"): Door(rules.edits_deal, _says(reason="Price")),
    ("reopen_deal", "POST"): Door(rules.edits_deal),
    ("read_wall", "GET"): Door(rules.sees, query="?context=1"),
    ("write", "POST"): Door(rules.sees, _says(text="New #vip")),
    ("read_feed", "GET"): Door(rules.signed_in),
    ("get_follow", "GET"): Door(rules.sees),
    ("put_follow", "PUT"): Door(rules.sees, _says(mode="talk")),
    ("delete_follow", "DELETE"): Door(rules.sees),
    ("get_entry", "GET"): Door(rules.reads),
    ("change_entry", "PATCH"): _seen(rules.writes_it, "entry", {"text": "New"}),
    ("trash_entry", "DELETE"): _seen(rules.trashes_entry, "entry"),
    ("restore_entry", "POST"): Door(rules.restores_entry, at=rules.MORE["thrown entry"]),
    ("get_history", "GET"): Door(rules.reads),
    ("get_comment_history", "GET"): Door(rules.reads_comment),
    ("move_entry", "POST"): Door(moves_by_call, _to_public),
    ("undo_move", "POST"): Door(rules.undoes_move, at=rules.MORE["moved"]),
    ("pin_entry", "PUT"): Door(rules.pins),
    ("unpin_entry", "DELETE"): Door(rules.pins),
    ("vote", "PUT"): Door(rules.is_no_such_entry, _says(choices=[1])),
    ("unvote", "DELETE"): Door(rules.is_no_such_entry),
    ("close_poll", "PUT"): Door(rules.is_no_such_entry),
    ("reopen_poll", "DELETE"): Door(rules.is_no_such_entry),
    ("decide_idea", "PUT"): Door(rules.is_no_such_entry, _says(status="planned")),
    ("accept_answer", "PUT"): Door(rules.is_no_such_entry, _says(comment=1)),
    ("reopen_question", "DELETE"): Door(rules.is_no_such_entry),
    ("list_comments", "GET"): Door(rules.reads),
    ("write_comment", "POST"): Door(rules.reads, _says(text="New")),
    ("get_comment", "GET"): Door(rules.reads_comment),
    ("change_comment", "PATCH"): _seen(rules.edits_comment, "comment", {"text": "New"}),
    ("trash_comment", "DELETE"): _seen(rules.trashes_comment, "comment"),
    ("restore_comment", "POST"): Door(rules.restores_comment, at=rules.MORE["thrown comment"]),
    ("react_to_entry", "PUT"): Door(rules.reads, at=_emoji),
    ("unreact_to_entry", "DELETE"): Door(rules.reads, at=_emoji),
    ("react_to_comment", "PUT"): Door(rules.reads_comment, at=_emoji),
    ("unreact_to_comment", "DELETE"): Door(rules.reads_comment, at=_emoji),
    ("search", "GET"): Door(rules.signed_in, query="?q=entry"),
    ("suggest", "GET"): Door(rules.signed_in, query="?q=entry"),
    ("upload_file", "POST"): Door(rules.signed_in, lambda t, w: {"file": text_file()}),
    ("get_file", "GET"): Door(rules.fetches),
    ("describe_file", "GET"): Door(rules.fetches),
    ("list_notices", "GET"): Door(rules.signed_in),
    ("read_notices", "POST"): Door(rules.signed_in, lambda t, w: {"all": True}),
    ("list_tags", "GET"): Door(rules.signed_in),
    ("make_tag", "POST"): Door(rules.signed_in, _says(name="newest")),
    ("get_tag", "GET"): Door(meets_tag, **_tag),
    ("change_tag", "PATCH"): replace(_seen(curates, "tag", {"name": "other"}), **_tag),
    ("delete_tag", "DELETE"): replace(_seen(curates, "tag"), **_tag),
    ("merge_tag", "POST"): Door(curates, lambda t, w: {"into": w.other_tag.pk}, **_tag),
    ("undo_merge_of_tag", "POST"): Door(rules.curates, at=rules.MORE["merged tag"]),
}
CALLS: dict[tuple[str, str], Door] = {
    **{(SPACE + name, method): door for (name, method), door in _calls.items()},
    ("openapi", "GET"): Door(rules.signed_in, public=True),
    ("api-docs", "GET"): Door(rules.signed_in, public=True),
}
