"""Two people who change one record: what lies apart merges, what clashes is shown."""

from __future__ import annotations

import random
from html import unescape

import pytest
from django.test import Client

from tablica.people.models import Company
from tablica.records.models import Change
from tablica.shared.errors import Stale
from tablica.wall.commands import lives
from tests.cast import Three
from tests.checksum import nothing_changes

ABOUT = "Makes cheese.\n\nPays late.\n\nCall in the morning."


@pytest.fixture
def company(three: Three) -> Company:
    """A company of which the owner has written something."""
    lives.change_record(
        three.company.pk, by=three.owner, values={"about": ABOUT, "city": "Łódź"}, version=None
    )
    return now(three)


def now(three: Three) -> Company:
    return Company.objects.visible_to(three.owner).select_related("record").get()


def test_lines_of_a_long_text_merge_where_one_asks(three: Three, company: Company) -> None:
    seen = company.record.version
    theirs, mine = ABOUT.replace("cheese", "butter"), ABOUT.replace("morning", "evening")
    lives.change_record(company.pk, by=three.owner, values={"about": theirs}, version=seen)
    values = {"about": mine, "phone": "+48 1"}
    with nothing_changes(), pytest.raises(Stale):
        lives.change_record(company.pk, by=three.colleague, values=values, version=seen)
    with nothing_changes(), pytest.raises(Stale):
        lives.change_record(
            company.pk, by=three.colleague, values=values, version=seen, strict=True, keep="apart"
        )
    lives.change_record(company.pk, by=three.colleague, values=values, version=seen, keep="apart")
    assert now(three).about == "Makes butter.\n\nPays late.\n\nCall in the evening."
    kept = [c.fields["about"] for c in Change.objects.filter(record=company.pk).order_by("pk")]
    assert kept == [["", ABOUT], [ABOUT, theirs], [theirs, now(three).about]]


def test_what_one_did_not_touch_gives_way(three: Three, company: Company) -> None:
    seen = company.record.version
    lives.change_record(company.pk, by=three.owner, values={"city": "Kraków"}, version=seen)
    values = {"city": "Łódź", "phone": "+48 1"}
    lives.change_record(company.pk, by=three.colleague, values=values, version=seen, keep="apart")
    assert (now(three).city, now(three).phone) == ("Kraków", "+48 1")
    with nothing_changes(), pytest.raises(Stale) as stale:
        lives.change_record(
            company.pk, by=three.colleague, values={"city": "Opole"}, version=seen, keep="both"
        )
    assert stale.value.theirs == ("city",)


def test_both_stay_only_where_there_is_room(three: Three, company: Company) -> None:
    seen = company.record.version
    lives.change_record(company.pk, by=three.owner, values={"about": "a" * 9000}, version=seen)
    with nothing_changes(), pytest.raises(Stale):
        lives.change_record(
            company.pk, by=three.colleague, values={"about": "b" * 9000}, version=seen, keep="both"
        )


def test_a_field_in_place_merges_shows_and_keeps_both(
    three: Three, company: Company, client: Client
) -> None:
    seen = company.record.version
    client.force_login(three.colleague)
    url = f"/r/{company.pk}/fields/about"
    theirs = ABOUT.replace("cheese", "butter")
    lives.change_record(company.pk, by=three.owner, values={"about": theirs}, version=seen)
    sent = {"about": ABOUT.replace("morning", "evening"), "version": seen}
    page = client.post(url, sent, headers={"HX-Request": "true"})
    assert "Merged with the edit by Olga Owner" in page.content.decode()
    mine = ABOUT.replace("cheese", "yoghurt")
    clashing = {"about": mine, "version": seen}
    for headers in ({"HX-Request": "true"}, {}):
        page = client.post(url, clashing, headers=headers)
        said = unescape(page.content.decode())
        assert page.status_code == 409
        assert "butter</del>" in said
        assert "yoghurt</ins>" in said
        assert now(three).about in said
        assert mine in said
        assert f'name="seen" value="{seen}"' in said
    version = now(three).record.version
    both = {**clashing, "version": version, "seen": seen, "keep": "both"}
    assert client.post(url, both).status_code == 302
    assert now(three).about.startswith("Makes butter.\nMakes yoghurt.\n\nPays late.")


def test_the_form_of_all_fields_merges_lines(
    three: Three, company: Company, client: Client
) -> None:
    client.force_login(three.owner)
    shown = client.get(f"/r/{company.pk}/edit").content.decode()
    assert 'name="was_about"' in shown
    theirs = ABOUT.replace("cheese", "butter")
    seen = company.record.version
    lives.change_record(company.pk, by=three.colleague, values={"about": theirs}, version=seen)
    sent = {
        "title": company.record.title,
        "was_title": company.record.title,
        "owner": three.owner.pk,
        "team": three.team.pk,
        "audience": "team",
        "about": ABOUT.replace("morning", "evening"),
        "was_about": ABOUT,
        "city": "Łódź",
        "was_city": "Łódź",
        "version": seen,
    }
    response = client.post(f"/r/{company.pk}/edit", sent, follow=True)
    assert "Merged with the edit by Karol Colleague" in response.content.decode()
    assert now(three).about == "Makes butter.\n\nPays late.\n\nCall in the evening."


@pytest.mark.parametrize("seed", range(4))
def test_random_changes_of_two_lose_no_word(seed: int, three: Three, company: Company) -> None:
    """Each line that either typed is in a state the history keeps."""
    chance = random.Random(seed)
    people = [three.owner, three.colleague]
    screens = [(company.about, company.record.version)] * 2
    typed = set()
    for turn in range(40):
        who = chance.randrange(2)
        text, seen = screens[who]
        lines = text.split("\n")
        at = chance.randrange(len(lines) + 1)
        lines[at : at + chance.randrange(2)] = [f"line {turn}"]
        typed.add(f"line {turn}")
        values = {"about": "\n".join(lines)}
        try:
            body = lives.change_record(
                company.pk, by=people[who], values=values, version=seen, keep="apart"
            )
        except Stale:
            body = lives.change_record(
                company.pk, by=people[who], values=values, version=seen, keep="both"
            )
        assert isinstance(body, Company)
        assert f"line {turn}" in body.about.split("\n")
        screens[who] = (body.about, body.record.version)
    kept = "\n".join(c.fields["about"][1] for c in Change.objects.filter(record=company.pk))
    assert typed <= set(kept.split("\n"))
