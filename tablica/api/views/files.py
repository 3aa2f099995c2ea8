"""Files: sending them in, getting them out."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Router

from tablica.api.answers import answer
from tablica.api.problems import Problem, invalid
from tablica.api.queries.entries import file_shape
from tablica.api.reading import ApiRequest, require_type
from tablica.api.shapes import FileShape
from tablica.shared.errors import Hidden
from tablica.wall.commands.files import add_file
from tablica.wall.models import File
from tablica.wall.views.files import respond_with

router = Router(tags=["Files"])


@router.post(
    "/files", response={201: FileShape}, operation_id="upload_file", url_name="upload_file"
)
def upload_file(request: ApiRequest) -> HttpResponse:
    """Send a file as `multipart/form-data` under the name `file`; then attach it by its number.

    Until it hangs on an entry only you can see it; a day after it came it is removed.
    """
    require_type(request, "multipart/form-data")
    sent = request.FILES.getlist("file")
    if len(sent) != 1:
        raise invalid([("file", _("Send one file under the name “file”."))])
    if (sent[0].size or 0) > settings.MAX_FILE_BYTES:
        raise Problem(413, _("This is too large."))
    file = add_file(sent[0].name or "", sent[0].chunks(), by=request.reader)
    return answer(file_shape(file), status=201, location=f"/files/{file.pk}")


def _file(request: ApiRequest, file_id: int) -> File:
    file = File.objects.visible_to(request.reader).filter(pk=file_id).first()
    if file is None:
        raise Hidden
    return file


@router.get("/files/{id:file_id}", operation_id="get_file")
def get_file(request: ApiRequest, file_id: int) -> HttpResponseBase:
    """The bytes of a file that you may see."""
    return respond_with(_file(request, file_id))


@router.get("/files/{id:file_id}/about", response=FileShape, operation_id="describe_file")
def describe_file(request: ApiRequest, file_id: int) -> HttpResponse:
    """What a file is called, how large it is, and its digest."""
    return answer(file_shape(_file(request, file_id)))
