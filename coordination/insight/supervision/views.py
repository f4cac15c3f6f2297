"""Pages of figures: the overview and its tabs, each with the filters of the URL."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.calendar.workdays import load_calendar
from agencies.kernel import times
from agencies.kernel.permissions import CENTRE, FIGURES, LEADS, actor_of, page
from agencies.kernel.resource import RESOURCES
from agencies.kernel.tables import TYPES
from agencies.kernel.texts import Text
from agencies.organisations.models import Agency
from coordination.insight.briefing.changes import BriefPeriod
from coordination.insight.metrics.charts import Chart

from . import cohort, course, declared, overview, people, prevention, routes
from . import deadlines as duties
from .asked import Asking, PageQuestion
from .export import exported_asked
from .overview import Overview
from .requesting import ask_for_reminder

ChartRows = tuple[tuple[Callable[[PageQuestion], Asking[Chart]], ...], ...]
# Each page: its name, and its charts, two in a row or one.
PAGES: Mapping[str, tuple[Text, ChartRows]] = {
    "supervision": (
        gettext_lazy("Overview"),
        ((overview.trends,), (overview.ontime,), (course.funnel, routes.minerals), (routes.routes, course.ages)),
    ),
    "figures_flow": (
        gettext_lazy("Flow"),
        (
            *((cohort.leads, cohort.cases), (course.funnel,), (cohort.losses,), (course.lengths, course.standing)),
            *((course.stages,), (course.duties_between,), (course.tasks_between,)),
        ),
    ),
    "figures_minerals": (
        gettext_lazy("Minerals and routes"),
        (
            *((routes.provinces, routes.ports), (routes.routes,), (routes.minerals, routes.countries)),
            *((routes.techniques,), (declared.names, declared.quantities)),
        ),
    ),
    "figures_deadlines": (
        gettext_lazy("Deadlines"),
        ((duties.outlook,), (duties.due_by_rule,), (duties.rules,), (duties.targets,)),
    ),
    "figures_prevention": (gettext_lazy("Prevention"), ((prevention.compared,), (prevention.by_agency,))),
    "figures_people": (gettext_lazy("People"), ((people.ages,), (people.officers,), (people.units,))),
}
FIRST_FIELDS = ("period", "beside", "agency", "mineral", "country")


def asked_by(request: HttpRequest) -> PageQuestion:
    return PageQuestion(actor_of(request), request.GET, times.today())


def asking_for(tab: str, asked: PageQuestion) -> list[Asking[Chart]]:
    """The charts of a page, each followed by that of the other side if one was chosen."""
    sides = [asked, asked.other] if asked.is_beside else [asked]
    return [make(side) for row in PAGES[tab][1] for make in row for side in sides]


def rows_of(tab: str, asked: PageQuestion, made: Iterable[Chart]) -> list[list[Chart]]:
    """The charts in their rows, each with that of the other side if one was chosen."""
    charts = iter(made)
    if asked.is_beside:
        sides = asked.side.words, asked.beside.words
        charts = (chart.with_other(other, *sides) for chart, other in zip(charts, charts, strict=True))
    return [list(islice(charts, len(row))) for row in PAGES[tab][1]]


def charts_of(tab: str, asked: PageQuestion) -> dict[str, Chart]:
    """The charts and tables of a page by key; all can be exported."""
    rows = rows_of(tab, asked, asked.made(asking_for(tab, asked)))
    return {chart.key: chart for row in rows for chart in row}


def frame(asked: PageQuestion, tab: str, made: Iterable[Chart] = (), **more: Any) -> dict[str, Any]:
    """What every page shows: the tabs, the filters, the charts, and where they are exported."""
    rows = rows_of(tab, asked, made or asked.made(asking_for(tab, asked)))
    query, form = f"?{asked.query}" if asked.query else "", asked.form
    tabs = [
        {"url": f"{reverse(name)}{query}", "label": label, "active": name == tab, "count": None}
        for name, (label, _rows) in PAGES.items()
        if name != "figures_people" or LEADS.allows(asked.actor)
    ]
    return {
        **{"asked": asked, "form": form, "tabs": tabs, "now": times.now(), "tab": tab, "query": query},
        **{"title": PAGES[tab][0], "rows": rows, "charts": {chart.key: chart for row in rows for chart in row}},
        "first_fields": FIRST_FIELDS,
        "more_open": any(asked.given.get(name) for name in form.fields if name not in FIRST_FIELDS),
        "exports": lambda key, form: f"{reverse('figures_export', args=[tab, key, form])}{query}",
        # With two sides, each pair of charts has the whole width.
        "halves": "cv-stack" if asked.is_beside else "cv-halves",
        "wide_left": "cv-stack" if asked.is_beside else "cv-wide-left",
        **more,
    }


@page(FIGURES)
def supervision(request: HttpRequest) -> HttpResponse:
    asked, now = asked_by(request), times.now()
    since = BriefPeriod.last_working_day(load_calendar(), now)
    parts: list[Asking[Any]] = [overview.overview_of(asked, now, since), *asking_for("supervision", asked)]
    shown, *charts = asked.made(parts)
    sides = [shown, *(Overview(side, now, since) for side in asked.present_sides[1:])]
    lates = [{"late": one.late, "lines": one.late.lines, "side": one.asked.side.words} for one in sides]
    context = frame(asked, "supervision", charts, overview=shown, lates=lates, strips=list(_strips(shown)))
    return render(request, "supervision/overview.html", context)


def _strips(shown: Overview) -> Iterator[tuple[str, Any]]:
    """What nouns show on the overview, each with its template."""
    for resource in RESOURCES.values():
        if resource.on_overview and (strip := resource.on_overview(shown)):
            yield f"{resource.name}/on_overview.html", strip


@page(FIGURES)
def flow(request: HttpRequest) -> HttpResponse:
    return render(request, "supervision/frame.html", frame(asked_by(request), "figures_flow"))


@page(FIGURES)
def minerals(request: HttpRequest) -> HttpResponse:
    return render(request, "supervision/frame.html", frame(asked_by(request), "figures_minerals"))


@page(FIGURES)
def deadlines(request: HttpRequest) -> HttpResponse:
    asked = asked_by(request)
    calendars = [(side.side.words, duties.calendar(side)) for side in asked.present_sides]
    return render(request, "supervision/deadlines.html", frame(asked, "figures_deadlines", calendars=calendars))


@page(FIGURES)
def prevention_page(request: HttpRequest) -> HttpResponse:
    return render(request, "supervision/frame.html", frame(asked_by(request), "figures_prevention"))


@page(LEADS)
def people_page(request: HttpRequest) -> HttpResponse:
    return render(request, "supervision/people.html", frame(asked_by(request), "figures_people"))


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
    if tab not in PAGES or form not in TYPES or (tab == "figures_people" and not LEADS.allows(actor_of(request))):
        raise Http404
    asked = asked_by(request)
    chart = charts_of(tab, asked).get(key)
    if chart is None:
        raise Http404
    return exported_asked(chart, asked, form)
