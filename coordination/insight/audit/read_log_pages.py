"""The auditor's pages of the read log (查阅日志): reads, refusals and alerts.

No contents and no titles: objects appear by kind and id, as on the journal's pages.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel import times
from agencies.kernel.errors import Invalid
from agencies.kernel.filtering import DayFilter
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import AUDIT, actor_of, page
from agencies.kernel.tables import CSV_TYPE, Row, csv_file, moment_cell
from agencies.organisations.filters import AgencyFilter
from agencies.organisations.models import Agency, agencies_by_id
from cases.casefile.models import Case
from coordination.insight.audit.route_titles import title_of
from coordination.insight.read_log.actions import digest_of_term, settle
from coordination.insight.read_log.models import ReadAlert, ReadRecord

from .journal_pages import ACTORS, KINDS, ActorFilter, names_of
from .read_log_middleware import readings_of

SORTS = {"at": "at"}
DEFAULT_SORT = "-at"
MOST = 50_000  # rows of a file
ALERTS_SHOWN = 100
OUTCOMES = [("read", gettext_lazy("Read")), ("refused", gettext_lazy("Refused"))]


KNOWN_ACTORS = [one for one in ACTORS if one[0] != "system"]  # the product itself reads nothing


class ReadingFilter(ActorFilter):
    username = django_filters.CharFilter(label=gettext_lazy("Sign-in name"), max_length=60, method="by_username")
    case = django_filters.CharFilter(label=gettext_lazy("Case number"), max_length=40, method="by_case")
    agency = AgencyFilter(label=gettext_lazy("Agency"), method="by_agency", empty_label=gettext_lazy("All"))
    actor_kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Who"),
        choices=KNOWN_ACTORS,
        empty_label=gettext_lazy("All"),
    )
    outcome = django_filters.ChoiceFilter(
        label=gettext_lazy("Outcome"), choices=OUTCOMES, method="by_outcome", empty_label=gettext_lazy("All")
    )
    term = django_filters.CharFilter(label=gettext_lazy("Searched for"), max_length=200, method="by_term")
    id = django_filters.UUIDFilter(label=gettext_lazy("Id of the object"), field_name="object_id")
    read_from = DayFilter(label=gettext_lazy("From"), field_name="at")
    read_to = DayFilter(label=gettext_lazy("Until"), field_name="at", until=True)

    def by_case(self, queryset: QuerySet[ReadRecord], name: str, number: str) -> QuerySet[ReadRecord]:
        """Rows of the case and everything that belongs to it. An unknown number looks the same as a case never read."""
        case = Case.objects.filter(number=number.strip()).first()
        return queryset.none() if case is None else queryset.filter(readings_of(case))

    def by_term(self, queryset: QuerySet[ReadRecord], name: str, term: str) -> QuerySet[ReadRecord]:
        return queryset.filter(terms__contains=digest_of_term(term))

    def by_outcome(self, queryset: QuerySet[ReadRecord], name: str, outcome: str) -> QuerySet[ReadRecord]:
        return queryset.filter(status__gte=400) if outcome == "refused" else queryset.filter(status__lt=400)


@dataclass(frozen=True)
class ReadingRow:
    """A row as an auditor reads it."""

    reading: ReadRecord
    who: str
    agency: Agency | None
    kind: Any

    @property
    def title(self) -> str:
        return title_of(self.reading.route) if self.reading.route else ""


def found(request: HttpRequest) -> ReadingFilter:
    actor = actor_of(request)
    return ReadingFilter(request.GET, ReadRecord.objects.visible_to(actor), actor=actor)


def lines(readings: Iterable[ReadRecord]) -> list[ReadingRow]:
    """Rows with names, in three queries."""
    listed = list(readings)
    agencies, names = agencies_by_id({one.agency_id for one in listed if one.agency_id}), names_of(listed)
    return [
        ReadingRow(
            one,
            names.get(one.actor_id, one.actor_id),
            agencies.get(one.agency_id or 0),
            KINDS.get(one.object_kind, one.object_kind),
        )
        for one in listed
    ]


@page(AUDIT)
def readings(request: HttpRequest) -> HttpResponse:
    cut = found(request)
    shown = page_of(cut.qs, request.GET, sorts=SORTS, default=DEFAULT_SORT)
    context = {
        "filter": cut,
        "page": shown,
        "lines": lines(shown.items),
        "open_alerts": ReadAlert.objects.visible_to(actor_of(request)).filter(state=ReadAlert.State.OPEN).count(),
        "query": request.GET.urlencode(),
    }
    return render(request, "reading/readings.html", context)


@page(AUDIT)
def readings_csv(request: HttpRequest) -> HttpResponse:
    """The same rows as a CSV file. Raises Invalid above the limit of rows."""
    rows = found(request).qs.order_by("-at", "pk")
    if rows[: MOST + 1].count() > MOST:
        detail = _("A file holds at most %(most)s rows. Narrow the filters first.") % {"most": f"{MOST:,}"}
        raise Invalid.field("", "many", detail)
    answer = HttpResponse(csv_file(_table(rows)), content_type=CSV_TYPE)
    answer["Content-Disposition"] = content_disposition_header(True, f"readings-{times.today()}.csv") or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _table(rows: QuerySet[ReadRecord]) -> Iterator[Row]:
    yield [_("When"), _("Who"), _("Agency"), _("Address"), _("Page"), _("Object"), _("Id"), _("Status"), _("Terms")]
    for line in lines(rows):
        one = line.reading
        yield [
            *(moment_cell(one.at), line.who, line.agency.name if line.agency else "", one.address, line.title),
            *(line.kind, one.object_id or "", one.status, one.terms),
        ]


@page(AUDIT)
def read_alert_settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Records a finding; errors are shown on the page of the alerts."""
    actor = actor_of(request)
    alert = get_object_or_404(ReadAlert.objects.visible_to(actor), pk=pk)
    if request.method == "POST":
        value = request.POST.get("version", "")
        version = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
        settle(alert, actor=actor, reason=request.POST.get("reason", "")[:4000], version=version)
    return redirect("read_alerts")


@page(AUDIT)
def read_alerts(request: HttpRequest) -> HttpResponse:
    """Open alerts, then the last settled ones."""
    actor = actor_of(request)
    alerts = list(ReadAlert.objects.visible_to(actor).order_by("state", "-since", "pk")[:ALERTS_SHOWN])
    known = names_of(alerts)
    agencies = agencies_by_id({one.agency_id for one in alerts if one.agency_id})
    shown = [
        {
            "alert": one,
            "who": known.get(one.actor_id, one.actor_id),
            "agency": agencies.get(one.agency_id or 0),
            "may": one.state == ReadAlert.State.OPEN and one.actor_id != actor.id,
        }
        for one in alerts
    ]
    return render(request, "reading/read_alerts.html", {"alerts": shown})
