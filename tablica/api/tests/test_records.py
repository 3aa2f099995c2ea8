"""Records through the API: add, read, change, throw away, restore."""

from __future__ import annotations

from typing import Any

import pytest

from tablica.api.tests.conftest import Program, fields_of
from tests import world
from tests.checksum import nothing_changes


def test_a_company_is_added_and_read(owner: Program) -> None:
    sent = {
        "kind": "company",
        "title": "  Piekarnia Świt ",
        "fields": {"city": "Łódź", "relationship": "client", "phone": "+48 42 630 12 34"},
        "tags": ["VIP", "#bread"],
    }
    made = owner.post("/records", sent)
    assert made["title"] == "Piekarnia Świt"
    assert made["fields"]["city"] == "Łódź"
    assert made["fields"]["phone"] == "+48426301234"
    assert made["tags"] == ["bread", "VIP"]
    assert made["owner"] == {"id": owner.user.pk, "name": "Olga"}
    assert (made["team"], made["audience"], made["version"]) == (None, "everyone", 1)
    assert made["followed"] is True
    assert made["url"] == f"/companies/{made['id']}"
    assert owner.get(f"/records/{made['id']}") == made


def test_what_is_not_said_gets_its_usual_value(owner: Program) -> None:
    assert (
        owner.post("/records", {"kind": "company", "title": "A"})["fields"]["relationship"]
        == "lead"
    )
    deal = owner.post("/records", {"kind": "deal", "title": "D"})
    assert deal["fields"]["stage"] == "new"
    assert deal["fields"]["currency"] == "EUR"
    assert deal["fields"]["amount"] is None


def test_an_answer_tells_version_and_place(owner: Program) -> None:
    answer = owner.send("post", "/records", {"kind": "space", "title": "Fair"})
    assert answer["ETag"] == '"1"'
    assert answer["Location"] == f"/api/v1/records/{answer.json()['id']}"
    assert owner.send("get", answer["Location"].removeprefix("/api/v1"))["ETag"] == '"1"'


def test_a_deal_with_its_client_and_people(owner: Program) -> None:
    company = world.company(owner.user)
    people = [world.person(owner.user), world.person(owner.user)]
    sent = {
        "kind": "deal",
        "title": "Ovens",
        "fields": {
            "company": company.pk,
            "people": [p.pk for p in people],
            "amount": "12000.50",
            "currency": "PLN",
            "stage": "offer",
            "expected_close": "2026-12-01",
        },
    }
    fields = owner.post("/records", sent)["fields"]
    assert fields["company"] == company.pk
    assert fields["people"] == [p.pk for p in people]
    assert (fields["amount"], fields["currency"]) == ("12000.50", "PLN")
    assert (fields["stage"], fields["expected_close"]) == ("offer", "2026-12-01")


@pytest.mark.parametrize(
    ("amount", "kept"), [(5, "5.00"), (12.5, "12.50"), ("1234.5", "1234.50"), (None, None)]
)
@pytest.mark.parametrize("language", ["en", "pl"])
def test_amounts_are_numbers_or_texts(db: None, language: str, amount: Any, kept: Any) -> None:
    program = Program(world.user("Ala", language=language))
    sent = {"kind": "deal", "title": "D", "fields": {"amount": amount}}
    assert program.post("/records", sent)["fields"]["amount"] == kept


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"title": ""}, "title"),
    ({"title": "   "}, "title"),
    ({"title": "x" * 251}, "title"),
    ({"title": "a\nb"}, "title"),
    ({"title": None}, "title"),
    ({"title": 5}, "title"),
    ({"kind": "dragon"}, "kind"),
    ({"kind": 5}, "kind"),
    ({"colour": "red"}, "colour"),
    ({"fields": {"colour": "red"}}, "colour"),
    ({"fields": {"title": "x"}}, "title"),
    ({"fields": {"owner": 1}}, "owner"),
    ({"fields": []}, "fields"),
    ({"fields": {"city": 5}}, "city"),
    ({"fields": {"city": ["Łódź"]}}, "city"),
    ({"fields": {"city": {"a": 1}}}, "city"),
    ({"fields": {"city": "x" * 81}}, "city"),
    ({"fields": {"relationship": "enemy"}}, "relationship"),
    ({"fields": {"relationship": True}}, "relationship"),
    ({"fields": {"email": "not an address"}}, "email"),
    ({"owner": 10**9}, "owner"),
    ({"owner": 10**30}, "owner"),
    ({"owner": True}, "owner"),
    ({"owner": "1"}, "owner"),
    ({"owner": -1}, "owner"),
    ({"team": 10**9}, "team"),
    ({"audience": "nobody"}, "audience"),
    ({"audience": {"people": [10**9]}}, "audience"),
    ({"audience": {"people": [], "teams": []}}, "audience"),
    ({"audience": {"everyone": True}}, "audience"),
    ({"audience": 3}, "audience"),
    ({"audience": "team"}, "team"),
    ({"tags": "vip"}, "tags"),
    ({"tags": [5]}, "tags"),
    ({"tags": ["###"]}, "tags"),
    ({"tags": ["x" * 61]}, "tags"),
    ({"tags": ["t"] * 101}, "tags"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG, ids=[str(w[0])[:40] for w in WRONG])
def test_a_wrong_value_is_named_and_nothing_kept(
    owner: Program, wrong: dict[str, Any], field: str
) -> None:
    with nothing_changes():
        problem = owner.post("/records", {"kind": "company", "title": "A"} | wrong, 422)
    assert field in fields_of(problem)
    assert all(error["message"] for error in problem["errors"])


WRONG_DEAL: list[tuple[str, Any]] = [
    ("amount", True),
    ("amount", -5),
    ("amount", "much"),
    ("amount", 0.125),
    ("amount", 1e300),
    ("amount", [1]),
    ("currency", "XXX"),
    ("stage", "nowhere"),
    ("stage", 1),
    ("expected_close", "2026-02-30"),
    ("expected_close", 20260101),
    ("expected_close", "0001-01-01"),
    ("company", 10**17),
    ("company", 10**40),
    ("company", "1"),
    ("company", True),
    ("people", 1),
    ("people", [10**9]),
    ("people", ["1"]),
    ("outcome", "maybe"),
    ("outcome", "lost"),
]


@pytest.mark.parametrize(("field", "value"), WRONG_DEAL, ids=[str(w)[:40] for w in WRONG_DEAL])
def test_a_wrong_value_of_a_deal(owner: Program, field: str, value: Any) -> None:
    expected = "outcome_reason" if value == "lost" else field
    with nothing_changes():
        sent = {"kind": "deal", "title": "D", "fields": {field: value}}
        assert expected in fields_of(owner.post("/records", sent, 422))


def test_all_mistakes_are_told_at_once(owner: Program) -> None:
    sent = {"kind": "company", "title": "", "fields": {"email": "x", "city": "a\tb"}}
    assert set(fields_of(owner.post("/records", sent, 422))) == {"title", "email", "city"}


def test_a_change_touches_only_what_it_names(owner: Program) -> None:
    company = world.company(owner.user, "A", city="Łódź", phone="+48426301234", tags=["vip"])
    after = owner.patch(f"/records/{company.pk}", {"fields": {"city": "Kraków"}}, 1)
    assert after["fields"]["city"] == "Kraków"
    assert after["fields"]["phone"] == "+48426301234"
    assert (after["title"], after["tags"], after["version"]) == ("A", ["vip"], 2)


def test_one_save_is_one_entry(owner: Program) -> None:
    company = world.company(owner.user, "A", city="Łódź")
    change = {"title": "B", "fields": {"city": "Kraków", "industry": "bread"}, "tags": ["new"]}
    owner.patch(f"/records/{company.pk}", change, 1)
    newest, created = owner.get(f"/records/{company.pk}/wall")["items"]
    assert (newest["type"], created["type"]) == ("changed", "created")
    lines = {c["field"]: (c["from"], c["to"]) for c in newest["data"]["changes"]}
    assert lines == {"title": ("A", "B"), "city": ("Łódź", "Kraków"), "industry": ("", "bread")}


def test_nothing_changed_is_nothing_told(owner: Program) -> None:
    company = world.company(owner.user, "A", city="Łódź")
    with nothing_changes():
        same = owner.patch(
            f"/records/{company.pk}", {"title": "A", "fields": {"city": "Łódź"}, "tags": []}, 1
        )
    assert same["version"] == 1


def test_owner_team_and_audience_change(owner: Program, colleague: Program) -> None:
    company = world.company(owner.user)
    team = owner.user.teams.get()
    change = {"owner": colleague.user.pk, "team": team.pk, "audience": "team"}
    after = owner.patch(f"/records/{company.pk}", change, 1)
    assert after["owner"]["id"] == colleague.user.pk
    assert after["team"] == {"id": team.pk, "name": "North"}
    assert after["audience"] == "team"
    circle = {"people": [owner.user.pk], "teams": [team.pk]}
    owner.patch(f"/records/{company.pk}", {"audience": circle}, 2, 403)
    assert colleague.patch(f"/records/{company.pk}", {"audience": circle}, 2)["audience"] == circle


def test_nobody_locks_themselves_out(owner: Program, colleague: Program) -> None:
    company = world.company(owner.user)
    with nothing_changes():
        change = {"owner": colleague.user.pk, "audience": "me"}
        problem = owner.patch(f"/records/{company.pk}", change, 1, 422)
    assert fields_of(problem) == ["audience"]


def test_only_me_needs_no_owner_named(owner: Program, colleague: Program) -> None:
    made = owner.post("/records", {"kind": "space", "title": "Mine", "audience": "me"})
    assert made["audience"] == "me"
    colleague.get(f"/records/{made['id']}", 404)


@pytest.mark.parametrize("change", [{"audience": None}, {"title": None}, {"title": ""}])
def test_what_must_be_there_cannot_be_emptied(owner: Program, change: dict[str, Any]) -> None:
    company = world.company(owner.user)
    with nothing_changes():
        problem = owner.patch(f"/records/{company.pk}", change, 1, 422)
    assert fields_of(problem) == list(change)


def test_a_field_is_emptied_by_null(owner: Program) -> None:
    company = world.company(owner.user)
    deal = world.deal(owner.user, company=company, amount="10")
    change = {"fields": {"company": None, "amount": None, "about": None}}
    fields = owner.patch(f"/records/{deal.pk}", change, 1)["fields"]
    assert (fields["company"], fields["amount"], fields["about"]) == (None, None, "")
    problem = owner.patch(f"/records/{deal.pk}", {"fields": {"stage": None}}, 2, 422)
    assert fields_of(problem) == ["stage"]


def test_a_stale_change_is_refused_with_what_is_stored(owner: Program, colleague: Program) -> None:
    company = world.company(owner.user, "A")
    colleague.patch(f"/records/{company.pk}", {"title": "Theirs"}, 1)
    with nothing_changes():
        problem = owner.patch(f"/records/{company.pk}", {"fields": {"city": "Mine"}}, 1, 412)
    assert problem["current"] == owner.get(f"/records/{company.pk}")
    assert problem["current"]["title"] == "Theirs"
    with nothing_changes():
        owner.delete(f"/records/{company.pk}", 1, 412)


def test_tags_count_as_a_change(owner: Program, colleague: Program) -> None:
    company = world.company(owner.user)
    after = colleague.patch(f"/records/{company.pk}", {"tags": ["theirs"]}, 1)
    assert after["version"] == 2
    with nothing_changes():
        problem = owner.patch(f"/records/{company.pk}", {"tags": ["mine"]}, 1, 412)
    assert problem["current"]["tags"] == ["theirs"]


@pytest.mark.parametrize("said", [None, "*", ""])
def test_a_change_must_say_what_it_saw(owner: Program, said: str | None) -> None:
    company = world.company(owner.user)
    headers = {} if said is None else {"If_Match": said}
    with nothing_changes():
        for method in ("patch", "delete"):
            answer = owner.send(method, f"/records/{company.pk}", {"title": "B"}, **headers)
            assert answer.status_code == 428
            assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("said", ['"abc"', '"2"', '"1", "2"', '"99999999999999999999"', '"-1"'])
def test_another_version_is_stale(owner: Program, said: str) -> None:
    company = world.company(owner.user)
    with nothing_changes():
        answer = owner.send("patch", f"/records/{company.pk}", {"title": "B"}, If_Match=said)
    assert answer.status_code == 412


@pytest.mark.parametrize("said", ['"1"', 'W/"1"', "1", ' "1" '])
def test_the_version_may_be_said_in_these_ways(owner: Program, said: str) -> None:
    company = world.company(owner.user)
    answer = owner.send("patch", f"/records/{company.pk}", {"title": "B"}, If_Match=said)
    assert answer.status_code == 200


def test_a_mistake_in_the_tags_undoes_the_fields(owner: Program) -> None:
    company = world.company(owner.user, "A")
    with nothing_changes():
        problem = owner.patch(f"/records/{company.pk}", {"title": "B", "tags": ["#"]}, 1, 422)
    assert fields_of(problem) == ["tags"]


def test_trash_and_restore(owner: Program) -> None:
    company = world.company(owner.user, "A", tags=["vip"])
    world.note(company, owner.user)
    before = owner.get(f"/records/{company.pk}")
    owner.delete(f"/records/{company.pk}", 1)
    owner.get(f"/records/{company.pk}", 404)
    owner.get(f"/records/{company.pk}/wall", 404)
    assert owner.get("/records")["items"] == []
    answer = owner.post(f"/records/{company.pk}/restore", status=200)
    assert answer["fields"] == before["fields"]
    assert answer["tags"] == ["vip"]
    assert "note" in {e["type"] for e in owner.get(f"/records/{company.pk}/wall")["items"]}


def test_a_colleague_may_not_throw_away_what_is_not_theirs(
    owner: Program, colleague: Program
) -> None:
    company = world.company(owner.user)
    with nothing_changes():
        colleague.delete(f"/records/{company.pk}", 1, 403)
    owner.delete(f"/records/{company.pk}", 1)
    with nothing_changes():
        colleague.post(f"/records/{company.pk}/restore", status=403)


def test_a_stranger_meets_nothing_and_changes_nothing(owner: Program, stranger: Program) -> None:
    company = world.company(owner.user, audience=world.only_me())
    entry = world.note(company, owner.user)
    with nothing_changes():
        stranger.get(f"/records/{company.pk}", 404)
        stranger.patch(f"/records/{company.pk}", {"title": "X"}, 1, 404)
        stranger.delete(f"/records/{company.pk}", 1, 404)
        stranger.post(f"/records/{company.pk}/restore", status=404)
        stranger.post(f"/records/{company.pk}/wall", {"text": "X"}, 404)
        stranger.get(f"/entries/{entry.pk}", 404)
    assert stranger.get("/records")["items"] == []


def test_related_records_that_are_hidden_are_not_there(owner: Program, stranger: Program) -> None:
    hidden = world.company(owner.user, "Hidden", audience=world.only_me())
    secret = world.person(owner.user, "Secret", audience=world.only_me())
    shown = world.person(owner.user, "Shown")
    deal = world.deal(owner.user, company=hidden, people=[secret, shown])
    fields = stranger.get(f"/records/{deal.pk}")["fields"]
    assert (fields["company"], fields["people"]) == (None, [shown.pk])
    assert owner.get(f"/records/{deal.pk}")["fields"]["company"] == hidden.pk
    with nothing_changes():
        stranger.patch(f"/records/{deal.pk}", {"fields": {"company": None}}, 1)
    stranger.patch(f"/records/{deal.pk}", {"fields": {"people": []}}, 1)
    assert owner.get(f"/records/{deal.pk}")["fields"]["people"] == [secret.pk]


def test_a_hidden_record_is_no_choice(owner: Program, stranger: Program) -> None:
    hidden = world.company(owner.user, audience=world.only_me())
    sent = {"kind": "deal", "title": "D", "fields": {"company": hidden.pk}}
    with nothing_changes():
        first = stranger.post("/records", sent, 422)
        sent["fields"] = {"company": 10**9}
        assert stranger.post("/records", sent, 422) == first


def test_a_role_without_the_right_adds_nothing(db: None) -> None:
    world.role("reader", view="all")
    program = Program(world.user("Rita", "reader"))
    with nothing_changes():
        program.post("/records", {"kind": "company", "title": "A"}, 403)
        program.post("/records", {"kind": "company", "title": ""}, 403)


def test_a_hidden_change_tells_no_hidden_name(owner: Program, stranger: Program) -> None:
    hidden = world.company(owner.user, "Canary", audience=world.only_me())
    deal = world.deal(owner.user, "D")
    change = {"title": "E", "fields": {"company": hidden.pk}}
    owner.patch(f"/records/{deal.pk}", change, 1)
    mine = owner.get(f"/records/{deal.pk}/wall")["items"][0]["data"]["changes"]
    theirs = stranger.get(f"/records/{deal.pk}/wall")["items"][0]["data"]["changes"]
    assert {c["field"] for c in mine} == {"title", "company"}
    assert [c["field"] for c in theirs] == ["title"]


def test_a_change_of_several_names_only_those_one_sees(owner: Program, stranger: Program) -> None:
    secret = world.person(owner.user, "Canary", audience=world.only_me())
    shown = world.person(owner.user, "Shown")
    deal = world.deal(owner.user, "D", people=[secret])
    other = world.person(owner.user, "Other")
    owner.patch(f"/records/{deal.pk}", {"fields": {"people": [secret.pk, shown.pk]}}, 1)
    both = [secret.pk, shown.pk, other.pk]
    owner.patch(f"/records/{deal.pk}", {"fields": {"people": both}}, 2)

    def told(to: Program) -> list[tuple[str, list[int], list[int]]]:
        found = []
        for entry in to.get(f"/records/{deal.pk}/wall?type=changed")["items"]:
            found += [(c["field"], c["from"], c["to"]) for c in entry["data"]["changes"]]
        return found

    assert told(owner)[0] == ("people", both[:2], both)
    assert told(stranger)[0] == ("people", [shown.pk], [shown.pk, other.pk])
