"""Taking out a list: asking for its file, making it, and letting it go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.exports.formats.delimited import csv_of
from tablica.exports.formats.sheets import About, xlsx_of
from tablica.exports.jobs import make_list_file
from tablica.exports.models import KEPT, ListFile
from tablica.exports.queries.files import files_of, is_theirs
from tablica.exports.queries.rows import Taking, Value
from tablica.exports.rules import AT_ONCE, MOST_FILES, MOST_ROWS, may_take, rights_of
from tablica.records.kinds import Kind, kind_named
from tablica.records.rules import may_export
from tablica.shared.blobs import BlobStore
from tablica.shared.errors import Hidden
from tablica.shared.filenames import safe_name
from tablica.shared.trail import commands as trail
from tablica.shared.writing import Count
from tablica.web.queries.lists import Wanted

LARGEST = 2 * 2**30  # bytes


def store() -> BlobStore:
    """Where the files are kept, apart from those that hang on walls."""
    return BlobStore(settings.TABLICA_DATA / "exports")


@transaction.atomic
def ask_for_file(kind: Kind, *, by: User, wanted: Wanted, format: str) -> ListFile:
    """Take out the list that `wanted` says; it is made at once, a long one in the background.

    Raises `Hidden` for who may not take out this kind, and `ValidationError` for no or too many
    records, too many files, or a format that is none.
    """
    if not may_export(by, kind.name):
        raise Hidden
    if format not in ListFile.Format.values:
        raise ValidationError({"format": _("Choose one of these.")})
    rows = Taking(by, kind, wanted).records().count()
    _check(rows, by)
    now = timezone.now()
    file = ListFile.objects.create(
        user=by,
        kind=kind.name,
        format=format,
        wanted=wanted.values(),
        rights=rights_of(by, kind.name),
        rows=rows,
        name=_name(kind, by, format),
        asked_at=now,
    )
    if rows <= AT_ONCE:
        return make_file(file.pk)
    make_list_file.enqueue(file.pk)
    return file


def _check(rows: int, by: User) -> None:
    if not rows:
        raise ValidationError(_("There is nothing in this list that you may take out."))
    if not may_take(by, rows):
        raise ValidationError(
            _("At most %(count)s at once. Filter the list further, or ask who administers.")
            % {"count": Count(MOST_ROWS)}
        )
    if files_of(by).count() >= MOST_FILES:
        raise ValidationError(_("You have taken out many lists today. Wait until tomorrow."))


def _name(kind: Kind, by: User, format: str) -> str:
    """The name of the file says what is in it, from when, and who took it out."""
    return safe_name(f"{kind.path} {timezone.localdate():%Y-%m-%d} {by.name}.{format}")


def make_file(number: int) -> ListFile:
    """Make the file that was asked for, with the rights of this moment; once, whenever it is done.

    When the person may not see just what they might when they asked, there will be no file.
    """
    file = ListFile.objects.select_related("user__role").get(pk=number)
    if file.ended_at:
        return file
    if not is_theirs(file, file.user):
        ListFile.objects.filter(pk=number).update(ended_at=timezone.now())
        return ListFile.objects.get(pk=number)
    counted = Counted()
    with translation.override(file.user.language):
        blob = store().put(_pieces(file, counted), LARGEST)
    with transaction.atomic():
        made = ListFile.objects.filter(pk=number, ended_at=None)
        if made.update(
            ended_at=timezone.now(), sha256=blob.sha256, size=blob.size, rows=counted.rows
        ):
            trail.note(
                "exported",
                by=file.user_id,
                kind=file.kind,
                rows=counted.rows,
                format=file.format,
                filters=_told(file.wanted),
            )
    return ListFile.objects.get(pk=number)


@dataclass
class Counted:
    """How many rows have gone by."""

    rows: int = 0

    def of(self, rows: Iterator[list[Value]]) -> Iterator[list[Value]]:
        for row in rows:
            self.rows += 1
            yield row


def _pieces(file: ListFile, counted: Counted) -> Iterator[bytes]:
    kind = kind_named(file.kind)
    taking = Taking(file.user, kind, Wanted.of(file.user, kind, file.wanted))
    rows = counted.of(taking.rows())
    if file.format == ListFile.Format.CSV:
        return csv_of(taking.headings(), rows)
    about = About(str(kind.plural), file.user.name, file.asked_at)
    return xlsx_of(taking.headings(), rows, about)


def _told(wanted: Mapping[str, str]) -> list[str]:
    """What was left out of the list, without the words that somebody typed."""
    return [name if name in ("q", "tag") else f"{name}={value}" for name, value in wanted.items()]


def let_old_files_go() -> int:
    """Forget the files whose time is over, and what lies about of files never made; how many."""
    over = ListFile.objects.filter(asked_at__lte=timezone.now() - KEPT)
    gone, _each = over.delete()
    kept = set(ListFile.objects.exclude(sha256="").values_list("sha256", flat=True))
    files = store()
    for sha256 in [found for found in files if found not in kept]:
        files.remove(sha256, older_than=3_600)
    files.sweep()
    return gone
