"""Deadlines: on-time rates of statutory duties and of internal targets by rule, the next 14 days, and what will be late
at the present pace."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from agencies.calendar.workdays import load_calendar
from coordination.insight.metrics.asking import Answer, Point, Question
from coordination.insight.metrics.charts import Chart, ChartCell, ChartRow, heat
from coordination.insight.metrics.registry import METRICS

from .asked import DAY, Asking, PageQuestion, Period, months_until
from .building import by_key, counted, largest, month_name
from .words import ENOUGH, cell_of, definitions

ONTIME, TARGETS, MET, DUE, LATE = "ontime", "ontime_internal", "ontime_due", "duties_due", "overdue"
AHEAD, TREND, RULES = 14, 6, 25


@dataclass(frozen=True)
class DueDay:
    """A day of the calendar: duties due, and how heavy the day is (0 to 5) among the 14."""

    day: date
    number: int
    heat: int
    is_workday: bool
    is_today: bool
    url: str


def rules(asked: PageQuestion) -> Asking[Chart]:
    return _rules(asked, "rules", ONTIME, _("On-time rate of statutory duties by rule"))


def targets(asked: PageQuestion) -> Asking[Chart]:
    return _rules(asked, "targets", TARGETS, _("On-time rate of internal targets by rule"))


def _rules(asked: PageQuestion, key: str, metric: str, title: str) -> Asking[Chart]:
    """The rules with most duties first."""
    months = months_until(asked.period.last, TREND)
    questions = [*(asked.question(metric, "rule", month) for month in months), asked.question(metric, "rule")]
    answers = yield [*questions, asked.other.question(metric, "rule")]
    columns = list(map(by_key, answers))
    found = {rule: point for column in columns for rule, point in column.items()}
    weight = {rule: sum(counted(column.get(rule)) for column in columns[:-1]) for rule in found}
    rows = [
        ChartRow(found[rule].label, [cell_of(column.get(rule), "ratio") for column in columns])
        for rule in sorted(found, key=lambda one: (-weight[one], one))[:RULES]
    ]
    return Chart(
        *(key, "", title, [_("Rule"), *map(month_name, months), _("Period"), _("Compared")], rows),
        caption=_("Duties met on or before the due day, of those that ended"),
        definition=METRICS[metric].definition,
    )


def calendar(asked: PageQuestion) -> list[DueDay]:
    """The duties due on each of the next 14 days, under the filters of the page."""
    points = asked.answers(asked.question(DUE, "day", _ahead(asked)))[0].points
    work, most = load_calendar(), max((int(one.value or 0) for one in points), default=0)
    return [_day(date.fromisoformat(one.key), one, most, work.is_workday, asked.today) for one in points]


def outlook(asked: PageQuestion) -> Asking[Chart]:
    """Duties due in the next 14 days, and how many of them will be late if as many are missed as in a year."""
    due, met, late = yield _due(asked, "agency")
    rows = [_expected(*row) for row in _rows(due, met, late)]
    return Chart(
        *("outlook", "", _("What will be late at the present pace")),
        (_("Agency"), _("Due in 14 days"), _("In time in 12 months"), _("Late at this pace"), _("Late now")),
        rows,
        caption=_(
            "Duties due in the next 14 days times the share of duties due in the last 12 months that were not "
            "performed in time. An estimate; none from fewer than %(enough)d duties."
        )
        % {"enough": ENOUGH},
        definition=definitions(DUE, MET, LATE),
        empty=_("No duty is due in the next 14 days."),
        sums=_sums(rows, due.total, late.total),
    )


def due_by_rule(asked: PageQuestion) -> Asking[Chart]:
    """The same duties by their rule. They are estimated once, by agency: two estimates would not agree."""
    due, met, late = yield _due(asked, "rule")
    return Chart(
        *("outlook_rules", "", _("Duties due in the next 14 days, by rule")),
        (_("Rule"), _("Due in 14 days"), _("In time in 12 months"), _("Late now")),
        [
            ChartRow(one.label, [cell_of(one, "count"), cell_of(kept, "ratio"), cell_of(now, "count")])
            for one, kept, now in _rows(due, met, late)
        ],
        definition=definitions(DUE, MET, LATE),
        empty=_("No duty is due in the next 14 days."),
        sums=ChartRow(
            _("All"), [cell_of(due.total, "count"), cell_of(met.total, "ratio"), cell_of(late.total, "count")]
        ),
    )


def _due(asked: PageQuestion, by: str) -> list[Question]:
    """Duties due in the next 14 days, those of a year until yesterday that were met, and what is late now."""
    pace = Period(months_until(asked.today)[0].first, asked.today - DAY)  # what is due today can still be performed
    periods = {DUE: _ahead(asked), MET: pace, LATE: Period(asked.today, asked.today)}
    return [asked.question(metric, by, period) for metric, period in periods.items()]


def _rows(due: Answer, met: Answer, late: Answer) -> Iterator[tuple[Point, Point | None, Point | None]]:
    kept, now = by_key(met), by_key(late)
    return ((one, kept.get(one.key), now.get(one.key)) for one in largest(due, RULES))


def _ahead(asked: PageQuestion) -> Period:
    return Period(asked.today, asked.today + (AHEAD - 1) * DAY)


def _day(day: date, point: Point, most: int, is_workday: Callable[[date], bool], today: date) -> DueDay:
    number = int(point.value or 0)
    return DueDay(day, number, heat(number, most), is_workday(day), day == today, point.url)


def _expected(due: Point, met: Point | None, late: Point | None) -> ChartRow:
    """How many of those due will be late; the rows of an estimate are the duties due and those of the past year."""
    number, expected = int(due.value or 0), None
    if met is not None and met.value is not None and (met.denominator or 0) >= ENOUGH:
        expected = round(number * (1 - Decimal(met.value)), 1)
    estimate = ChartCell("–") if expected is None else ChartCell(_about(expected), expected)
    return ChartRow(due.label, [cell_of(due, "count"), cell_of(met, "ratio"), estimate, cell_of(late, "count")])


def _about(number: Decimal) -> str:
    return _("about %(number)s") % {"number": number_format(number, 1, use_l10n=True)}


def _sums(rows: Iterable[ChartRow], due: Point, late: Point) -> ChartRow:
    """The sum of the estimates, and of how many duties it is one."""
    estimated = [row for row in rows if row.cells[2].value is not None]
    expected = sum((Decimal(row.cells[2].value or 0) for row in estimated), start=Decimal(0))
    of = {"n": sum(int(row.cells[0].value or 0) for row in estimated), "d": due.value or 0}
    about = ChartCell(_about(expected), expected, note=_("estimated for %(n)s of %(d)s") % of)
    return ChartRow(_("All"), [cell_of(due, "count"), ChartCell(""), about, cell_of(late, "count")])
