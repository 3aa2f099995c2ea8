"""Tags suggested while typing, and looked after in the settings."""

from __future__ import annotations

import pytest
from django.test import Client

from tablica.accounts.models import User
from tablica.records.models import Tag
from tests import world
from tests.cast import Three
from tests.checksum import nothing_changes


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def curator(three: Three) -> User:
    """A manager of no team: looks after the tags, but does not see the team's wall."""
    return world.user("Maria", "manager")


@pytest.fixture
def tags(three: Three) -> dict[str, Tag]:
    """Two tags on the wall of the team, one of them also where everybody reads."""
    world.note(three.company, three.owner, "one #pilne #umowa")
    world.note(world.space(three.owner, "For all"), three.owner, "two #pilne")
    return {tag.key: tag for tag in Tag.objects.all()}


def suggested(user: User, q: str) -> list[str]:
    names: list[str] = as_user(user).get("/tags/suggest", {"q": q}).json()
    return names


def test_a_reader_is_offered_the_tags_they_meet(three: Three, tags: dict[str, Tag]):
    assert suggested(three.colleague, "um") == ["umowa"]
    assert suggested(three.stranger, "um") == []
    assert suggested(three.stranger, "Pil") == ["pilne"]
    assert suggested(three.colleague, "") == []


def test_what_begins_so_comes_first(three: Three):
    world.note(three.company, three.owner, "#nowa-umowa #umowa")
    assert suggested(three.owner, "umo") == ["umowa", "nowa-umowa"]


ADDRESSES = ["", "/{n}", "/{n}/merge", "/{n}/removal"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_else_finds_the_page(three: Three, tags: dict[str, Tag], address: str):
    path = "/settings/tags" + address.format(n=tags["umowa"].pk)
    typed = {"name": "x", "into": "pilne"}
    client = as_user(three.owner)
    with nothing_changes():
        assert client.get(path).status_code == 404
        assert client.post(path, typed).status_code in {404, 405}


@pytest.mark.parametrize("address", ADDRESSES)
def test_looking_changes_nothing(curator: User, tags: dict[str, Tag], address: str):
    path = "/settings/tags" + address.format(n=tags["umowa"].pk)
    with nothing_changes():
        assert as_user(curator).get(path).status_code == 200


def test_the_counts_are_those_of_the_reader(curator: User, tags: dict[str, Tag]):
    page = as_user(curator).get("/settings/tags").content.decode()
    rows = {key: page.split(f'id="tag-{tag.pk}"')[1].split("</tr>")[0] for key, tag in tags.items()}
    assert '<td class="num">1</td>' in rows["pilne"]
    assert '<td class="num">0</td>' in rows["umowa"]


def test_renamed_everywhere_at_once(curator: User, three: Three, tags: dict[str, Tag]):
    path = f"/settings/tags/{tags['umowa'].pk}"
    assert as_user(curator).post(path, {"name": "#Kontrakt", "version": 1}).status_code == 302
    assert suggested(three.owner, "kon") == ["Kontrakt"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("PILNE", "merge them instead"), ("", "required"), ("#", "at least one letter")],
)
def test_a_name_that_will_not_do(curator: User, tags: dict[str, Tag], name: str, sentence: str):
    with nothing_changes():
        answer = as_user(curator).post(f"/settings/tags/{tags['umowa'].pk}", {"name": name})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_stale_name_is_not_overwritten(curator: User, tags: dict[str, Tag]):
    client, path = as_user(curator), f"/settings/tags/{tags['umowa'].pk}"
    client.post(path, {"name": "kontrakt", "version": 1})
    answer = client.post(path, {"name": "deal", "version": 1})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "kontrakt" in page
    assert 'value="deal"' in page
    assert Tag.objects.get(pk=tags["umowa"].pk).name == "kontrakt"


def test_merged(curator: User, three: Three, tags: dict[str, Tag]):
    client, path = as_user(curator), f"/settings/tags/{tags['umowa'].pk}/merge"
    with nothing_changes():
        assert client.post(path, {"into": "nothing"}).status_code == 422
        assert client.post(path, {"into": "umowa"}).status_code == 422
    assert client.post(path, {"into": "#pilne"}).status_code == 302
    assert suggested(three.owner, "umo") == []
    assert Tag.objects.count() == 1


def test_removed(curator: User, three: Three, tags: dict[str, Tag]):
    client, path = as_user(curator), f"/settings/tags/{tags['umowa'].pk}/removal"
    assert client.post(path, {"version": 1}).status_code == 302
    assert client.post(path, {"version": 1}).status_code == 404
    assert suggested(three.owner, "umo") == []
