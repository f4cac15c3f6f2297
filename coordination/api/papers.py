"""Papers over JSON: drafting one, filing the scan of a signed sheet, downloading a package."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.permissions import STAFF, actor_of
from agencies.kernel.strict import Strict
from cases.papers.files import KINDS, attachment, scan_response
from cases.papers.models import Paper
from coordination.actions.drafting import SUBJECTS, draft_about
from coordination.documents.filing import file_by_code
from coordination.documents.package import take_package

from . import shapes
from .views import ListView, ResourceView, created, thing_url, validated

# A form with the scan, and the code for a scan that cannot be read automatically.
SCAN = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}, "token": {"type": "string"}},
}


class DraftInput(Strict):
    """The subject of the paper and its form: a code such as TRF_LETTER that an action on that subject requires."""

    subject = serializers.ChoiceField(choices=SUBJECTS)
    id = serializers.UUIDField()
    form = serializers.CharField(max_length=20)


class PaperMade(ResourceView):
    """Answers with the paper that was drafted or filed."""

    resource = "papers"
    looks_up = True

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        return Response(_answer(self.registered.find(actor_of(request), UUID(made[0]))))


class PapersView(PaperMade, ListView):
    """The list, and drafting a paper filled from the case."""

    resource = "papers"
    permissions = {"POST": STAFF}
    operations = {
        **ListView.operations,
        "POST": ("send", _("Draft a paper"), _("Drafts a paper, filled from the case, for the issuing agency.")),
    }

    @extend_schema(request=DraftInput, responses={201: shapes.DoneShape})
    def post(self, request: Request) -> Response:
        given = validated(DraftInput, request)
        paper = draft_about(given["subject"], str(given["id"]), given["form"], actor=actor_of(request))
        return created(request, paper, _answer(paper))


class ScanView(PaperMade):
    """A scan is filed under the paper whose code is on the sheet."""

    permission = STAFF
    operations = {
        "POST": (
            "scan",
            _("File a signed sheet"),
            _(
                "Files the scan of a signed sheet under its paper, identified by the code on the scan or the "
                "given token."
            ),
        )
    }

    def get_parsers(self) -> list[Any]:
        return [MultiPartParser()]

    @extend_schema(request={"multipart/form-data": SCAN}, responses=shapes.DoneShape)
    def post(self, request: Request) -> Response:
        file = request.FILES.get("file")
        data: Any = request.data
        strange = sorted(set(data) - {"file", "token"})
        errors = [FieldError(f"/{name}", "unknown", str(_("Unknown field."))) for name in strange]
        if file is None:
            errors.append(FieldError("/file", "required", str(_("This field is required."))))
        if errors or file is None:
            raise Invalid(errors)
        return Response(_answer(file_by_code(file, str(data.get("token", "")), actor_of(request))))


class SignedCopyView(ResourceView):
    """One filed scan."""

    resource = "papers"
    operations = {"GET": ("signed", _("Read the scan"), _("The scan as received, for download."))}
    files = tuple(KINDS)

    @extend_schema(responses={(200, kind): OpenApiTypes.BINARY for kind in KINDS})
    def get(self, request: Request, pk: UUID, copy: int) -> HttpResponse:
        paper = self.registered.find(actor_of(request), pk)
        found = paper.signed_copies.select_related("paper").filter(pk=copy).first()
        if found is None:
            raise Http404
        return scan_response(found)


class PackageView(ResourceView):
    """The referral package as one file."""

    resource = "referrals"
    operations = {
        "POST": (
            "package",
            _("Export package"),
            _("The package as one ZIP, with index, papers, scans, digests and a program that verifies it."),
        )
    }
    files = ("application/zip",)
    harmless = True  # it creates nothing; every download is recorded in the journal

    @extend_schema(request=None, responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def post(self, request: Request, pk: UUID) -> HttpResponse:
        actor = actor_of(request)
        bundle = take_package(self.registered.find(actor, pk), actor=actor)
        response = attachment(bundle.content, "application/zip", bundle.name)
        response["X-Index-SHA256"] = bundle.index_digest
        return response


def _answer(paper: Paper) -> dict[str, Any]:
    made = {"id": paper.pk, "state": paper.state, "version": paper.version}
    return {**made, "created": {"resource": "papers", "id": paper.pk, "url": thing_url(paper)}}
