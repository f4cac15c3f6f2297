"""What a responsible person decides about a suspension notice (DUR art. 18(4))."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import OfficeDecision

from .access import OFFICE
from .models import ExporterLetter

S = ExporterLetter.State
WAITS = Q(state=S.AT_OFFICE) | Q(state=S.RELEASED, kind=ExporterLetter.Kind.SUSPENSION)

DECISION = OfficeDecision(
    words=lambda letter: letter.get_kind_display(),
    article=lambda letter: "DUR art. 18(4)",
    verbs=("issue", "send_back", "revoke"),
    waits=lambda rows: rows.filter(WAITS),
    of_agencies=lambda rows, agencies: rows.filter(agency__in=agencies),
    agency="agency",
    case="about_case",
    related=("about_case", "exporter", "agency", "handler"),
    title=lambda letter: letter.title,
    prepared_by=lambda letter: letter.handler,
    facts=lambda letter: [
        (_("Exporter"), letter.exporter.name),
        (_("Unified social credit code"), letter.exporter.uscc),
        (_("Prepared by"), letter.handler.name if letter.handler else ""),
    ],
    texts=lambda letter: [
        (_("Text for the exporter"), letter.text),
        (_("Internal remark"), letter.remark),
    ],
    office=OFFICE,
)
