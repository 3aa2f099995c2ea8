"""S4: a word of its own in every text of what is hidden is met nowhere by who may not see it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from tablica.accounts.models import ApiToken, Passkey, User
from tablica.exports.models import ListFile
from tablica.letters.models import Answer, Choice, Key
from tablica.people.models import Employment
from tablica.records.models import Change, LookIn, Record, RecordTag, Tag, TagAsked
from tablica.records.signals import text_changed
from tablica.sales.models import Deal, DealPerson
from tablica.shared.mail.models import Letter
from tablica.shared.once.models import Submission
from tablica.spaces import models as spaces
from tablica.wall.commands import files, follows
from tablica.wall.commands.pins import put_pin
from tablica.wall.models import (
    Comment,
    Draft,
    Entry,
    EntryTag,
    EntryText,
    File,
    Move,
    Placement,
    Reaction,
    Upload,
)
from tests.cast import make_comment, make_entry, make_record
from tests.gates import worlds
from tests.gates.doors import Guests, taken_back
from tests.gates.reading import addresses, read
from tests.gates.worlds import Target, World
from tests.oracle import Person

pytestmark = pytest.mark.django_db

CANARY = re.compile(rb"zqk[a-z0-9]{6,}")
READERS = ("anonymous", "outsider", "read-only", "no-deals", "manager")
MORE_READERS = ("member", "own-only", "guest", "ex-member", "administrator", "only-deals")
FOLLOWED = 60
"""How many links that lead elsewhere are followed."""

# Texts that are no words: names of kinds and types, digests, times, codes with a fixed form.
NO_WORDS = {
    "records.Record.kind",
    "wall.Entry.type",
    "wall.Entry.changed",
    "wall.EntryText.type",
    "spaces.Idea.status",
    "wall.File.sha256",
    "wall.Reaction.emoji",
    "wall.Draft.place",
    "wall.Follow.mode",
    "wall.Follow.why",
    "wall.Follow.before",
    "wall.FollowChoice.why",
    "wall.FollowChoice.mode",
    "notices.Notice.reason",
    "people.Company.relationship",
    "people.Company.country",
    "people.Person.language",
    "sales.Deal.currency",
    "sales.Deal.outcome",
    "accounts.ApiToken.scope",
    "accounts.ApiToken.digest",
    "accounts.Passkey.number",
    "accounts.Passkey.credential",
    "accounts.Passkey.handle",
    "once.Submission.digest",
    "mail.Letter.state",
    "letters.Choice.often",
    "records.Absence.kinds",
    "letters.Choice.before",
    "letters.Key.purpose",
    "letters.Key.digest",
    "letters.Answer.sha256",
    "letters.Answer.text_digest",
    "letters.Answer.state",
    "letters.Answer.problem",
    "exports.ListFile.kind",
    "exports.ListFile.format",
    "exports.ListFile.rights",
    "exports.ListFile.sha256",
    "exports.ListFile.wanted",
}
# Everybody signed in may read these: who works here, the roles, the stages, the fixed audiences.
FOR_ALL = {"accounts.User", "accounts.Role", "accounts.Team", "accounts.Grant", "sales.Stage"}
# Nothing of what people write, or only for the machine itself.
MACHINERY = {
    "accounts.CodeApp",
    "accounts.Identity",
    "accounts.KnownNet",
    "accounts.OneTimeLink",
    "accounts.RecoveryCode",
    "accounts.SignIn",
    "accounts.SignInFailure",
    "accounts.ToldEnd",
    "live.News",
    "mail.Line",
    "records.Audience",
    "records.Glimpse",
    "search.SearchDocument",
    "wall.TagMerge",
    "jobs",
    "leaving",
    "limits",
    "trail",
    "transfer",
    "demo",
}


@dataclass
class Planted:
    """The world, what is hidden in it, and where each word was put."""

    world: World
    guests: Guests
    hidden: list[Target]
    words: dict[bytes, str]


def text_columns() -> dict[str, list[models.Field[Any, Any]]]:
    """Every column that holds text, by model, but for what is declared above."""
    found: dict[str, list[models.Field[Any, Any]]] = {}
    for model in apps.get_models(include_auto_created=True):
        name = f"{model._meta.app_label}.{model.__name__}"
        ours = model.__module__.startswith("tablica.")
        if not ours or name in FOR_ALL | MACHINERY or model._meta.app_label in MACHINERY:
            continue
        kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
        columns = [
            column
            for column in model._meta.concrete_fields
            if isinstance(column, kinds) and f"{name}.{column.name}" not in NO_WORDS
        ]
        if columns:
            found[name] = columns
    return found


class Planter:
    """Puts a new word into every text of the rows it is given, and remembers where."""

    def __init__(self) -> None:
        self.words: dict[bytes, str] = {}

    def word(self, place: str) -> str:
        number = len(self.words) * 7919 + 46656**2
        word = "zqk" + _base36(number)
        self.words[word.encode()] = place
        return word

    def fill(self, row: models.Model) -> None:
        """Fill the texts of one row, past every command and check."""
        name = f"{row._meta.app_label}.{type(row).__name__}"
        values: dict[str, Any] = {}
        for column in text_columns().get(name, []):
            word = self.word(f"{name}.{column.name}")
            value: Any = word
            if isinstance(column, models.JSONField):
                value = self._json(row, column, word)
            elif isinstance(column, models.BinaryField):
                value = word.encode()
            elif column.name == "name" and isinstance(row, File):
                value = f"{word}.txt"
            elif column.name == "tags" and isinstance(row, EntryText):
                value = f"{10**9} {word}"  # a tag that is gone keeps the name it had
            elif column.name == "html":
                value = f"<p>{word}</p>"
            if isinstance(value, str) and column.max_length:
                assert len(value) <= column.max_length, f"{name}.{column.name}"
            values[column.name] = value
        manager: Any = type(row)._base_manager
        manager.filter(pk=row.pk).update(**values)

    @staticmethod
    def _json(row: models.Model, column: models.Field[Any, Any], word: str) -> Any:
        if isinstance(row, Change):
            return {"title": [word, word]}
        if isinstance(row, Entry) and "changes" in row.data:
            change = {"field": "title", "from": word, "to": word}
            return {"changes": [change], "version": 1}
        if isinstance(row, Entry) and row.type == "moved":
            return row.data
        return {"note": word}


def _base36(number: int) -> str:
    signs = "abcdefghijklmnopqrstuvwxyz0123456789"
    found = ""
    while number:
        number, rest = divmod(number, 36)
        found = signs[rest] + found
    return found


@pytest.fixture(scope="module")
def planted(django_db_setup: None, django_db_blocker: Any) -> Iterator[Planted]:
    with django_db_blocker.unblock(), taken_back():
        world = worlds.build()
        guests = Guests(world)
        planter = Planter()
        hidden = _hide(world, planter)
        yield Planted(world, guests, hidden, planter.words)


def _hide(world: World, planter: Planter) -> list[Target]:
    """One hidden thing of every sort, of the owner alone, tied to what everybody sees."""
    owner, public = world.people["owner"], world.public
    seen = {t.kind: t for t in world.targets if t.state == "everyone"}
    made: list[models.Model] = []
    targets: list[Target] = []
    records: dict[str, Record] = {}
    for kind in ("company", "person", "deal", "space"):
        body = make_record(kind, owner=owner, who="me")
        records[kind] = body.record
        target, rows = _hang(body.record, owner)
        target.kind = kind
        targets.append(target)
        made += [body.record, body, *rows]
    made += _relate(records, seen)
    asked_there = make_entry(records["space"], author=owner, type_="poll")
    poll = spaces.Poll.objects.create(entry=asked_there)
    made += [asked_there, spaces.Choice.objects.create(poll=poll, place=0, text="x")]
    narrowed, rows = _hang(seen["company"].record, owner, who="me")
    targets.append(narrowed)
    made += rows
    made += _traces(records, seen, public, owner)
    tag = Tag.objects.create(name="x", key="zqkplaceholder", created_by=owner)
    RecordTag.objects.create(record=records["company"], tag=tag)
    EntryTag.objects.create(entry=narrowed.entry, tag=tag)
    token = ApiToken.objects.get(pk=world.token_rows["owner"])
    once = Submission.objects.create(user=owner, key="x", digest="0" * 64)
    unmet = Tag.objects.create(name="x", key="zqkanother")
    asked = TagAsked.objects.create(tag=unmet, user=owner, name="x")
    key = Passkey.objects.create(user=owner, name="x", number="x", credential=b"x", handle=b"x")
    made += [tag, unmet, asked, token, once, key, LookIn.objects.get(person=owner)]
    made += _mailed(owner, narrowed.entry)
    made.append(
        ListFile.objects.create(
            user=owner, kind="company", format="csv", rows=1, asked_at=timezone.now()
        )
    )
    _thrown(seen, owner, made)
    for target in targets:
        assert target.entry and target.comment
        worlds.tell_all(world.people, target.entry, target.comment)
    for row in made:
        planter.fill(row)
    for target in targets:
        _bytes(target, planter, owner)
    text_changed.send(
        None,
        records=[row.pk for row in made if isinstance(row, Record)],
        entries=[row.pk for row in made if isinstance(row, Entry)],
        comments=[row.pk for row in made if isinstance(row, Comment)],
    )
    return targets


def _hang(
    record: Record | None, owner: User, who: str | None = None
) -> tuple[Target, list[models.Model]]:
    """Everything that can hang on a wall."""
    assert record is not None
    entry = make_entry(record, author=owner, who=who)
    other = make_entry(record, author=owner, who=who, type_="call")
    told = make_entry(
        record, author=owner, who=who, type_="changed", data={"changes": [], "version": 1}
    )
    comment = make_comment(entry, author=owner)
    file = files.add_file("plan.txt", [f"plan {entry.pk}".encode()], by=owner)
    file.entry = entry
    file.save()
    earlier = [
        EntryText.objects.create(entry=entry, version=7, at=entry.created_at, by=owner),
        EntryText.objects.create(comment=comment, version=7, at=entry.created_at, by=owner),
    ]
    Reaction.objects.create(entry=entry, user=owner, emoji="👍", at=entry.created_at)
    put_pin(other, by=owner)
    if who is None:
        follows.follow(record.pk, by=owner)
    change = Change.objects.create(
        record=record, version=10**6 + entry.pk, at=entry.created_at, by=owner, fields={}
    )
    draft = Draft.objects.create(
        author=owner,
        place="wall" if who is None else "comment",
        record=record if who is None else None,
        entry=entry if who else None,
        key=uuid4(),
        hand=uuid4(),
        saved_at=entry.created_at,
    )
    upload = Upload.objects.create(
        owner=owner, size=9, draft=draft, created_at=entry.created_at, touched_at=entry.created_at
    )
    rows: list[models.Model] = [entry, other, told, comment, file, draft, upload, *earlier]
    if who is None:
        rows.append(change)
    return Target("hidden", record.kind, record, entry, comment, file), rows


def _mailed(owner: User, entry: Entry | None) -> list[models.Model]:
    """What letters and answers keep."""
    now = timezone.now()
    return [
        Letter.objects.create(message_id="x", not_before=now, created_at=now),
        Choice.objects.create(user=owner, reason="x", often="now", changed_at=now),
        Key.objects.create(
            purpose="answer", user=owner, entry=entry, nonce="x", digest="0" * 64, used_at=now
        ),
        Answer.objects.create(
            user=owner, entry=entry, sha256="1" * 64, size=1, state="aside", came_at=now
        ),
    ]


def _relate(records: dict[str, Record], seen: dict[str, Target]) -> list[models.Model]:
    """Hidden ones belong to seen ones, and seen ones to hidden ones."""
    number = {kind: target.number("record") for kind, target in seen.items()}
    deals = Deal.objects.unguarded(reason="tests")
    deals.filter(pk=records["deal"].pk).update(company=number["company"])
    deals.filter(pk=number["deal"]).update(company=records["company"].pk)
    Employment.objects.create(person_id=records["person"].pk, company_id=number["company"])
    Employment.objects.create(person_id=number["person"], company_id=records["company"].pk)
    DealPerson.objects.create(deal_id=number["deal"], person_id=records["person"].pk)
    DealPerson.objects.create(deal_id=records["deal"].pk, person_id=number["person"])
    return []


def _traces(
    records: dict[str, Record], seen: dict[str, Target], public: Record, owner: User
) -> list[models.Model]:
    """What seen walls remember of hidden ones: moves, places, changes of what they belong to."""
    company = records["company"]
    shown = make_entry(company, author=owner)
    Placement.objects.create(entry=shown, record=public, at=shown.created_at, by=owner)
    for wall in (public, seen["company"].record):
        data = {"entry": shown.pk, "record": company.pk}
        make_entry(wall, author=owner, type_="moved", data=data)  # type: ignore[arg-type]
    entry = seen["company"].entry
    assert entry is not None
    Move.objects.create(
        entry=entry, source=company, target=entry.record, at=entry.created_at, by=owner
    )
    Placement.objects.create(entry=entry, record=company, at=entry.created_at, by=owner)
    for kind, name, value in (
        ("deal", "company", company.pk),
        ("person", "companies", [company.pk]),
        ("deal", "people", [records["person"].pk]),
    ):
        change = {"field": name, "from": None, "to": value}
        data = {"changes": [change], "version": 2}
        wall = seen[kind].record
        make_entry(wall, author=owner, type_="changed", data=data)  # type: ignore[arg-type]
    return [shown]


def _thrown(seen: dict[str, Target], owner: User, made: list[models.Model]) -> None:
    """What lies in the trash: a record, an entry, a comment."""
    record = make_record("space", owner=owner, trashed=True).record
    home, answered = seen["space"].record, seen["space"].entry
    assert home is not None
    assert answered is not None
    entry = make_entry(home, author=owner, trashed=True)
    comment = make_comment(answered, author=owner)
    comment.trashed_at = comment.created_at
    comment.save()
    made += [record, entry, comment, make_entry(record, author=owner)]


def _bytes(target: Target, planter: Planter, owner: User) -> None:
    """A word in the bytes of the hidden file."""
    word = planter.word("bytes of a file")
    blob = files.add_file("x.txt", [word.encode()], by=owner)
    File.objects.unguarded(reason="tests").filter(pk=target.number("file")).update(
        sha256=blob.sha256, size=blob.size
    )
    blob.delete()


def test_every_text_column_holds_a_word(planted: Planted) -> None:
    """A new column of text is planted by itself, or this fails until it is decided on."""
    places = set(planted.words.values())
    missing = [
        f"{model}.{column.name}"
        for model, columns in text_columns().items()
        for column in columns
        if f"{model}.{column.name}" not in places
    ]
    assert missing == []


def every_address(planted: Planted) -> list[str]:
    some = [t for t in planted.world.targets if t.state == "everyone"]
    some += [t for t in planted.world.targets if t.state == "team"][:1]
    loose = [f"/files/{f.pk}" for f in planted.world.loose.values()]
    return [*addresses(planted.world, [*planted.hidden, *some]), *loose]


# Words that may be met by some: who looks after the tags sees their names, whatever they are on.
def allowed(who: Person, place: str) -> bool:
    return place.startswith("records.Tag.") and who.can("tags")


@pytest.mark.parametrize(
    "who", [*READERS, *(pytest.param(who, marks=pytest.mark.long) for who in MORE_READERS)]
)
def test_nobody_meets_a_word_that_is_not_theirs(who: str, planted: Planted) -> None:
    met: Counter[str] = Counter()
    pages = 0
    person = Person(planted.world.people[who]) if who != "anonymous" else None
    thrown_for = person is not None and person.scope("space", "delete") == "all"
    with taken_back():
        for url, response, body in read(
            planted.guests, who, every_address(planted), follow=FOLLOWED
        ):
            pages += 1
            said = body + repr(sorted(response.items())).encode()
            for word in set(CANARY.findall(said)):
                place = planted.words.get(word, "unknown")
                if person is not None and allowed(person, place):
                    continue
                met[f"{place} at {url.split('?')[0]}"] += 1
    if thrown_for:
        met = Counter({p: n for p, n in met.items() if not p.endswith("at /trash")})
    assert pages > 200
    assert met == Counter(), met.most_common(20)


def test_the_owner_meets_them(planted: Planted) -> None:
    """The crawl has eyes: who may see these things finds their words nearly everywhere."""
    met: set[str] = set()
    with taken_back():
        urls = every_address(planted)
        for _url, response, body in read(planted.guests, "owner", urls, follow=FOLLOWED):
            for word in CANARY.findall(body + repr(response.headers).encode()):
                met.add(planted.words.get(word, "unknown"))
    unseen = set(planted.words.values()) - met
    kept_for_the_machine = {
        "records.Change.fields",
        "once.Submission.body",
        "once.Submission.headers",
        "once.Submission.key",
        *(p for p in planted.words.values() if p.startswith(("mail.", "letters."))),
    }
    assert unseen <= kept_for_the_machine, unseen
