"""The brief and the report of a case over the API, as on their pages."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.permissions import actor_of
from coordination.workspace.brief import Brief, Clause, briefs_of
from coordination.workspace.case_report import PARTS, report_pdf

from . import shapes
from .views import ResourceView


class ClauseShape(shapes.Shape[Clause]):
    """One sentence, and the page that shows its source."""

    text = serializers.CharField()
    url = serializers.CharField()


class BriefShape(shapes.Shape[Brief]):
    """The brief in one language: as a paragraph, and sentence by sentence."""

    language = serializers.ChoiceField(choices=["zh-hans", "en"])
    text = serializers.CharField()
    clauses = ClauseShape(many=True)


class BriefView(ResourceView):
    """The brief of a case in both languages."""

    operations = {
        "GET": ("brief", _("Brief"), _("What the caller may see of the case in a few sentences, each with its source."))
    }
    resource = "cases"

    @extend_schema(responses=BriefShape(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        actor = actor_of(request)
        briefs: Any = briefs_of(self.registered.find(actor, pk), actor)
        return Response(BriefShape(briefs, many=True).data)


class CaseReportView(ResourceView):
    """The report of a case as PDF."""

    operations = {
        "GET": (
            "report",
            _("Case report"),
            _("The chosen parts of the case as PDF, as far as the caller may see them. The read log records it."),
        )
    }
    resource = "cases"
    files = ("application/pdf",)

    def parameters(self, method: str) -> Sequence[OpenApiParameter]:
        names = ", ".join(part.key for part in PARTS)
        words = _("Parts of the report, separated by commas, of: %(names)s. Without it, all that the caller may see.")
        return [OpenApiParameter("parts", str, description=words % {"names": names})]

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        actor = actor_of(request)
        return report_pdf(self.registered.find(actor, pk), actor, request.query_params.getlist("parts"))
