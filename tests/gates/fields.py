"""Every field of every kind with two values, and a world in which it has the one or the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.test.client import Client
from django.utils import timezone

from tablica.accounts.commands.tokens import make_token
from tablica.accounts.models import Role, User
from tablica.notices.models import Notice
from tablica.records.kinds import all_kinds, kind_named
from tablica.records.models import Record
from tablica.records.values import OWNERSHIP
from tablica.wall.commands import follows, lives
from tablica.wall.models import Entry
from tests.cast import again, make_entry, make_record, make_role, make_user
from tests.signing import stay_signed_in

NOON = datetime(2027, 4, 6, 12, tzinfo=UTC)
# What is neither a text nor a record: two values that can be told apart.
TYPED: dict[str, tuple[str, str]] = {
    "deal.amount": ("4711.00", "8123.00"),
    "deal.currency": ("PLN", "CHF"),
    "deal.stage": ("qualified", "offer"),
    "deal.expected_close": ("2031-05-11", "2032-06-23"),
    "deal.outcome": ("won", "lost"),
    "company.relationship": ("partner", "supplier"),
    "company.tax_id": ("5260001246", "7740001454"),
    "company.website": ("https://zqkone.example", "https://zqktwo.example"),
    "company.country": ("PL", "IR"),
    "person.language": ("pl", "fa"),
    "person.birthday": ("1981-02-13", "1992-03-14"),
}
BY_NAME = {
    "email": ("zqkone@example.org", "zqktwo@example.org"),
    "phone": ("+48601234567", "+48709876543"),
    "mobile": ("+48601234568", "+48709876544"),
}
WITH = {"deal.outcome": {"outcome_reason": "Price"}, "deal.amount": {"currency": "EUR"}}
WORDS = ("zqkone words", "zqktwo words")
RIGHTS = dict.fromkeys(("view", "edit", "delete", "export"), "all")


def every_field() -> list[tuple[str, str]]:
    """Kind and name of each field to which rights can be given."""
    return [
        (kind.name, name)
        for kind in all_kinds()
        for name in kind.form_class().base_fields
        if name not in OWNERSHIP
    ]


@dataclass
class Company:
    """A record of each kind, all tied together, and three people who may do anything else.

    `owner` and `other` may see every field; from `reader` some are hidden.
    """

    owner: User
    other: User
    reader: User
    role: Role
    records: dict[str, Record]
    more: dict[str, list[Record]]
    tokens: dict[int, str]
    entry: Entry
    browsers: dict[int, Client] = field(default_factory=dict)

    def ask(self, user: User, method: str, url: str, **more: Any) -> Any:
        """One request: to the API with their key, to a page with their session."""
        if url.startswith("/api/"):
            headers = {"Authorization": f"Bearer {self.tokens[user.pk]}", **more.pop("headers", {})}
            sent = more.pop("sent", "")
            kind = "application/json"
            return Client(raise_request_exception=False).generic(
                method, url, sent, kind, headers=headers
            )
        if method == "POST":
            return self.browsers[user.pk].post(url, more.pop("sent", {}), **more)
        return self.browsers[user.pk].generic(method, url, **more)

    def hide(self, rights: dict[str, dict[str, str]]) -> None:
        """Give the reader's role these rights to fields, in place of any before."""
        Role.objects.filter(pk=self.role.pk).update(fields=rights)

    def set(self, kind: str, values: dict[str, Any]) -> None:
        """Let the owner give these fields of the record of this kind, through the one form.

        Two people are told of what changed. Whatever it was, the record is in its second version
        afterwards: that something changed is no secret.
        """
        body = (
            kind_named(kind).model.objects.unguarded(reason="tests").get(pk=self.records[kind].pk)
        )
        _count_on()
        owner = again(self.owner)
        form = kind_named(kind).form_class()(values, user=owner, body=body, only=values)
        assert form.is_valid(), form.errors
        lives.change_record(body.pk, by=owner, values=form.changes(), version=None)
        Record.objects.unguarded(reason="tests").filter(pk=body.pk).update(version=2)
        entries = Entry.objects.unguarded(reason="tests").filter(record=body.pk)
        for entry in entries.exclude(changed=None):
            for user in {self.reader, self.other}:
                Notice.objects.create(user=user, entry=entry, reason="follow", at=timezone.now())


def build() -> Company:
    """Make the company."""
    role = make_role("reader", reach="all", scopes=RIGHTS)
    owner, other = make_user("Owner", role="manager"), make_user("Other", role="manager")
    reader = make_user("Reader", role=role)
    records: dict[str, Record] = {}
    more: dict[str, list[Record]] = {}
    for kind in ("company", "person", "deal", "space"):
        records[kind] = make_record(kind, f"The {kind}", owner=owner).record
        more[kind] = [make_record(kind, f"{kind} {n}", owner=owner).record for n in "AB"]
    entry = make_entry(records["company"], f"See [[{records['deal'].pk}]]", author=owner)
    for kind in ("company", "person", "deal", "space"):
        make_entry(records[kind], f"About [[{records[kind].pk}]]", author=owner)
        follows.follow(records[kind].pk, by=again(reader))
    tokens = {user.pk: make_token(user, scope="write") for user in (owner, other, reader)}
    browsers = {pk: Client(raise_request_exception=False) for pk in tokens}
    for user in (owner, other, reader):
        stay_signed_in(browsers[user.pk], user)
    return Company(owner, other, reader, role, records, more, tokens, entry, browsers)


def _count_on() -> None:
    """Number what comes next in the same way in each world, also where one was taken back."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Entry, Notice]):
            cursor.execute(statement)


def value_of(company: Company, kind: str, name: str, which: int | None) -> dict[str, Any]:
    """What the owner sets: the first or second value of the field, and what goes with it.

    None: only what goes with it.
    """
    if which is None:
        return WITH.get(f"{kind}.{name}", {})
    found = kind_named(kind).form_class().base_fields[name]
    of = getattr(found, "kind", "")
    if of:
        number = company.more[of][which].pk
        return {name: [number] if getattr(found, "many", False) else number}
    value = TYPED.get(f"{kind}.{name}") or BY_NAME.get(name) or WORDS
    said = {name: value[which]}
    return {**said, **WITH.get(f"{kind}.{name}", {})}


def addresses(company: Company, kind: str, name: str) -> Iterator[str]:
    """Where the field of this record, or a change of it, could be met."""
    record = company.records[kind]
    path = kind_named(kind).path
    yield from parts(company, kind, name)
    yield from ("/?followed=1", "/?type=changed", "/?type=stage", "/?type=won", "/?type=lost")
    yield from (f"/{path}", f"/{path}/new", f"/r/{record.pk}/edit", "/deals/board?mine=1")
    for other in company.records.values():
        yield f"/{kind_named(other.kind).path}/{other.pk}?context=1"
        yield f"/api/v1/records/{other.pk}/wall?context=1"
        yield f"/records/suggest?q=the&on={other.pk}"
    value = value_of(company, kind, name, 0)[name]
    value = str(value[0] if isinstance(value, list) else value).split()[0].replace("+", "%2B")
    yield from (f"/{path}?{name}={value}", f"/{path}?q={value}", f"/search?q={value}")
    yield from (f"/{path}/export?{name}={value}", f"/{path}/export?q={value}")
    yield from (f"/search/suggest?q={value}", f"/records/suggest?q={value}")
    yield from (f"/api/v1/search?q={value}", f"/api/v1/suggest?q={value}")
    yield from (f"/api/v1/records?q={value}", f"/api/v1/records?kind={kind}&{name}={value}")
    yield from (f"/api/v1/records?kind={kind}", f"/api/v1/records?kind={kind}&sort={name}")
    yield from (f"/api/v1/records/{record.pk}", "/api/v1/kinds", "/api/v1/me", "/trash", "/tags")
    yield from ("/api/v1/feed", "/api/v1/feed?type=changed", "/api/v1/notices")


def parts(company: Company, kind: str, name: str) -> Iterator[str]:
    """Those that are asked for piece by piece as well."""
    record = company.records[kind]
    yield from ("/", f"/{kind_named(kind).path}/{record.pk}", "/notices", "/deals/board")
    yield from (f"/r/{record.pk}/fields/{name}", f"/r/{record.pk}/fields/{name}/edit")
    yield f"/e/{company.entry.pk}"
