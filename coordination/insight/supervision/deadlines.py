"""Deadlines: on-time rates of statutory duties and of internal targets by rule, the next 14 days, and what will be late
at the present pace."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from agencies.calendar.workdays import load_calendar
from coordination.insight.metrics.asking import Point
from coordination.insight.metrics.charts import Cell, Chart, Row, heat
from coordination.insight.metrics.registry import METRICS

from .asked import DAY, Asked, Period, months_until
from .overview import month_name
from .questions import Questions
from .words import ENOUGH, cell_of

ONTIME, TARGETS, MET, DUE, LATE = "ontime", "ontime_internal", "ontime_due", "duties_due", "overdue"
AHEAD, TREND, RULES = 14, 6, 25


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

    def __post_init__(self) -> None:
        self.figures = self._questions()

    @cached_property
    def months(self) -> list[Period]:
        return months_until(self.asked.period.last, TREND)

    def _questions(self) -> Questions:
        side, beside, ask = self.asked.side, self.asked.beside, Questions(self.asked.sheet)
        for metric in (ONTIME, TARGETS):
            ask.add((metric, "now"), metric, side.period, by="rule", filters=side.filters)
            ask.add((metric, "beside"), metric, beside.period, by="rule", filters=beside.filters)
            for month in self.months:
                ask.add((metric, month), metric, month, by="rule", filters=side.filters)
        for by in ("agency", "rule"):
            ask.add((DUE, by), DUE, self.ahead, by=by, filters=side.filters)
            ask.add((MET, by), MET, self.pace, by=by, filters=side.filters)
            ask.add((LATE, by), LATE, Period(self.asked.today, self.asked.today), by=by, filters=side.filters)
        ask.add("days", DUE, self.ahead, by="day", filters=side.filters)
        return ask

    @property
    def ahead(self) -> Period:
        return Period(self.asked.today, self.asked.today + (AHEAD - 1) * DAY)

    @property
    def pace(self) -> Period:
        """The last 12 months, until yesterday: what is due today can still be performed."""
        return Period(months_until(self.asked.today)[0].first, self.asked.today - DAY)

    def rules(self) -> Chart:
        return self._rules("rules", ONTIME, _("On-time rate of statutory duties by rule"))

    def targets(self) -> Chart:
        return self._rules("targets", TARGETS, _("On-time rate of internal targets by rule"))

    def _rules(self, key: str, metric: str, title: str) -> Chart:
        """The rules with most duties first."""
        now, beside = ({one.key: one for one in self.figures[metric, side].points} for side in ("now", "beside"))
        by_month = {month: {one.key: one for one in self.figures[metric, month].points} for month in self.months}
        labels = {one.key: one.label for side in (beside, *by_month.values(), now) for one in side.values()}
        weight = {
            rule: sum(_of(by_month[month].get(rule)) for month in self.months) + _of(now.get(rule)) for rule in labels
        }
        rows = [
            Row(
                labels[rule],
                [
                    *(cell_of(by_month[month].get(rule), "ratio") for month in self.months),
                    cell_of(now.get(rule), "ratio"),
                    cell_of(beside.get(rule), "ratio"),
                ],
            )
            for rule in sorted(labels, key=lambda one: (-weight[one], one))[:RULES]
        ]
        heads = [_("Rule"), *map(month_name, self.months), _("Period"), _("Compared")]
        return Chart(
            *(key, "", title, heads, rows),
            caption=_("Duties met on or before the due day, of those that ended"),
            definition=METRICS[metric].definition,
        )

    def calendar(self) -> list[Day]:
        """The duties due on each of the next 14 days, under the filters of the page."""
        points = self.figures["days"].points
        work, most = load_calendar(), max((int(one.value or 0) for one in points), default=0)
        return [_day(date.fromisoformat(one.key), one, most, work.is_workday, self.asked.today) for one in points]

    def outlook(self) -> Chart:
        return self._outlook("outlook", "agency", _("What will be late at the present pace"), _("Agency"))

    def outlook_by_rule(self) -> Chart:
        return self._outlook("outlook_rules", "rule", _("What will be late at the present pace, by rule"), _("Rule"))

    def _outlook(self, key: str, by: str, title: str, head: str) -> Chart:
        """Duties due in the next 14 days, and how many of them will be late if as many are missed as in a year."""
        due, met, late = ({one.key: one for one in self.figures[name, by].points} for name in (DUE, MET, LATE))
        listed = [one for one in due.values() if one.value][:RULES]
        rows = [_expected(one, met.get(one.key), late.get(one.key)) for one in listed]
        heads = (head, _("Due in 14 days"), _("In time in 12 months"), _("Late at this pace"), _("Late now"))
        return Chart(
            *(key, "", title, heads, rows),
            caption=_(
                "Duties due in the next 14 days times the share of duties due in the last 12 months that were not "
                "performed in time. An estimate; none from fewer than %(enough)d duties."
            )
            % {"enough": ENOUGH},
            definition=" ".join(str(METRICS[one].definition) for one in (DUE, MET, LATE)),
            empty=_("No duty is due in the next 14 days."),
            sums=_sums(rows, self.figures[DUE, by].total, self.figures[LATE, by].total),
        )


def _day(day: date, point: Point, most: int, is_workday: Callable[[date], bool], today: date) -> Day:
    number = int(point.value or 0)
    return Day(day, number, heat(number, most), is_workday(day), day == today, point.url)


def _expected(due: Point, met: Point | None, late: Point | None) -> Row:
    """How many of those due will be late; the rows of an estimate are the duties due and those of the past year."""
    number, expected = int(due.value or 0), None
    if met is not None and met.value is not None and (met.denominator or 0) >= ENOUGH:
        expected = round(number * (1 - Decimal(met.value)), 1)
    estimate = Cell("–") if expected is None else Cell(_about(expected), expected)
    return Row(due.label, [cell_of(due, "count"), cell_of(met, "ratio"), estimate, cell_of(late, "count")])


def _about(number: Decimal) -> str:
    return _("about %(number)s") % {"number": number_format(number, 1, use_l10n=True)}


def _sums(rows: Iterable[Row], due: Point, late: Point) -> Row:
    """The sum of the estimates, and of how many duties it is one."""
    estimated = [row for row in rows if row.cells[2].value is not None]
    expected = sum((Decimal(row.cells[2].value or 0) for row in estimated), start=Decimal(0))
    of = {"n": sum(int(row.cells[0].value or 0) for row in estimated), "d": due.value or 0}
    about = Cell(_about(expected), expected, note=_("estimated for %(n)s of %(d)s") % of)
    return Row(_("All"), [cell_of(due, "count"), Cell(""), about, cell_of(late, "count")])


def _of(point: Point | None) -> int:
    return (point.denominator or 0) if point else 0
