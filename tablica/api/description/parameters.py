"""What calls take in their address and headers."""

from __future__ import annotations

from typing import Any

Parameter = dict[str, Any]

CHANGING_A_VERSION = {
    f"{verb}_{thing}" for verb in ("change", "trash") for thing in ("record", "entry", "comment")
} | {"rename_tag", "remove_tag"}
MAY_NAME_A_VERSION = {"move_to_stage", "win_deal", "lose_deal", "reopen_deal"}
WITH_VERSION = {
    "create_record", "get_record", "change_record", "restore_record", "move_to_stage", "win_deal",
    "lose_deal", "reopen_deal", "write_entry", "get_entry", "change_entry", "restore_entry",
    "move_entry", "undo_move", "pin_entry", "unpin_entry", "write_comment", "get_comment",
    "change_comment", "restore_comment", "make_tag", "get_tag", "rename_tag", "merge_tag",
    "undo_merge", "vote", "unvote", "close_poll", "reopen_poll", "decide_idea", "accept_answer",
    "reopen_question",
}  # fmt: skip

FILE_BODY: Parameter = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        }
    },
}
FILE_ANSWER: Parameter = {
    "description": "The bytes. Only plain pictures come with their type; all else is a download.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}

_TEXT, _NUMBER = {"type": "string"}, {"type": "integer", "minimum": 1}
_SWITCH = {"type": "string", "enum": ["0", "1"]}


def _query(name: str, description: str, schema: Parameter = _TEXT) -> Parameter:
    return {
        "in": "query",
        "name": name,
        "required": False,
        "schema": schema,
        "description": description,
    }


_LIMIT = _query(
    "limit", "How many, 50 unless said.", {"type": "integer", "minimum": 1, "maximum": 200}
)
_PAGE = [_LIMIT, _query("cursor", "The `next` of the page before.")]
_ENTRIES = [
    _query("type", "Only entries of this type."),
    _query("tag", "Only entries with this tag."),
    _query("author", "Only entries by this user.", _NUMBER),
    _query("since", "Only from this day (in your time zone) or time on."),
    _query("until", "Only up to and with this day, or before this time."),
]
_WALL = [
    *_ENTRIES,
    _query("has_file", "Only entries with a file.", _SWITCH),
    _query("q", "Only entries that hold these words."),
    _query("talk", "Only what people and tools wrote.", _SWITCH),
    *_PAGE,
]
_RECORDS = [
    _query("kind", "Only this kind. Then any of its fields is a parameter, too: `city=Łódź`."),
    _query("q", "Only records that hold these words."),
    _query("title", "Only records called exactly so, in capitals or not."),
    _query("owner", "Only this user's; empty: nobody's.", _NUMBER),
    _query("team", "Only this team's; empty: no team's.", _NUMBER),
    _query("tag", "Only records with this tag."),
    _query(
        "sort",
        "`touched`, `created`, `title` or a field of the kind, ascending; with `-` descending. "
        "`-touched` unless said.",
    ),
    *_PAGE,
]
_OF_ADDRESS = {
    "list_records": _RECORDS,
    "read_wall": [
        *_WALL,
        _query("context", "Mix in the walls of related records.", _SWITCH),
    ],
    "read_feed": [*_WALL, _query("followed", "Only what you follow.", _SWITCH)],
    "list_comments": _PAGE,
    "get_history": _PAGE,
    "get_comment_history": _PAGE,
    "list_tags": [_query("q", "How the tag begins."), *_PAGE],
    "list_colleagues": _PAGE,
    "list_notices": [
        _query("unread", "Only what you have not read.", _SWITCH),
        _query("mentions", "Only where you are mentioned.", _SWITCH),
        *_PAGE,
    ],
    "list_teams": _PAGE,
    "search": [
        _query("q", "The words."),
        _query("kind", "Only on walls of this kind of record."),
        *_ENTRIES,
        *_PAGE,
    ],
    "suggest": [_query("q", "Words of the name."), _query("kind", "Only this kind."), _LIMIT],
}


def of_path(parameter: Parameter) -> Parameter:
    """A part of the path, with what it means."""
    name = parameter["name"]
    if name == "emoji":
        return parameter | {"description": "The sign, URL-encoded: `%F0%9F%91%8D`."}
    thing = name.removesuffix("_id")
    return parameter | {"schema": _NUMBER, "description": f"The number of the {thing}."}


def of_address(operation: str) -> list[Parameter]:
    """What this call takes after the question mark."""
    return _OF_ADDRESS.get(operation, [])


def of_headers(operation: str, method: str) -> list[Parameter]:
    """Which headers this call takes."""
    found = []
    if operation in CHANGING_A_VERSION | MAY_NAME_A_VERSION:
        found.append(
            {
                "in": "header",
                "name": "If-Match",
                "required": operation in CHANGING_A_VERSION,
                "schema": _TEXT,
                "example": '"3"',
                "description": "The version you saw, as its `ETag` said.",
            }
        )
    if method != "get":
        found.append(
            {
                "in": "header",
                "name": "Idempotency-Key",
                "required": False,
                "schema": {"type": "string", "maxLength": 200},
                "description": "The same key and body: the same answer again, done once.",
            }
        )
    return found
