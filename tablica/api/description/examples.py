"""Examples of bodies, one for each call that takes one."""

from __future__ import annotations

from typing import Any

_BODIES: dict[str, dict[str, Any]] = {
    "create_record": {
        "kind": "company",
        "title": "Piekarnia Świt",
        "fields": {"city": "Łódź", "relationship": "client", "email": "biuro@swit.example"},
        "tags": ["vip"],
    },
    "change_record": {"fields": {"city": "Kraków"}, "tags": ["vip", "north"]},
    "write_entry": {
        "type": "call",
        "text": "They want the **new price list** by Friday. #urgent",
        "happened_at": "2026-03-02T14:30:00+01:00",
        "audience": "team",
    },
    "change_entry": {"text": "They want it by Thursday. #urgent"},
    "write_comment": {"text": "I will send it today."},
    "change_comment": {"text": "Sent."},
    "move_entry": {"to": 12, "keep": False},
    "vote": {"choices": [4]},
    "decide_idea": {"status": "planned"},
    "accept_answer": {"comment": 31},
    "follow_record": {"mode": "talk"},
    "make_tag": {"name": "vip"},
    "read_notices": {"ids": [31, 32]},
    "rename_tag": {"name": "key-client"},
    "merge_tag": {"into": 7},
    "move_to_stage": {"stage": "offer"},
    "win_deal": {"reason": "Best delivery time"},
    "lose_deal": {"reason": "Too expensive"},
}


def add(name: str, operation: dict[str, Any]) -> None:
    """Put the example of this call into its description."""
    if name in _BODIES:
        operation["requestBody"]["content"]["application/json"]["example"] = _BODIES[name]
