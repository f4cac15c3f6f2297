"""The report of a case (案件报告): chosen parts of its page as one printed document, by the sight of the reader.

Each page is marked with handling code, number, reader and time. Each reading is in the read log as an export.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.paging import PRINTED
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.kernel.texts import Text
from agencies.people.naming import reader_named
from agencies.people.timeline import TimelineEntry, entries, sentences
from cases.casefile.access import reads_contents
from cases.casefile.facts import facts_of
from cases.casefile.models import Case
from cases.papers.files import attachment
from coordination.documents import pdf

from .brief import Brief, briefs_of
from .case_page import CasePage

CSS = Path(__file__).parents[1] / "site" / "static" / "report.css"


@dataclass(frozen=True)
class ReportPart:
    """A part of the report. `for_status`: the page shows it to readers of the status of the case too."""

    key: str
    label: Text
    for_status: bool = False


PARTS = (
    ReportPart("brief", gettext_lazy("Brief"), for_status=True),
    ReportPart("responsible", gettext_lazy("Proceedings and referrals"), for_status=True),
    ReportPart("facts", gettext_lazy("Facts")),
    ReportPart("goods", gettext_lazy("Goods")),
    ReportPart("tasks", gettext_lazy("Tasks"), for_status=True),
    ReportPart("deadlines", gettext_lazy("Deadlines")),
    ReportPart("papers", gettext_lazy("Papers")),
    ReportPart("timeline", gettext_lazy("Timeline")),
    ReportPart("access", gettext_lazy("Access")),
)


class CaseReport(CasePage):
    """What the template of the report reads, part by part."""

    @property
    def brief(self) -> Brief:
        """The brief in the language of the report."""
        found = briefs_of(self.case, self.actor)
        return next((one for one in found if one.language == get_language()), found[0])

    @property
    def facts(self) -> Any:
        return facts_of(self.case)

    @property
    def lines(self) -> list[TimelineEntry]:
        """The time line, newest first, with at most as many lines as a printed list."""
        events = list(self.events().order_by("-happened_at", "-pk")[:PRINTED])
        return entries(events, self.actor, sentences(), self.names({event.object_kind for event in events}))


def parts_for(case: Case, actor: Actor) -> list[ReportPart]:
    """The parts that the reader may choose: those that the page of the case shows them."""
    contents = reads_contents(actor, case)
    return [part for part in PARTS if contents or part.for_status]


def chosen_parts(case: Case, actor: Actor, asked: Sequence[str]) -> list[ReportPart]:
    """The asked parts in the order of the report, all that are open if none is named. Names may be separated by
    commas. Raises Invalid for another name.
    """
    open_parts = parts_for(case, actor)
    names = {name for words in asked for name in words.split(",") if name}
    if names - {part.key for part in open_parts}:
        known = ", ".join(part.key for part in open_parts)
        raise Invalid.field("parts", "choice", _("Choose one of: %(names)s.") % {"names": known})
    return [part for part in open_parts if not names or part.key in names]


def report_html(case: Case, actor: Actor, parts: Sequence[ReportPart], *, css_url: str, icon_url: str = "") -> str:
    """A complete page without the product's frame. `css_url` is empty if styles are supplied otherwise."""
    context = {
        "case": case,
        "reader": "{who} ({agency})".format(**reader_named(actor)),
        "chosen": parts,
        "report": CaseReport(case, actor, {}),
        "made_at": times.now(),
        "css_url": css_url,
        "icon_url": icon_url,
    }
    return render_to_string("casefile/report.html", context)


def report_pdf(case: Case, actor: Actor, asked: Sequence[str]) -> HttpResponse:
    """The report as a file. Raises Invalid for a part that is not open, TransitionRefused without the PDF packages."""
    parts = chosen_parts(case, actor, asked)
    drawn = pdf.pdf_from(report_html(case, actor, parts, css_url=""), CSS)
    return attachment(drawn, "application/pdf", f"{case.number}.pdf")


@page(CASE_READER)
def case_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form: which parts, and as what."""
    case, actor = visible_case(request, pk), actor_of(request)
    context = {"case": case, "parts": parts_for(case, actor), "pdf_missing": pdf.missing()}
    return render(request, "casefile/report_form.html", context)


@page(CASE_READER)
def case_report_print(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The report for the printer of the browser."""
    case, actor = visible_case(request, pk), actor_of(request)
    parts = chosen_parts(case, actor, request.GET.getlist("parts"))
    html = report_html(case, actor, parts, css_url=static("report.css"), icon_url=static("mark.svg"))
    return HttpResponse(html)


@page(CASE_READER)
def case_report_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    return report_pdf(visible_case(request, pk), actor_of(request), request.GET.getlist("parts"))


def visible_case(request: HttpRequest, pk: UUID) -> Case:
    visible = Case.objects.visible_to(actor_of(request)).select_related("lead").prefetch_related("shares")
    found: Case = get_object_or_404(visible, pk=pk)
    return found
