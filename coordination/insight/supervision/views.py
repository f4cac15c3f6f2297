"""Pages of figures: the overview and its tabs, each with the filters of the URL."""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
from coordination.insight.metrics.charts import Chart

from .asked import Asked
from .cohort import Cohort
from .course import PAIRED, Course, Stages
from .deadlines import Deadlines
from .declared import Declared
from .export import exported_asked
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


Charts = Callable[[], Iterable[Chart]]


def charts_of(tab: str, asked: Asked, now: datetime, made: Sequence[Charts] = ()) -> dict[str, Chart]:
    """The charts and tables of a tab, by key, with those of the other side if one was chosen; all can be exported.
    `made` are those of the sides, if the caller made them."""
    # The parts of both sides are made before the first is read, so that their questions are asked together.
    mine, *others = made or [PARTS[tab](side, now) for side in asked.sides]
    charts = {chart.key: chart for chart in mine()}
    words, other_words = asked.side.words, asked.beside.words
    for other in others:
        charts = {chart.key: charts[chart.key].with_other(chart, words, other_words) for chart in other()}
    return charts


def _overview(asked: Asked, now: datetime) -> Charts:
    return overview_charts(Overview(asked, now))


def overview_charts(overview: Overview) -> Charts:
    course, routes = Course(overview.asked), Routes(overview.asked, only_flow=True)
    return lambda: [overview.trends(), *overview.charts(), course.funnel(), routes.flow(), course.ages()]


def _flow(asked: Asked, now: datetime) -> Charts:
    course, cohort, stages = Course(asked, with_ages=False), Cohort(asked), Stages(asked)
    return lambda: [
        *(cohort.leads(), cohort.cases(), cohort.losses(), course.funnel()),
        *(stages.lengths(), stages.open(), stages.stages()),
        *(stages.pairs(metric) for metric in PAIRED),
    ]


def _minerals(asked: Asked, now: datetime) -> Charts:
    routes, declared = Routes(asked), Declared(asked)
    return lambda: [
        *(routes.provinces(), routes.ports(), routes.flow(), routes.months(), routes.techniques()),
        *(routes.countries(), declared.names(), declared.quantities()),
    ]


def _deadlines(asked: Asked, now: datetime) -> Charts:
    return deadline_charts(Deadlines(asked))


def deadline_charts(deadlines: Deadlines) -> Charts:
    return lambda: [deadlines.rules(), deadlines.targets(), deadlines.outlook(), deadlines.outlook_by_rule()]


def _people(asked: Asked, now: datetime) -> Charts:
    people = People(asked, now)
    return lambda: [people.ages(), people.officers(), people.units()]


PARTS: Mapping[str, Callable[[Asked, datetime], Charts]] = {
    "supervision": _overview,
    "figures_flow": _flow,
    "figures_minerals": _minerals,
    "figures_deadlines": _deadlines,
    "figures_people": _people,
}


def frame(asked: Asked, tab: str, now: datetime, made: Sequence[Charts] = ()) -> dict[str, Any]:
    """What every tab shows: the tabs, the filters, the charts, and where they are exported."""
    query = f"?{asked.query}" if asked.query else ""
    form = asked.form
    tabs = [
        {"url": f"{reverse(name)}{query}", "label": label, "active": name == tab, "count": None}
        for name, label in TABS.items()
        if name != "figures_people" or LEADS.allows(asked.actor)
    ]
    return {
        **{"asked": asked, "form": form, "tabs": tabs, "now": now, "tab": tab, "query": query},
        "first_fields": FIRST_FIELDS,
        "more_open": any(asked.given.get(name) for name in form.fields if name not in FIRST_FIELDS),
        "charts": charts_of(tab, asked, now, made),
        "exports": lambda key, form: f"{reverse('figures_export', args=[tab, key, form])}{query}",
        # With two sides, each pair of charts has the whole width.
        "halves": "cv-stack" if asked.is_beside else "cv-halves",
        "wide_left": "cv-stack" if asked.is_beside else "cv-wide-left",
    }


@page(FIGURES)
def supervision(request: HttpRequest) -> HttpResponse:
    asked, now = asked_by(request), times.now()
    sides = [Overview(side, now) for side in asked.sides]
    shown = frame(asked, "supervision", now, [overview_charts(one) for one in sides])
    # What is late now does not depend on a period.
    different = sides if asked.differs_now else sides[:1]
    lates = [{"late": one.late, "lines": one.late.lines, "side": one.asked.side.words} for one in different]
    return render(request, "supervision/overview.html", {**shown, "overview": sides[0], "lates": lates})


@page(FIGURES)
def flow(request: HttpRequest) -> HttpResponse:
    return render(request, "supervision/flow.html", frame(asked_by(request), "figures_flow", times.now()))


@page(FIGURES)
def minerals(request: HttpRequest) -> HttpResponse:
    return render(request, "supervision/minerals.html", frame(asked_by(request), "figures_minerals", times.now()))


@page(FIGURES)
def deadlines(request: HttpRequest) -> HttpResponse:
    asked, now = asked_by(request), times.now()
    sides = [Deadlines(side) for side in asked.sides]
    shown = frame(asked, "figures_deadlines", now, [deadline_charts(one) for one in sides])
    different = sides if asked.differs_now else sides[:1]
    calendars = [(one.asked.side.words, one.calendar()) for one in different]
    return render(request, "supervision/deadlines.html", {**shown, "calendars": calendars})


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
    return exported_asked(chart, asked, form, now)


def _leads(actor: Actor) -> bool:
    return LEADS.allows(actor)
