"""Deadlines: on-time rates by rule, the next 14 days, and what will be late at the present pace."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agencies.calendar.workdays import load_calendar
from agencies.kernel.filtering import start_of
from cases.clocks.views.lists import filtered
from coordination.insight.charts import Cell, Chart, Row, heat
from coordination.insight.metrics.asking import Point
from coordination.insight.metrics.registry import METRICS

from .asked import Asked, Period, months_until
from .overview import month_name
from .questions import Questions
from .words import cell_of, shown

ONTIME, AHEAD, TREND, RULES = "ontime", 14, 6, 25
DUTIES = {"kind": "duty"}


@dataclass(frozen=True)
class Day:
    """A day of the calendar: duties due, and how heavy the day is (0 to 5) among the 14."""

    day: date
    number: int
    heat: int
    is_workday: bool
    is_today: bool
    url: str


@dataclass
class Deadlines:
    asked: Asked
    now: datetime

    def __post_init__(self) -> None:
        self.figures = self._questions()

    @cached_property
    def months(self) -> list[Period]:
        return months_until(self.asked.period.last, TREND)

    def _questions(self) -> Questions:
        side, beside, ask = self.asked.side, self.asked.beside, Questions(self.asked.sheet)
        ask.add("now", ONTIME, side.period, by="rule", filters=side.filters)
        ask.add("beside", ONTIME, beside.period, by="rule", filters=beside.filters)
        for month in self.months:
            ask.add(month, ONTIME, month, by="rule", filters=side.filters)
        ask.add("pace", ONTIME, Period(months_until(self.asked.today)[0].first, self.asked.today), by="agency")
        return ask

    def rules(self) -> Chart:
        """The rules with most duties first."""
        now, beside = ({one.key: one for one in self.figures[side].points} for side in ("now", "beside"))
        by_month = {month: {one.key: one for one in self.figures[month].points} for month in self.months}
        labels = {one.key: one.label for side in (beside, *by_month.values(), now) for one in side.values()}
        weight = {
            key: sum(_of(by_month[month].get(key)) for month in self.months) + _of(now.get(key)) for key in labels
        }
        rows = [
            Row(
                labels[key],
                [
                    *(cell_of(by_month[month].get(key), "ratio") for month in self.months),
                    cell_of(now.get(key), "ratio"),
                    cell_of(beside.get(key), "ratio"),
                ],
            )
            for key in sorted(labels, key=lambda one: (-weight[one], one))[:RULES]
        ]
        heads = [_("Rule"), *map(month_name, self.months), _("Period"), _("Compared")]
        return Chart(
            *("rules", "", _("On-time rate by rule"), heads, rows),
            caption=_("Duties met on or before the due day, of those that ended"),
            definition=METRICS[ONTIME].definition,
        )

    @cached_property
    def _due(self) -> list[tuple[date, int, int]]:
        """(day, agency, duties) of the next 14 days, as the list of running deadlines shows them. One query."""
        first = start_of(self.asked.today)
        clocks: Any = filtered(QueryDict(urlencode(self._query())), self.asked.actor).qs
        within = clocks.running().filter(due_at__gte=first, due_at__lt=first + timedelta(days=AHEAD))
        counted = within.order_by().values_list(TruncDate("due_at"), "agency_id").annotate(number=Count("pk"))
        return list(counted)

    def _query(self) -> Mapping[str, str]:
        agency = self.asked.filters.get("agency", "") if self.asked.actor.is_centre else ""
        return {**DUTIES, **({"owner": agency} if agency else {})}

    def calendar(self) -> list[Day]:
        numbers: dict[date, int] = {}
        for day, _agency, number in self._due:
            numbers[day] = numbers.get(day, 0) + number
        work, most, today = load_calendar(), max(numbers.values(), default=0), self.asked.today
        days = [today + timedelta(days=ahead) for ahead in range(AHEAD)]
        return [
            Day(
                day,
                numbers.get(day, 0),
                heat(numbers.get(day, 0), most),
                work.is_workday(day),
                day == today,
                self._url(day),
            )
            for day in days
        ]

    def _url(self, day: date) -> str:
        return f"{reverse('running_clocks')}?{urlencode({**self._query(), 'due_on': day.isoformat()})}"

    def outlook(self) -> Chart:
        """Duties due in the next 14 days, and how many of them will be late if agencies keep their pace of a year."""
        due: dict[int, int] = {}
        for _day, agency, number in self._due:
            due[agency] = due.get(agency, 0) + number
        agencies = {one.pk: one for one in self.asked.agencies.values()}
        pace = {one.key: one for one in self.figures["pace"].points}
        rows = [
            _outlook(agencies[pk], number, pace.get(agencies[pk].code))
            for pk, number in sorted(due.items(), key=lambda one: -one[1])
            if pk in agencies
        ]
        heads = (_("Agency"), _("Due in 14 days"), _("On time in 12 months"), _("Late at this pace"))
        return Chart(
            *("outlook", "", _("What will be late at the present pace"), heads, rows),
            caption=_(
                "Duties due in the next 14 days times the share that the agency did not meet in the last 12 months."
            ),
            empty=_("No duty is due in the next 14 days."),
        )


def _outlook(agency: Any, due: int, pace: Point | None) -> Row:
    share = pace.value if pace else None
    late = None if share is None else int((due * (1 - Decimal(share))).to_integral_value())
    rate = cell_of(pace, "ratio")
    return Row(agency.name, [Cell(str(due), due), rate, Cell(shown(late, "count"), late)])


def _of(point: Point | None) -> int:
    return (point.denominator or 0) if point else 0
