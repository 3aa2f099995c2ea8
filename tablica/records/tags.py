"""Tags: made by writing them, renamed and merged in one place."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.records.models import Record, RecordTag, Tag, TagAsked
from tablica.records.rules import may_curate_tags
from tablica.shared.errors import Hidden, Refused, Stale
from tablica.shared.text import BadText, clean
from tablica.shared.text.folding import fold

LONGEST = 60


def tag_key(name: str) -> str:
    """The form in which two spellings of a tag are the same: folded, spaces as dashes."""
    return "-".join(fold(name.strip().lstrip("#")).split())[:LONGEST]


def make_tags(names: Iterable[str], *, by: User | None) -> list[Tag]:
    """The tags of these names, made where they are new, each once, in the given order.

    Raises `BadText` for a name that is empty, too long or cannot be shown.
    """
    wanted: dict[str, str] = {}
    for name in names:
        plain, key = _spelt(name)
        wanted.setdefault(key, plain)
    found = {tag.key: tag for tag in Tag.objects.filter(key__in=wanted)}
    for key, name in wanted.items():
        if key not in found:
            found[key] = _make(key, name, by)
    return [found[key] for key in wanted]


def ask_for_tag(name: str, *, by: User) -> Tag:
    """The tag of this name for `by`, who meets it from then on; made when it is new.

    Whoever did not meet it learns nothing of it: for them it is spelt as they spelt it first.
    """
    with transaction.atomic():
        (tag,) = make_tags([name], by=by)
        if tag.created_by_id != by.pk:
            plain, _key = _spelt(name)
            TagAsked.objects.get_or_create(tag=tag, user=by, defaults={"name": plain})
    return tag


def _spelt(name: str) -> tuple[str, str]:
    """A name as it is kept, and its key."""
    plain = clean(name.strip().lstrip("#"), max_length=LONGEST, multiline=False)
    plain = "-".join(plain.split())
    key = tag_key(plain)
    if not key:
        raise BadText(_("A tag needs at least one letter or digit."))
    return plain, key


def _make(key: str, name: str, by: User | None) -> Tag:
    try:
        with transaction.atomic():
            return Tag.objects.create(key=key, name=name, created_by=by)
    except IntegrityError:
        return Tag.objects.get(key=key)


def tags_on_records(user: User) -> Q:
    """The filter for tags that are on a record `user` may see, or that they made or asked for."""
    asked = TagAsked.objects.filter(tag=OuterRef("pk"), user=user.pk)
    return used_on_records(user) | Q(Exists(asked))


def used_on_records(user: User) -> Q:
    """The filter for tags that are on a record `user` may see, or that they made."""
    seen = RecordTag.objects.filter(
        tag=OuterRef("pk"), record__in=Record.objects.visible_to(user).values("pk")
    )
    return Q(Exists(seen)) | Q(created_by=user.pk)


@transaction.atomic
def rename_tag(tag_id: int, *, by: User, name: str, version: int | None = None) -> Tag:
    """Rename a tag everywhere. Into the name of another one: that is a merge, and refused here."""
    tag = lock_tag(tag_id, by=by, version=version)
    plain, key = _spelt(name)
    if Tag.objects.filter(key=key).exclude(pk=tag.pk).exists():
        raise Refused(_("There is a tag of this name already: merge them instead."))
    tag.name, tag.key, tag.version = plain, key, tag.version + 1
    tag.save()
    TagAsked.objects.filter(tag=tag).update(name=plain)
    return tag


def lock_two(tag_id: int, into_id: int, *, by: User) -> tuple[Tag, Tag]:
    """Both tags of a merge, locked; they must differ."""
    if tag_id == into_id:
        raise Refused(_("Choose another tag to merge into."))
    first, second = sorted((tag_id, into_id))  # always in one order: two merges must not wait
    locked = {first: lock_tag(first, by=by), second: lock_tag(second, by=by)}
    return locked[tag_id], locked[into_id]


def lock_tag(tag_id: int, *, by: User, version: int | None = None) -> Tag:
    """The tag, locked, when `by` looks after the tags; else `Hidden` or `Refused`, or `Stale`."""
    tag = Tag.objects.select_for_update().filter(pk=tag_id).first()
    if tag is None:
        raise Hidden
    if not may_curate_tags(by):
        raise Refused(_("Only who looks after the tags may change them for everybody."))
    if version is not None and version != tag.version:
        raise Stale(_("Somebody else changed this meanwhile."), current=tag)
    return tag


def all_tags() -> QuerySet[Tag]:
    """Every tag: for who looks after them."""
    return Tag.objects.order_by("key")
