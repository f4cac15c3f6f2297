"""Papers over JSON: drafting one, filing the scan of a signed sheet, downloading a package."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response
from rest_framework.serializers import CharField, ChoiceField, UUIDField

from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.permissions import STAFF, scope_or_reader
from agencies.kernel.strict import Strict
from agencies.machines.models import ApiKey
from cases.files.kinds import MEDIA_TYPES
from cases.files.views import content_response
from cases.papers.files import KINDS, attachment, scan_response
from coordination.actions.drafting import SUBJECTS, draft_about
from coordination.documents.filing import file_by_code
from coordination.documents.package import handed_file, take_package

from . import shapes
from .inputs import thing_url
from .operations import Call, get, post

# A form with the scan, and the code for a scan that cannot be read automatically.
SCAN = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}, "token": {"type": "string"}},
}


class DraftInput(Strict):
    """The subject of the paper and its form: a code such as TRF_LETTER that an action on that subject requires."""

    subject = ChoiceField(choices=SUBJECTS)
    id = UUIDField()
    form = CharField(max_length=20)


def _filed(call: Call, pk: str) -> Any:
    paper = call.find("papers", pk)
    return Response(
        {
            **{"id": paper.pk, "state": paper.state, "version": paper.version},
            "created": {"resource": "papers", "id": paper.pk, "url": thing_url(paper)},
        }
    )


def _drafted(call: Call, pk: str) -> Any:
    call.locate(call.find("papers", pk))
    return _filed(call, pk)


@post(
    "papers/",
    "send",
    _("Draft a paper"),
    _("Drafts a paper, filled from the case, for the issuing agency."),
    permission=STAFF,
    accepts=DraftInput,
    answers=shapes.DoneShape,
    statuses=(201,),
    then=_drafted,
)
def draft(call: Call) -> list[Any]:
    given = call.given
    return [draft_about(given["subject"], str(given["id"]), given["form"], actor=call.actor).pk]


@post(
    "papers/scan/",
    "scan",
    _("File a signed sheet"),
    _("Files the scan of a signed sheet under its paper, identified by the code on the scan or the given token."),
    permission=STAFF,
    form=True,
    accepts=SCAN,
    answers=shapes.DoneShape,
    then=_filed,
)
def scan(call: Call) -> list[Any]:
    """A scan is filed under the paper whose code is on the sheet."""
    data: Any = call.request.data
    file = call.request.FILES.get("file")
    strange = sorted(set(data) - {"file", "token"})
    errors = [FieldError(f"/{name}", "unknown", str(_("Unknown field."))) for name in strange]
    if file is None:
        errors.append(FieldError("/file", "required", str(_("This field is required."))))
    if errors or file is None:
        raise Invalid(errors)
    return [file_by_code(file, str(data.get("token", "")), call.actor).pk]


@get(
    "papers/<uuid:pk>/signed/<int:copy>/",
    "signed",
    _("Read the scan"),
    _("The scan as received, for download."),
    files=tuple(KINDS),
)
def signed(call: Call, pk: UUID, copy: int) -> HttpResponse:
    """One filed scan."""
    copies = call.find("papers", pk).signed_copies.select_related("paper")
    return scan_response(get_object_or_404(copies, pk=copy))


@post(
    "referrals/<uuid:pk>/package/",
    "package",
    _("Export package"),
    _("The package as one ZIP, with index, papers, scans, digests and a program that verifies it."),
    files=("application/zip",),
    harmless=True,  # it creates nothing; every download is recorded in the journal
)
def package(call: Call, pk: UUID) -> HttpResponse:
    """The referral package as one file."""
    bundle = take_package(call.find("referrals", pk), actor=call.actor)
    call.headers["X-Index-SHA256"] = bundle.index_digest
    return attachment(bundle.content, "application/zip", bundle.name)


@get(
    "referrals/<uuid:pk>/files/<uuid:file>/",
    "handed",
    _("Read a file of the package"),
    _("An evidence file or scan as it was handed over, for download; its id is in the contents of the package."),
    permission=scope_or_reader(ApiKey.Scope.REFERRALS_READ),
    files=MEDIA_TYPES,
)
def handed(call: Call, pk: UUID, file: UUID) -> HttpResponse:
    """One file of a package, for readers of the package."""
    return content_response(handed_file(call.find("referrals", pk), file, actor=call.actor))


@get(
    "incoming/<uuid:pk>/file/",
    "file",
    _("Read the scan"),
    _("The scan as received, for download."),
    files=tuple(KINDS),
)
def received(call: Call, pk: UUID) -> HttpResponse:
    """The scan of a paper, as it was received or filed."""
    return scan_response(call.find("incoming", pk))


@get(
    "files/<uuid:pk>/file/",
    "file",
    _("Read the scan"),
    _("The file as it was attached, for download."),
    files=MEDIA_TYPES,
)
def attached(call: Call, pk: UUID) -> HttpResponse:
    return content_response(call.find("files", pk))
