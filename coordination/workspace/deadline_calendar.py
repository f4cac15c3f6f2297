"""The calendar of deadlines (期限日历): how many items are due on each day of a month, and those of one day.

It counts the open items of a person, unit or agency and the periods of its proceedings, as the queues and home do.
"""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, Count, F, Q, When
from django.db.models.functions import Coalesce, TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.calendar.workdays import WorkCalendar, load_calendar
from agencies.kernel import times
from agencies.kernel.errors import Invalid
from agencies.kernel.facets import FacetChoice
from agencies.kernel.open_items import WorklistLine
from agencies.kernel.permissions import STAFF, page
from agencies.kernel.texts import Text
from agencies.kernel.work import Side
from agencies.work.models import WorkItem, WorkItemQuerySet
from agencies.work.reading import DeskReader

from .desk import desk_of
from .queues import lines_of, things_of

MOST = 100  # lines of a day; the others are in the queue
FIRST_YEAR, LAST_YEAR = 2000, 2100
WHOSE: dict[str, Text] = {
    "mine": gettext_lazy("Mine"),
    "unit": gettext_lazy("My unit"),
    "agency": gettext_lazy("My agency"),
}
# A referral and the task of its present step are one matter.
MATTER = Case(When(kind__in=("task", "referral"), then=Coalesce("matter_id", "object_id")), default=F("object_id"))


@dataclass(frozen=True)
class CalendarCell:
    """One cell of the month. `due` counts the items due on that day, `late` those of them that are late."""

    day: date
    due: int
    late: int
    in_month: bool
    is_today: bool
    is_workday: bool
    is_chosen: bool
    url: str


def items_of(reader: DeskReader, whose: str) -> WorkItemQuerySet:
    """Rows with a deadline. Proceedings are counted by their periods, one by one."""
    sides = (Side.DOES, Side.PERIOD)
    ours = WorkItem.objects.visible_to(reader.actor).filter(side__in=sides).exclude(kind="proceeding")
    if whose == "mine":
        return ours.of_person(reader.me) if reader.me else ours.none()
    once = ours.filter(first=True)
    return once.filter(unit_id__in=reader.actor.units) if whose == "unit" else once


def counts_by_day(rows: WorkItemQuerySet, first: date, last: date, now: datetime) -> dict[date, tuple[int, int]]:
    """Returns the numbers of items due and late on each day in Shanghai, in one query. Days without items are left
    out."""
    per_day = (
        _between(rows, first, last)
        .order_by()
        .values(day=TruncDate("due_at"))
        .annotate(due=Count(MATTER, distinct=True), late=Count(MATTER, distinct=True, filter=Q(breach_at__lt=now)))
    )
    return {row["day"]: (row["due"], row["late"]) for row in per_day}


def lines_on(reader: DeskReader, rows: WorkItemQuerySet, day: date) -> list[WorklistLine]:
    """Returns the lines of the day, the earliest first, each matter once."""
    found = _between(rows, day, day).order_by("due_at", "object_id")[:MOST]
    shown = lines_of(things_of(found, reader), reader.actor, reader.now)
    # Referrals come before their tasks, so their line is shown.
    matters: dict[Any, WorklistLine] = {}
    for line in sorted(shown, key=lambda line: line.key[0] != "referral"):
        matters.setdefault(line.key, line)
    return sorted(matters.values(), key=lambda line: (line.due_at is None, line.due_at, str(line.key[1])))


def _between(rows: WorkItemQuerySet, first: date, last: date) -> WorkItemQuerySet:
    return rows.filter(due_at__gte=_midnight(first), due_at__lt=_midnight(last + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@page(STAFF)
def deadline_calendar(request: HttpRequest) -> HttpResponse:
    """GET with `month` (2026-12), `whose` (mine, unit, agency) and `day`, whose items are listed below the month."""
    reader = desk_of(request).reader
    whose, month, day = asked_for(request.GET)
    weeks, rows = weeks_of(month), items_of(reader, whose)
    counted = counts_by_day(rows, weeks[0][0], weeks[-1][-1], reader.now)
    chosen = day or _first_busy(month, counted)
    context = {
        "month": month,
        "weekdays": weeks[0],
        "weeks": _cells(weeks, counted, month, chosen, whose),
        "choices": [FacetChoice(words, _url(key, month), active=key == whose) for key, words in WHOSE.items()],
        "before": _url(whose, month - timedelta(days=1)),
        "after": _url(whose, month + timedelta(days=31)),
        "present": _url(whose, times.today()),
        "chosen": chosen,
        "lines": lines_on(reader, rows, chosen),
        "more": max(0, counted.get(chosen, (0, 0))[0] - MOST),
        "total": sum(due for one, (due, _late) in counted.items() if _same_month(one, month)),
    }
    return render(request, "deadline_calendar.html", context)


def weeks_of(month: date) -> list[list[date]]:
    """Returns the days of the whole weeks, Monday first, in which the month is."""
    return calendar.Calendar().monthdatescalendar(month.year, month.month)


def asked_for(params: Mapping[str, Any]) -> tuple[str, date, date | None]:
    """Raises Invalid for anything but a known `whose`, a month of this century and a day."""
    whose = params.get("whose") or "mine"
    if whose not in WHOSE:
        raise Invalid.field("whose", "choice", _("Choose one of: %(names)s.") % {"names": ", ".join(WHOSE)})
    day = _day(params["day"], "day") if params.get("day") else None
    month = _day(f"{params['month']}-01", "month") if params.get("month") else (day or times.today()).replace(day=1)
    return whose, month, day


def _day(text: str, field: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not FIRST_YEAR <= found.year < LAST_YEAR:
        form = "2026-12" if field == "month" else "2026-12-31"
        raise Invalid.field(field, "date", _("Give it in the form %(form)s.") % {"form": form})
    return found


def _first_busy(month: date, counted: Mapping[date, Any]) -> date:
    """Today, or in another month its first day with items."""
    today = times.today()
    if _same_month(today, month):
        return today
    return min((one for one in counted if _same_month(one, month)), default=month)


def _cells(
    weeks: Iterable[Iterable[date]], counted: Mapping[date, tuple[int, int]], month: date, chosen: date, whose: str
) -> list[list[CalendarCell]]:
    workdays, today = load_calendar(), times.today()
    return [[_cell(one, counted, month, chosen, whose, workdays, today) for one in week] for week in weeks]


def _cell(
    day: date,
    counted: Mapping[date, tuple[int, int]],
    month: date,
    chosen: date,
    whose: str,
    workdays: WorkCalendar,
    today: date,
) -> CalendarCell:
    due, late = counted.get(day, (0, 0))
    return CalendarCell(
        day=day,
        due=due,
        late=late,
        in_month=_same_month(day, month),
        is_today=day == today,
        is_workday=workdays.is_workday(day),
        is_chosen=day == chosen,
        url=f"{_url(whose, month)}&day={day.isoformat()}#day",
    )


def _same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)


def _url(whose: str, month: date) -> str:
    return f"{reverse('deadline_calendar')}?whose={whose}&month={month:%Y-%m}"
