"""Pages of figures: the overview and its tabs, each with the filters of the URL."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.permissions import CENTRE, FIGURES, LEADS, actor_of, page
from agencies.kernel.tables import TYPES
from agencies.kernel.workflow import Text
from agencies.organisations.models import Agency
from coordination.insight.charts import Chart

from .asked import Asked
from .course import PAIRED, Course, Stages
from .deadlines import Deadlines
from .export import exported
from .overview import Overview
from .people import People
from .requesting import ask_for_reminder
from .routes import Routes

TABS: Mapping[str, Text] = {
    "supervision": gettext_lazy("Overview"),
    "figures_flow": gettext_lazy("Flow"),
    "figures_minerals": gettext_lazy("Minerals and routes"),
    "figures_deadlines": gettext_lazy("Deadlines"),
    "figures_people": gettext_lazy("People"),
}
FIRST_FIELDS = ("period", "beside", "agency", "mineral", "country")


def asked_by(request: HttpRequest) -> Asked:
    return Asked(actor_of(request), request.GET, times.today())


def charts_of(tab: str, asked: Asked, now: datetime) -> dict[str, Chart]:
    """The charts and tables of a tab, by key; all of them can be exported."""
    match tab:
        case "supervision":
            return overview_charts(Overview(asked, now))
        case "figures_flow":
            course, stages = Course(asked, with_ages=False), Stages(asked)
            found = [course.funnel(), stages.stages(), *(stages.pairs(metric) for metric in PAIRED)]
        case "figures_minerals":
            routes = Routes(asked)
            found = [
                routes.provinces(),
                routes.ports(),
                routes.flow(),
                routes.months(),
                routes.techniques(),
                routes.countries(),
            ]
        case "figures_deadlines":
            return deadline_charts(Deadlines(asked, now))
        case _:
            people = People(asked, now)
            found = [people.ages(), people.officers(), people.units()]
    return by_key(found)


def overview_charts(overview: Overview) -> dict[str, Chart]:
    # All parts are made before the first is read, so that their questions are asked together.
    course, routes = Course(overview.asked), Routes(overview.asked, only_flow=True)
    return by_key([overview.trends(), *overview.charts(), course.funnel(), routes.flow(), course.ages()])


def deadline_charts(deadlines: Deadlines) -> dict[str, Chart]:
    return by_key([deadlines.rules(), deadlines.outlook()])


def by_key(charts: Iterable[Chart]) -> dict[str, Chart]:
    return {chart.key: chart for chart in charts}


def frame(asked: Asked, tab: str, now: datetime, charts: Mapping[str, Chart] | None = None) -> dict[str, Any]:
    """What every tab shows: the tabs, the filters, the charts, and where they are exported."""
    query = f"?{asked.query}" if asked.query else ""
    form = asked.form
    tabs = [
        {"url": f"{reverse(name)}{query}", "label": label, "active": name == tab, "count": None}
        for name, label in TABS.items()
        if name != "figures_people" or LEADS.allows(asked.actor)
    ]
    return {
        **{"asked": asked, "form": form, "tabs": tabs, "as_of": now, "tab": tab, "query": query},
        "first_fields": FIRST_FIELDS,
        "more_open": any(asked.given.get(name) for name in form.fields if name not in FIRST_FIELDS),
        "charts": charts_of(tab, asked, now) if charts is None else charts,
    }


@page(FIGURES)
def supervision(request: HttpRequest) -> HttpResponse:
    asked, now = asked_by(request), times.now()
    overview = Overview(asked, now)
    shown = frame(asked, "supervision", now, overview_charts(overview))
    return render(request, "supervision/overview.html", {**shown, "overview": overview})


@page(FIGURES)
def flow(request: HttpRequest) -> HttpResponse:
    return render(request, "supervision/flow.html", frame(asked_by(request), "figures_flow", times.now()))


@page(FIGURES)
def minerals(request: HttpRequest) -> HttpResponse:
    return render(request, "supervision/minerals.html", frame(asked_by(request), "figures_minerals", times.now()))


@page(FIGURES)
def deadlines(request: HttpRequest) -> HttpResponse:
    asked, now = asked_by(request), times.now()
    found = Deadlines(asked, now)
    shown = frame(asked, "figures_deadlines", now, deadline_charts(found))
    return render(request, "supervision/deadlines.html", {**shown, "days": found.calendar()})


@page(LEADS)
def people(request: HttpRequest) -> HttpResponse:
    return render(request, "supervision/people.html", frame(asked_by(request), "figures_people", times.now()))


@page(CENTRE)
def ask_coordinator(request: HttpRequest, code: str) -> HttpResponse:
    """Asks the coordinators to remind this agency. POST only."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    agency = Agency.objects.agencies().with_code(code)
    if agency is None:
        raise Http404
    ask_for_reminder(agency, actor=actor_of(request))
    messages.success(request, _("The coordinators are asked to remind %(agency)s.") % {"agency": agency.name})
    return redirect(f"{reverse('supervision')}#late")


@page(FIGURES)
def export(request: HttpRequest, tab: str, key: str, form: str) -> HttpResponse:
    """Exports one table under the filters of the URL. POST only, because the journal records it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if tab not in TABS or form not in TYPES or (tab == "figures_people" and not _leads(actor_of(request))):
        raise Http404
    asked, now = asked_by(request), times.now()
    chart = charts_of(tab, asked, now).get(key)
    if chart is None:
        raise Http404
    return exported(chart, asked, form, now)


def _leads(actor: Actor) -> bool:
    return LEADS.allows(actor)
