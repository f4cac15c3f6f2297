"""The brief and the report of a case over the API, as on their pages."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import CharField, ChoiceField

from agencies.kernel.shapes import Shape
from coordination.workspace.brief import briefs_of
from coordination.workspace.case_report import PARTS, report_pdf

from .operations import Call, get


class ClauseShape(Shape):
    """One sentence, and the page that shows its source."""

    text = CharField()
    url = CharField()


class BriefShape(Shape):
    """The brief in one language: as a paragraph, and sentence by sentence."""

    language = ChoiceField(choices=["zh-hans", "en"])
    text = CharField()
    clauses = ClauseShape(many=True)


@get(
    "cases/<uuid:pk>/brief/",
    "brief",
    _("Brief"),
    _("What the caller may see of the case in a few sentences, each with its source."),
    answers=[BriefShape],
)
def brief(call: Call, pk: UUID) -> Any:
    """The brief of a case in both languages."""
    return briefs_of(call.find("cases", pk), call.actor)


def _parts() -> list[OpenApiParameter]:
    names = ", ".join(part.key for part in PARTS)
    words = _("Parts of the report, separated by commas, of: %(names)s. Without it, all that the caller may see.")
    return [OpenApiParameter("parts", str, description=words % {"names": names})]


@get(
    "cases/<uuid:pk>/report/",
    "report",
    _("Case report"),
    _("The chosen parts of the case as PDF, as far as the caller may see them. The read log records it."),
    query=_parts,
    files=("application/pdf",),
)
def report(call: Call, pk: UUID) -> HttpResponse:
    """The report of a case as PDF."""
    return report_pdf(call.find("cases", pk), call.actor, call.query.getlist("parts"))
