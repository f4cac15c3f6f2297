"""The daily brief: one sheet with the sentences of the overview, changes, who is late and the five oldest items."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.calendar.workdays import load_calendar
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import FIGURES, actor_of, page
from coordination.exchange.reminders.asking import ReminderDesk
from coordination.insight.supervision.asked import PageQuestion
from coordination.insight.supervision.late_counts import agency_in, labels_in
from coordination.insight.supervision.news import changed_rows, counts_since
from coordination.insight.supervision.overview import ON_HOME, overview_of

from .changes import BriefPeriod, changes

OLDEST = 5


@page(FIGURES)
def one_page(request: HttpRequest) -> HttpResponse:
    """One sheet of paper: sentences and key figures of the overview, what changed, who is late, the oldest items."""
    actor, now = actor_of(request), times.now()
    since = BriefPeriod.last_working_day(load_calendar(), now)
    counts = counts_since(actor, since, {})
    asked = PageQuestion(actor, QueryDict(), times.today())
    [overview] = asked.made([overview_of(asked, now, since)])
    context = {
        "since": since.day,
        "now": now,
        "across_agencies": actor.is_centre,
        "overview": overview,
        "lines": overview.late.lines[:ON_HOME],
        "changes": [(kind, counts[key]) for key, kind in changes().items()],
        "late": overview.late.new,
        "late_url": f"{reverse('reminder_desk')}?late_from={since.day.isoformat()}",
        "oldest": ReminderDesk(actor, QueryDict(), now).oldest(OLDEST),
    }
    return render(request, "briefing/one_page.html", context)


@page(FIGURES)
def one_page_list(request: HttpRequest) -> HttpResponse:
    """Rows behind one number of the page, or of the overview of figures under its filters."""
    kinds = changes()
    what = request.GET.get("what", next(iter(kinds)))
    if what not in kinds:
        raise Invalid.field("what", "choice", _("Choose one of: %(names)s.") % {"names": ", ".join(kinds)})
    actor, kind = actor_of(request), kinds[what]
    since, asked = BriefPeriod.last_working_day(load_calendar(), times.now()), _asked_in(request, actor)
    rows = changed_rows(kind, actor, since, agency_in(asked.chosen), labels_in(asked.chosen))
    found = page_of(kind.fetched(rows), request.GET, sorts={"when": "changed_at"}, default="-when")
    context = {
        "filters": [asked.label(name) for name in asked.chosen],
        "kind": kind,
        "since": since.day,
        "page": found.of([(row, kind.change.words(row), kind.url_of(row), kind.agency_of(row)) for row in found.items]),
    }
    return render(request, "briefing/changes.html", context)


def _asked_in(request: HttpRequest, actor: Actor) -> PageQuestion:
    """The filters in the address."""
    params = request.GET.copy()
    params.pop("what", None)
    return PageQuestion(actor, params, times.today())
