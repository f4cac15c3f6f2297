"""Briefing for the deputy director: changes since the last working day, the five oldest items, punctuality by
agency."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.calendar.workdays import load_calendar
from agencies.kernel import times
from agencies.kernel.counting import count_each
from agencies.kernel.errors import Invalid
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import FIGURES, actor_of, page
from agencies.organisations.models import Agency
from coordination.exchange.reminders.asking import Desk
from coordination.exchange.reminders.late import REFERRAL
from coordination.insight.metrics.definitions import CENTRE
from coordination.insight.metrics.models import Snapshot

from .changes import CHANGES, Since, agency_of
from .pairs import IN_TIME, KINDS, PERIOD, counted_pairs, due_duties, pairs, pairs_with, tables

OLDEST = 5


@page(FIGURES)
def one_page(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), times.now()
    since = Since.last_working_day(load_calendar(), now)
    late_now = Desk(actor, QueryDict(f"late_from={since.day.isoformat()}"), now)
    desk = Desk(actor, QueryDict(), now)
    newly_late = {f"late {rows.model.__name__}": rows for rows in late_now.lists()}
    counts = count_each({**{key: change.rows(actor, since) for key, change in CHANGES.items()}, **newly_late})
    tally = Snapshot.usable_by(actor) if actor.is_centre else None
    counted = pairs_with(tally.pairs_for_centre, CENTRE, actor, now) if tally else counted_pairs(actor, now)
    context = {
        "since": since.day,
        "now": now,
        "across_agencies": actor.is_centre,
        "changes": [(change, counts[key]) for key, change in CHANGES.items()],
        "late": sum(counts[key] for key in newly_late),
        "late_url": f"{reverse('reminder_desk')}?late_from={since.day.isoformat()}",
        "oldest": desk.lines(desk.page({}, OLDEST).items),
        "tables": list(tables(pairs(counted))),
        "pairs_at": tally.taken_at if tally else now,
        "pairs_from": now - PERIOD,
    }
    return render(request, "briefing/one_page.html", context)


@page(FIGURES)
def one_page_list(request: HttpRequest) -> HttpResponse:
    """Rows behind one number of the page."""
    what = request.GET.get("what", next(iter(CHANGES)))
    if what == "pair":
        return _pair(request)
    if what not in CHANGES:
        raise Invalid.field("what", "choice", _("Choose one of: %(names)s.") % {"names": ", ".join([*CHANGES, "pair"])})
    actor, change = actor_of(request), CHANGES[what]
    since = Since.last_working_day(load_calendar(), times.now())
    rows = change.rows(actor, since).select_related(*change.related)
    found = page_of(rows, request.GET, sorts={"when": "changed_at"}, default="-when")
    context = {
        "change": change,
        "since": since.day,
        "page": found.of([(row, change.words(row), change.url_of(row), agency_of(row)) for row in found.items]),
    }
    return render(request, "briefing/changes.html", context)


def _pair(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), times.now()
    kind, asker, debtor = _asked(request.GET)
    rows = due_duties(kind, actor, now).filter(waited=asker.pk, agency=debtor)
    related = ("rule", "case") if kind == REFERRAL else ("case",)
    missed = request.GET.get("missed") == "1"
    shown = rows.exclude(IN_TIME) if missed else rows
    found = page_of(shown.select_related(*related), request.GET, sorts={"due": "due_on"}, default="-due")
    # Not limited, as on the page that links here: a ratio of limited counts would differ.
    counts = rows.order_by().aggregate(n=Count("pk", filter=IN_TIME), d=Count("pk"))
    query = f"what=pair&kind={kind}&asker={asker.code}&debtor={debtor.code}"
    context: dict[str, Any] = {
        "title": KINDS[kind],
        "asker": asker,
        "debtor": debtor,
        "page": found.of([(row, row.done_at is not None and row.done_at <= row.due_on) for row in found.items]),
        "n": counts["n"],
        "d": counts["d"],
        "tabs": [
            {"url": f"?{query}", "label": _("All that was due"), "count": counts["d"], "active": not missed},
            {
                "url": f"?{query}&missed=1",
                "label": _("Not on time"),
                "count": counts["d"] - counts["n"],
                "active": missed,
            },
        ],
    }
    return render(request, "briefing/pair.html", context)


def _asked(params: QueryDict) -> tuple[str, Agency, Agency]:
    kind = params.get("kind", "")
    if kind not in KINDS:
        raise Invalid.field("kind", "choice", _("Choose one of: %(names)s.") % {"names": ", ".join(KINDS)})
    asker, debtor = str(params.get("asker", "")), str(params.get("debtor", ""))
    agencies = {agency.code: agency for agency in Agency.objects.filter(code__in=[asker, debtor])}
    for name, code in (("asker", asker), ("debtor", debtor)):
        if code not in agencies:
            raise Invalid.field(name, "choice", _("There is no such agency."))
    return kind, agencies[asker], agencies[debtor]
