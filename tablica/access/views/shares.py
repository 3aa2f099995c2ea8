"""Opening one record to single people."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tablica.access.lending_forms import ShareForm
from tablica.access.queries.shares import names_behind, readers_of
from tablica.accounts.views.answering import is_partial, reader, refuse, say
from tablica.records.lending import end_share, may_share
from tablica.records.models import Record
from tablica.shared.errors import Hidden
from tablica.shared.writing import isolated
from tablica.wall.commands.sharing import share_record


@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: HttpRequest, record_id: int) -> HttpResponse:
    """Who reads the record, and to whom it is opened besides. POST: to one more.

    `?part=names` are the first names alone, as a lock tells them.
    """
    user = reader(request)
    record = (
        Record.objects.visible_to(user)
        .select_related("owner", "team", "audience")
        .filter(pk=record_id)
        .first()
    )
    if record is None:
        raise Hidden
    if request.method != "POST" and request.GET.get("part") == "names":
        names = {"names": names_behind(record), "record": record}
        return render(request, "access/_reader_names.html", names)
    form = ShareForm(request.POST or None, owner=record.owner_id, me=user)
    if request.method != "POST" or not form.is_valid():
        return _page(request, record, form)
    said: dict[str, Any] = form.cleaned_data
    try:
        share_record(record_id, by=user, **said)
    except ValidationError as error:
        refuse(form, error)
        return _page(request, record, form)
    say(request, _("%(name)s sees it now.") % {"name": isolated(said["to"].name)})
    return HttpResponseRedirect(f"/r/{record_id}")


def _page(request: HttpRequest, record: Record, form: ShareForm) -> HttpResponse:
    context = {
        "record": record,
        "form": form,
        "readers": readers_of(record),
        "shares": record.shares.select_related("user").order_by("user__name", "pk"),
        "now": timezone.now(),
        "may_share": may_share(reader(request), record),
        "is_dialog": is_partial(request),
        "back": f"/r/{record.pk}",
    }
    template = "access/_sharing.html" if is_partial(request) else "access/sharing_page.html"
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, context, status=status)


@require_POST
def end(request: HttpRequest, record_id: int, user_id: int) -> HttpResponse:
    """Close it to one of those."""
    user = reader(request)
    end_share(record_id, by=user, to=user_id)
    say(request, _("It is not shared any more."))
    return HttpResponseRedirect("/" if user.pk == user_id else f"/r/{record_id}")
