"""Tags through the API."""

from __future__ import annotations

from tablica.api.tests.conftest import Program, every_page, fields_of
from tablica.records.models import Tag
from tests import world
from tests.checksum import nothing_changes


def names(program: Program, query: str = "") -> list[str]:
    return [tag["name"] for tag in program.get(f"/tags{query}")["items"]]


def test_a_tag_is_made_once(owner: Program) -> None:
    made = owner.post("/tags", {"name": "#Łódź"})
    assert (made["name"], made["key"], made["version"]) == ("Łódź", "lodz", 1)
    assert owner.post("/tags", {"name": "lodz"}) == made
    assert owner.get(f"/tags/{made['id']}") == made
    with nothing_changes():
        for wrong in ("", "#", "a" * 61, "a\nb"):
            assert fields_of(owner.post("/tags", {"name": wrong}, 422)) == ["name"]


def test_only_tags_that_one_meets(owner: Program, stranger: Program, manager: Program) -> None:
    world.company(owner.user, tags=["open"])
    hidden = world.company(owner.user, audience=world.only_me(), tags=["canary"])
    world.note(hidden, owner.user, "#secret")
    world.note(world.company(owner.user), owner.user, "#said")
    stranger.post("/tags", {"name": "own"})
    assert names(stranger) == ["open", "own", "said"]
    assert names(owner) == ["canary", "open", "said", "secret"]
    assert names(manager) == ["canary", "open", "own", "said", "secret"]
    assert names(owner, "?q=s") == ["said", "secret"]
    canary = Tag.objects.get(key="canary")
    assert stranger.get(f"/tags/{canary.pk}", 404) == stranger.get("/tags/999999", 404)


def test_pages_of_tags(owner: Program) -> None:
    world.company(owner.user, tags=[f"t{n:02}" for n in range(7)])
    found = every_page(owner, "/tags", 3)
    assert [tag["name"] for tag in found] == [f"t{n:02}" for n in range(7)]


def test_who_looks_after_tags_renames_them(owner: Program, manager: Program) -> None:
    company = world.company(owner.user, tags=["vip"])
    tag = Tag.objects.get()
    path = f"/tags/{tag.pk}"
    with nothing_changes():
        owner.patch(path, {"name": "x"}, 1, 403)
        assert manager.send("patch", path, {"name": "x"}).status_code == 428
        assert manager.patch(path, {"name": "x"}, 7, 412)["current"]["name"] == "vip"
        assert fields_of(manager.patch(path, {"name": "#"}, 1, 422)) == ["name"]
    assert manager.patch(path, {"name": "key client"}, 1)["name"] == "key-client"
    assert owner.get(f"/records/{company.pk}")["tags"] == ["key-client"]


def test_merging(owner: Program, manager: Program, stranger: Program) -> None:
    one = world.company(owner.user, tags=["vip", "VIPs"])
    note = world.note(one, owner.user, "#vips")
    first, second = Tag.objects.get(key="vips"), Tag.objects.get(key="vip")
    path = f"/tags/{first.pk}/merge"
    with nothing_changes():
        owner.post(path, {"into": second.pk}, 403)
        manager.post(path, {"into": first.pk}, 403)
        manager.post(path, {"into": 10**9}, 404)
    assert manager.post(path, {"into": second.pk}, 200)["name"] == "vip"
    assert owner.get(f"/records/{one.pk}")["tags"] == ["vip"]
    assert owner.get(f"/entries/{note.pk}")["tags"] == ["vip"]
    manager.get(f"/tags/{first.pk}", 404)


def test_undoing_a_merge(owner: Program, manager: Program) -> None:
    one = world.company(owner.user, tags=["vip", "VIPs"])
    note = world.note(one, owner.user, "#vips")
    first, second = Tag.objects.get(key="vips"), Tag.objects.get(key="vip")
    undo = f"/tags/{first.pk}/merge/undo"
    manager.post(undo, status=404)
    manager.post(f"/tags/{first.pk}/merge", {"into": second.pk}, 200)
    with nothing_changes():
        owner.post(undo, status=404)
    back = manager.post(undo, status=200)
    assert (back["id"], back["name"]) == (first.pk, "VIPs")
    assert owner.get(f"/records/{one.pk}")["tags"] == ["vip", "VIPs"]
    assert owner.get(f"/entries/{note.pk}")["tags"] == ["VIPs"]
    manager.post(undo, status=404)


def test_removing(owner: Program, manager: Program) -> None:
    company = world.company(owner.user, tags=["vip"])
    note = world.note(company, owner.user, "#vip")
    path = f"/tags/{Tag.objects.get().pk}"
    with nothing_changes():
        owner.delete(path, 1, 403)
        manager.delete(path, 2, 412)
        assert manager.send("delete", path).status_code == 428
    manager.delete(path, 1)
    assert owner.get(f"/records/{company.pk}")["tags"] == []
    assert owner.get(f"/entries/{note.pk}")["tags"] == []


def test_a_tag_of_hidden_things_answers_like_a_new_one(
    owner: Program, stranger: Program, manager: Program
) -> None:
    """Same status, spelling as typed, version 1, met from then on: here and while typing."""
    hidden = world.company(owner.user, audience=world.only_me(), tags=["Wykup-Orła"])
    world.note(hidden, owner.user, "#Przejęcie")
    renamed = Tag.objects.get(key="przejecie")
    world.note(world.company(owner.user), owner.user, "#last")
    manager.patch(f"/tags/{renamed.pk}", {"name": "Przejęcie-B"}, 1)

    def life(name: str, again: str) -> list[object]:
        made = stranger.post("/tags", {"name": name})
        number = made.pop("id")
        assert 0 < number < 2**53
        after = stranger.post("/tags", {"name": again})
        listed = [t for t in stranger.get("/tags")["items"] if t["id"] == number]
        one = stranger.send("get", f"/tags/{number}")
        stranger.client.force_login(stranger.user)
        offered = stranger.client.get(f"/tags/suggest?q={again}").json()
        shapes = [after, *listed, one.json()]
        for shape in shapes:
            assert shape.pop("id") == number
        told = [made, *shapes, one["ETag"], offered]
        return [str(thing).replace(name, "NAME").replace(again, "KEY") for thing in told]

    new = life("brand-NEW", "brand-new")
    assert len(new) == 6
    assert life("wykup-ORLA", "wykup-orla") == new
    assert life("przejecie-B", "przejecie-b") == new
    assert stranger.post("/tags", {"name": "LAST"})["name"] == "last"


def test_the_number_of_a_tag_tells_nothing_of_its_age(owner: Program) -> None:
    numbers = [owner.post("/tags", {"name": f"t{n}"})["id"] for n in range(20)]
    assert numbers != sorted(numbers)


def test_a_new_name_is_the_name_for_all(owner: Program, stranger: Program, manager: Program):
    """Who asked for a tag of hidden things sees it renamed like any other."""
    world.company(owner.user, audience=world.only_me(), tags=["Canary"])
    made = stranger.post("/tags", {"name": "canary"})
    manager.patch(f"/tags/{made['id']}", {"name": "Siskin"}, 1)
    assert stranger.get(f"/tags/{made['id']}")["name"] == "Siskin"
