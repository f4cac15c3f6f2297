"""Indicators of the work the system saves: each with its definition, n of d, and the rows behind it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import Event, Stream, later_corrections
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.filtering import start_of
from agencies.kernel.paging import Page, page_of
from agencies.kernel.permissions import FIGURES, actor_of, page
from agencies.kernel.resource import RESOURCES
from agencies.kernel.texts import Text
from agencies.people.timeline import entries, sentences
from cases.casefile.models import Case
from cases.papers.models import Paper
from coordination.messaging.outcomes.models import Outcome, OutcomeQuerySet
from coordination.workspace.deadlines import span
from coordination.workspace.outcome_rows import lines_of, readable

from .asked import DAY, Period, month_end

PROMPT = timedelta(hours=4)
LETTER = "TRF_LETTER"


@dataclass(frozen=True)
class Indicator:
    """`value` as text, `n` of `d`; `met` is None if nothing was counted."""

    key: str
    name: Text
    definition: Text
    aim: Text
    value: str
    n: int
    d: int
    met: bool | None


@page(FIGURES, statement=20)  # counts all steps of a month
def indicators(request: HttpRequest) -> HttpResponse:
    actor, month = actor_of(request), this_month()
    lists = {"lag": _late_steps, "letters": _letters_page, "outcomes": _missed_outcomes}
    chosen = request.GET.get("indicator", "")
    chosen = chosen if chosen in lists else "lag"
    context: dict[str, Any] = {
        "month": month,
        "across_agencies": actor.is_centre,
        "indicators": [lag(actor, month), prefilled(actor, month), outcomes_seen(actor, month)],
        "chosen": chosen,
        "page": lists[chosen](request, actor, month),
    }
    return render(request, "metrics/indicators.html", context)


def lag(actor: Actor, month: Period) -> Indicator:
    steps = steps_in(actor, month)
    d = steps.count()
    n = steps.filter(lag__lte=PROMPT).count() if d else 0
    # The lower median; SQLite and PostgreSQL have no median function in common.
    median = steps.order_by("lag", "pk").values_list("lag", flat=True)[(d - 1) // 2] if d else None
    return Indicator(
        "lag",
        _("Median delay between event and recording"),
        _("Steps that people recorded on cases this month: half were recorded within this time. n: within four hours."),
        _("at most 4 h"),
        "" if median is None else span(max(median, timedelta(0))),
        n,
        d,
        None if median is None else median <= PROMPT,
    )


def prefilled(actor: Actor, month: Period) -> Indicator:
    sums = letters_in(actor, month).aggregate(n=Sum("fields_known"), d=Sum("fields_all"))
    return _share(
        "letters",
        _("Prefilled share of the transfer letter"),
        _("Fields of the transfer letters issued this month. n: filled in by the system."),
        *(_("at least 80 %"), 80),
        *(sums["n"] or 0, sums["d"] or 0),
    )


def outcomes_seen(actor: Actor, month: Period) -> Indicator:
    outcomes = outcomes_in(actor, month)
    n = outcomes.seen_in_time().count()
    return _share(
        "outcomes",
        _("Share of outcomes seen by their senders"),
        _(
            "Steps of this month in leads and referrals that were not taken by the sender, and that the "
            "sender has seen or whose first working day has ended. n: read here, or fetched by the "
            "sender's system, by the end of that day."
        ),
        *(_("at least 95 %"), 95),
        *(n, n + outcomes.missed().count()),
    )


def _share(key: str, name: Text, definition: Text, aim: Text, least: int, n: int, d: int) -> Indicator:
    """n of d in percent, which should be at least so many."""
    value, met = (f"{100 * n // d} %", n * 100 >= d * least) if d else ("", None)
    return Indicator(key, name, definition, aim, value, n, d, met)


def this_month() -> Period:
    today = times.today()
    return Period(today.replace(day=1), month_end(today))


def _within(month: Period, column: str) -> Q:
    return Q(**{f"{column}__gte": start_of(month.first), f"{column}__lt": start_of(month.last + DAY)})


def _own(rows: Any, actor: Actor) -> Any:
    """Readers outside the centre count what is their own agency's."""
    return rows if actor.is_centre else rows.filter(agency_id=actor.agency_id)


def outcomes_in(actor: Actor, month: Period) -> OutcomeQuerySet:
    """Outcomes of events recorded this month; of an agency, those of what it sent."""
    seen: OutcomeQuerySet = _own(Outcome.objects.visible_to(actor), actor)
    return seen.filter(_within(month, "event__recorded_at"))


def steps_in(actor: Actor, month: Period) -> QuerySet[Any]:
    """Steps of people on visible cases."""
    steps = Event.objects.readable_by_agency(actor.agency_id).filter(
        _within(month, "recorded_at"),
        stream__kind=Stream.Kind.CASE,
        stream__subject__in=Case.objects.visible_to(actor).values("pk"),
        actor_kind="user",
    )
    lag = ExpressionWrapper(F("recorded_at") - F("happened_at"), output_field=DurationField())
    timed: QuerySet[Any] = _own(steps, actor).annotate(lag=lag, **later_corrections("pk"))
    return timed


def letters_in(actor: Actor, month: Period) -> QuerySet[Any]:
    issued = Paper.objects.visible_to(actor).filter(_within(month, "issued_at"), form=LETTER, state=Paper.State.ISSUED)
    letters: QuerySet[Any] = _own(issued, actor)
    return letters


def _late_steps(request: HttpRequest, actor: Actor, month: Period) -> Page:
    """Steps recorded late, newest first, each with its case."""
    late = steps_in(actor, month).filter(lag__gt=PROMPT).select_related("note", "stream")
    found = page_of(late, request.GET, sorts={"recorded": "recorded_at"}, default="-recorded")
    cases = Case.objects.visible_to(actor).in_bulk({event.stream.subject for event in found.items})
    events = entries(found.items, actor, sentences())
    rows = [(cases[event.stream.subject], entry) for event, entry in zip(found.items, events, strict=True)]
    return found.of([{"case": case, "entry": entry, "lag": span(entry.event.lag)} for case, entry in rows])  # type: ignore[attr-defined]  # annotated


def _letters_page(request: HttpRequest, actor: Actor, month: Period) -> Page:
    rows = letters_in(actor, month).select_related("agency")
    found = page_of(rows, request.GET, sorts={"issued": "issued_at"}, default="-issued")
    return found.of([{"paper": paper, "url": RESOURCES["papers"].url(paper)} for paper in found.items])


def _missed_outcomes(request: HttpRequest, actor: Actor, month: Period) -> Page:
    """Outcomes not seen in time, newest first, each with what was sent."""
    rows = readable(outcomes_in(actor, month).missed()).select_related("agency", "lead", "referral")
    found = page_of(rows, request.GET, sorts={"notified": "notified_at"}, default="-notified")
    return found.of(lines_of(found.items, actor))
