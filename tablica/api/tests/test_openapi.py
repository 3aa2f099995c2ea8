"""The description tells the truth about the calls."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from tablica.api import shapes
from tablica.api.openapi import whole
from tablica.api.tests.conftest import Program
from tablica.records.kinds import all_kinds
from tests import world


def operations() -> dict[str, tuple[str, str, dict[str, Any]]]:
    return {
        operation["operationId"]: (method, path, operation)
        for path, methods in whole()["paths"].items()
        for method, operation in methods.items()
    }


def test_it_is_open_to_all(db: None) -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
    assert Client().post("/api/v1/openapi.json").status_code == 405


def test_every_reference_leads_somewhere() -> None:
    said = whole()
    text = json.dumps(said)
    for ref in set(re.findall(r'"\$ref": "#/([^"]+)"', text)):
        at: Any = said
        for part in ref.split("/"):
            assert part in at, ref
            at = at[part]


def test_every_address_is_described() -> None:
    described = set()
    for path in whole()["paths"]:
        described.add(re.sub(r"{(\w+)}", r"<\1>", path.removeprefix("/")))
    found = set()
    for resolver in get_resolver().url_patterns:
        for inner in getattr(resolver, "url_patterns", ()):
            for pattern in getattr(inner, "url_patterns", ()):
                route = f"{resolver.pattern}{inner.pattern}{pattern.pattern}"
                if isinstance(pattern, URLPattern) and route.startswith("api/v1/"):
                    found.add(re.sub(r"<\w+:(\w+)>", r"<\1>", route))
    assert found - {"api/v1/"} == described


def test_every_call_is_described_whole() -> None:
    for name, (method, path, operation) in operations().items():
        assert operation["description"], name
        assert operation["summary"], name
        assert operation["security"] == [{"token": []}]
        assert {"401", "429", "500"} <= set(operation["responses"]), name
        named = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), name
        if "requestBody" in operation:
            assert {"400", "413", "415", "422"} <= set(operation["responses"]), name
        headers = {p["name"]: p for p in operation["parameters"] if p["in"] == "header"}
        assert ("Idempotency-Key" in headers) is (method != "get"), name
        assert ("428" in operation["responses"]) is (
            headers.get("If-Match", {}).get("required", False)
        ), name


def test_a_new_record_is_one_of_the_kinds() -> None:
    _method, _path, operation = operations()["create_record"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert schema["discriminator"]["propertyName"] == "kind"
    assert set(schema["discriminator"]["mapping"]) == {kind.name for kind in all_kinds()}
    assert len(schema["oneOf"]) == len(all_kinds())
    schemas = whole()["components"]["schemas"]
    for kind in all_kinds():
        own = schemas[f"New{kind.name.capitalize()}"]["properties"]["fields"]["properties"]
        assert set(own) == set(kind.form_class().base_fields) - {
            "title", "owner", "team", "audience",
        }  # fmt: skip


EXAMPLES = [
    ("create_record", shapes.RecordNew),
    ("change_record", shapes.RecordChange),
    ("write_entry", shapes.EntryNew),
    ("change_entry", shapes.EntryChange),
    ("write_comment", shapes.CommentText),
    ("move_entry", shapes.Move),
    ("merge_tag", shapes.TagInto),
    ("vote", shapes.Ballot),
    ("decide_idea", shapes.IdeaStatus),
    ("accept_answer", shapes.Answer),
]


@pytest.mark.parametrize(("name", "shape"), EXAMPLES)
def test_examples_can_be_sent(name: str, shape: Any) -> None:
    _method, _path, operation = operations()[name]
    shape.model_validate(operation["requestBody"]["content"]["application/json"]["example"])


def test_answers_have_the_shapes_that_are_described(owner: Program) -> None:
    company = world.company(owner.user, tags=["vip"])
    deal = world.deal(owner.user, company=company, audience=world.named(owner.user))
    entry = world.note(deal, owner.user, "x #vip", files=[world.file(owner.user).pk])
    comment = world.comment(entry, owner.user)
    owner.patch(f"/records/{deal.pk}", {"title": "New"}, 1)
    asked: list[tuple[str, Any]] = [
        ("/me", shapes.Me),
        ("/kinds", shapes.Kinds),
        ("/records", shapes.RecordList),
        (f"/records/{deal.pk}", shapes.RecordShape),
        (f"/records/{deal.pk}/wall", shapes.EntryList),
        (f"/entries/{entry.pk}", shapes.EntryShape),
        (f"/entries/{entry.pk}/comments", shapes.CommentList),
        (f"/entries/{entry.pk}/history", shapes.VersionList),
        (f"/comments/{comment.pk}/history", shapes.TextList),
        (f"/comments/{comment.pk}", shapes.CommentShape),
        ("/feed", shapes.EntryList),
        ("/search?q=x", shapes.Found),
        ("/search/suggest", shapes.HitList),
        ("/tags", shapes.TagList),
        ("/colleagues", shapes.ColleagueList),
        ("/teams", shapes.TeamList),
    ]
    for path, shape in asked:
        said = owner.get(path)
        read = shape.model_validate(said)
        assert set(said) == set(shape.model_fields), path
        assert json.loads(read.model_dump_json(by_alias=True)) == said, path
    problem = owner.get("/records/999999", 404)
    shapes.ProblemShape.model_validate(problem)


def test_who_i_am(owner: Program, manager: Program) -> None:
    me = owner.get("/me")
    assert (me["name"], me["email"], me["role"]) == ("Olga", "olga@example.org", "member")
    assert [team["name"] for team in me["teams"]] == ["North"]
    assert (me["scope"], me["language"]) == ("write", "en")
    assert me["rights"]["kinds"]["deal"]["delete"] == "own"
    assert (me["rights"]["administers"], me["rights"]["curates_tags"]) == (False, False)
    assert manager.get("/me")["rights"]["curates_tags"] is True
    assert manager.get("/me")["rights"]["abilities"] == ["import", "tags"]


def test_kinds_tell_their_fields(owner: Program) -> None:
    said = {kind["kind"]: kind for kind in owner.get("/kinds")["items"]}
    assert {"company", "person", "deal", "space"} <= set(said)
    fields = {field["name"]: field for field in said["deal"]["fields"]}
    assert {"company", "people", "amount", "currency", "stage"} <= set(fields)
    assert fields["company"]["type"] == "record"
    assert fields["people"]["type"] == "records"
    assert "choices" not in fields["amount"]
    stages = [choice["value"] for choice in fields["stage"]["choices"]]
    assert stages == ["new", "qualified", "offer", "negotiation"]
    assert all(field["custom"] is False for field in fields.values())


def test_kinds_speak_the_readers_language(db: None) -> None:
    program = Program(world.user("Ala", language="fa"))
    countries = next(
        field for field in program.get("/kinds")["items"][0]["fields"] if field["name"] == "country"
    )
    assert {"value": "PL", "label": "لهستان"} in countries["choices"]


def test_the_docs_run_nothing(db: None) -> None:
    answer = Client().get("/api/v1/docs")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "<script" not in page
    assert "style=" not in page
    assert "http://" not in page
    assert "https://" not in page
    for name, (_method, path, _operation) in operations().items():
        assert f'id="{name}"' in page
        assert path in page
