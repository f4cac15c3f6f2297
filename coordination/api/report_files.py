"""Files that belong to a report: sending one, and reading it again."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import CharField, DateTimeField, FileField, IntegerField, RegexField, UUIDField

from agencies.kernel.permissions import API_CALLER, scope, scope_or_reader
from agencies.kernel.shapes import Shape
from agencies.kernel.strict import Strict
from cases.files.kinds import MEDIA_TYPES
from cases.files.views import content_response
from cases.intake.models import Lead, ReportFile
from cases.intake.report_files import receive_file

from .operations import Call, get, post


class ReportFileInput(Strict):
    """The file, the SHA-256 digest of its content in hexadecimal, and the name to show instead of that of the file."""

    file = FileField()
    sha256 = RegexField(r"^[0-9A-Fa-f]{64}$")
    title = CharField(required=False, max_length=200)


class ReportFileShape(Shape):
    id = UUIDField()
    title = CharField()
    media_type = CharField()
    size = IntegerField()
    sha256 = CharField()
    received_at = DateTimeField()


class ReportFiles(Shape):
    """The oldest first."""

    results = ReportFileShape(many=True)


def _received(call: Call, pk: str) -> ReportFile:
    """Raises Http404 if the caller no longer sees the report."""
    return get_object_or_404(ReportFile.objects.visible_to(call.actor), pk=pk)


@post(
    "leads/<uuid:pk>/files/",
    "send_file",
    _("Send a file of a report"),
    _("Send a form (multipart/form-data), at most 20 MiB. 201 for a new file, 200 for one with the same content."),
    permission=scope("leads:write"),
    callers=API_CALLER,
    accepts=ReportFileInput,
    answers=ReportFileShape,
    form=True,
    statuses=(200, 201),
    then=_received,
)
def send_file(call: Call, pk: UUID) -> list[Any]:
    lead = get_object_or_404(Lead.objects.visible_to(call.actor), pk=pk)
    kept, is_new = receive_file(lead, actor=call.actor, **call.given)
    call.status = 201 if is_new else 200
    return [kept.pk]


@get(
    "leads/<uuid:pk>/files/",
    "files",
    _("Files of a report"),
    permission=scope_or_reader("leads:read"),
    callers=API_CALLER,
    answers=ReportFiles,
)
def files(call: Call, pk: UUID) -> Any:
    return {"results": get_object_or_404(Lead.objects.visible_to(call.actor), pk=pk).files.all()}


@get(
    "leads/<uuid:pk>/files/<uuid:file>/",
    "file",
    _("Content of a file of a report"),
    permission=scope_or_reader("leads:read"),
    callers=API_CALLER,
    files=MEDIA_TYPES,
)
def file(call: Call, pk: UUID, file: UUID) -> HttpResponse:
    return content_response(get_object_or_404(ReportFile.objects.visible_to(call.actor), pk=file, lead=pk))
