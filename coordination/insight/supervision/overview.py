"""The overview of supervision: three sentences, what is new, key figures, who is late, and the charts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.kernel.actor import Actor
from agencies.kernel.workflow import Text
from agencies.organisations.models import Agency
from coordination.insight.metrics.asking import Answer, Point
from coordination.insight.metrics.charts import Cell, Chart, Row, tone_of
from coordination.insight.metrics.registry import METRICS

from .asked import Asked, Period, months_until
from .late import LateLine, WhoIsLate
from .late_counts import WEEK
from .news import news_since
from .questions import Questions
from .words import Change, cell_of, change, change_of, is_enough, link, n_of_d, shown

ONTIME, TARGETS = "ontime", "ontime_internal"
OPENED, CLOSED, OPEN, CLEARANCE = "cases_opened", "cases_closed", "cases_open", "clear_rate"
TO_FILING, INVOLVED, LATE = "filing_days", "smuggled_kg", "overdue"
BY_LAW, BY_TARGET = "overdue_statutory", "overdue_internal"
KEY_FIGURES = (ONTIME, TARGETS, OPEN, CLEARANCE, TO_FILING, INVOLVED)
MINERALS, AGENCIES, ON_HOME = 7, 6, 5


@dataclass(frozen=True)
class KeyFigure:
    key: str
    name: Text
    text: str
    url: str
    change: Change
    note: str = ""
    overdue: bool = False


@dataclass
class Overview:
    """All of the page for one question. Figures are asked together, so that their number costs no further query."""

    asked: Asked
    now: datetime
    only_sentences: bool = False  # home and the brief ask for no trends

    def __post_init__(self) -> None:
        self.figures = self._questions()

    @cached_property
    def late(self) -> WhoIsLate:
        agency = self.asked.filters.get("agency", "") if self.is_central else ""
        known = {one.pk: one for one in self.asked.agencies.values()}
        labels = {name: value for name, value in self.asked.filters.items() if name != "agency"}
        before = self._late_before if self.is_central else None
        return WhoIsLate(self.asked.actor, self.now, agency, known, before, labels)

    @property
    def _late_before(self) -> dict[str, int]:
        """The late items of each agency a week ago, at the end of the day."""
        return {point.key: int(point.value or 0) for point in self.figures[LATE, "before"].points}

    @property
    def is_central(self) -> bool:
        return self.asked.actor.is_centre

    @cached_property
    def months(self) -> list[Period]:
        return months_until(self.asked.period.last)

    def _questions(self) -> Questions:
        side, beside, ask = self.asked.side, self.asked.beside, Questions(self.asked.sheet)
        for metric in (*KEY_FIGURES, OPENED, CLOSED):
            ask.add((metric, "now"), metric, side.period, filters=side.filters)
            ask.add((metric, "beside"), metric, beside.period, filters=beside.filters)
        if self.is_central:
            for metric in (BY_LAW, BY_TARGET):
                ask.add(metric, metric, Period(self.asked.today, self.asked.today), filters=side.filters)
            day = self.asked.today - WEEK
            ask.add((LATE, "before"), LATE, Period(day, day), by="agency", filters=side.filters)
        ask.add("mineral", OPENED, side.period, by="mineral", filters=side.filters)
        ask.add("role", OPENED, side.period, by="role", filters=side.filters)
        if self.only_sentences:
            return ask
        year = Period(self.months[0].first, self.months[-1].last)
        for metric in (LATE, *KEY_FIGURES):
            ask.add((metric, "trend"), metric, year, by="month", filters=side.filters)
        for month in self.months:
            ask.add((ONTIME, month), ONTIME, month, by="agency", filters=side.filters)
        ask_by_mineral(ask, self.asked)
        return ask

    # Sentences -------------------------------------------------------------------------------------------------------
    def sentences(self) -> list[tuple[Text, SafeString]]:
        return [
            (_("Who is late"), who_is_late(self.late)),
            (_("Overall progress"), self._how_it_goes()),
            (_("Points of note"), self._what_moves()),
        ]

    def _how_it_goes(self) -> SafeString:
        opened, closed = (self.figures.total(metric, "now") for metric in (OPENED, CLOSED))
        cases = _cases(opened.value)
        first = format_html(
            _("{opened} opened and {closed} closed in this period"),
            opened=link(cases, opened.url),
            closed=link(closed.value or 0, closed.url),
        )
        by_law = self._met(ONTIME, _("{share} of the statutory duties were met on time ({n_of_d}), {change}"))
        targets = self._met(TARGETS, _("{share} of the internal targets ({n_of_d}), {change}"))
        return format_html(
            _("{first}; {by_law}; {targets}."),
            first=first,
            by_law=by_law or _("no statutory duty ended"),
            targets=targets or _("no internal target ended"),
        )

    def _met(self, metric: str, text: str) -> SafeString:
        now, before = self.figures.total(metric, "now"), self.figures.total(metric, "beside")
        if not now.denominator:
            return SafeString()
        return format_html(
            text,
            share=link(shown(now.value, "ratio"), now.url),
            n_of_d=n_of_d(now),
            change=change_of(now, before, metric, self.asked.beside.short).text,
        )

    def _what_moves(self) -> SafeString:
        minerals = ranked(self.figures["mineral"])
        total = self.figures.total(OPENED, "now").value or 0
        if not minerals or not total:
            return format_html("{}", _("No case was opened in this period."))
        first = minerals[0]
        leads = format_html(
            _("{mineral} leads with {number} of {total} new cases"),
            mineral=first.label,
            number=link(first.value, first.url),
            total=total,
        )
        transit = next(iter(of_role(self.figures["role"], "transit")), None)
        target = next(iter(of_role(self.figures["role"], "destination")), None)
        if transit is None or target is None:
            return format_html(_("{leads}; no route is known."), leads=leads)
        return format_html(
            _("{leads}; {through} went through {transit}, and {to} had the destination {destination}."),
            leads=leads,
            through=link(transit.value, transit.url),
            transit=country_of(transit),
            to=link(target.value, target.url),
            destination=country_of(target),
        )

    @cached_property
    def since(self) -> list[tuple[str, str]]:
        """What is new since the start of the last working day, in words with the address of the rows."""
        return news_since(self.asked.actor, self.now)

    # Key figures -----------------------------------------------------------------------------------------------------
    def key_figures(self) -> list[KeyFigure]:
        number, beside = self.late.number, _("a week ago")
        if self.late.change is None:
            fresh = _("%(number)s new in a week") % {"number": self.late.fresh}
            difference = Change(fresh, "worse" if self.late.fresh else "", True if self.late.fresh else None)
        else:
            difference = change(number, number - self.late.change, LATE, beside)
        late = KeyFigure(
            *(LATE, _("Late now"), str(number), self.late.url, difference, self._late_by_basis()),
            overdue=bool(number),
        )
        return [late, *(self._key_figure(metric) for metric in KEY_FIGURES)]

    def _late_by_basis(self) -> SafeString:
        """For the centre only: an agency also reads what others owe it, which its own figures do not count."""
        if not self.is_central:
            return SafeString()
        by_law, by_target = self.figures.total(BY_LAW), self.figures.total(BY_TARGET)
        return format_html(
            _("{by_law} under periods of the law, {by_target} under internal targets"),
            by_law=link(by_law.value, by_law.url),
            by_target=link(by_target.value, by_target.url),
        )

    def _key_figure(self, metric: str) -> KeyFigure:
        now, before = self.figures.total(metric, "now"), self.figures.total(metric, "beside")
        return KeyFigure(
            metric,
            _("Quantity involved") if metric == INVOLVED else METRICS[metric].name,  # the value has its unit
            shown(now.value, METRICS[metric].unit),
            now.url,
            change_of(now, before, metric),
            n_of_d(now),
        )

    def trends(self) -> Chart:
        heads = [_("Figure"), *(month_name(month) for month in self.months)]
        return Chart(
            *("trends", "sparks", _("Key figures by month"), heads),
            [self._trend(metric) for metric in (LATE, *KEY_FIGURES)],
            caption=_("Each month until its last day; the present month until today."),
        )

    def _trend(self, metric: str) -> Row:
        points = by_month(self.figures[metric, "trend"], self.months)
        return Row(METRICS[metric].name, [cell_of(point, METRICS[metric].unit) for point in points], at=metric)

    # Charts ----------------------------------------------------------------------------------------------------------
    def charts(self) -> list[Chart]:
        return [self._ontime(), new_by_mineral(self.figures, self.asked)]

    def _ontime(self) -> Chart:
        points = {(point.key, month): point for month in self.months for point in self.figures[ONTIME, month].points}
        weight: dict[str, int] = {}
        for (code, _month), point in points.items():
            weight[code] = weight.get(code, 0) + (point.denominator or 0)
        most = sorted(weight, key=lambda code: (-weight[code], code))[:AGENCIES]
        known = {code: self.asked.agencies[code] for code in most if code in self.asked.agencies}
        names = short_names(known.values())
        last = {code: _last_value(points, code, self.months) for code in most}
        worst = min((code for code in most if last[code] is not None), key=lambda code: last[code], default="")
        rows = [
            Row(
                names.get(code, code),
                [_of_enough(points.get((code, month))) for month in self.months],
                tone=tone_of(known[code]) if code in known else "other",
                strong=code == worst and len(most) > 1,
            )
            for code in sorted(most, key=lambda code: -(last[code] or 0))
        ]
        return Chart(
            *(
                "ontime",
                "lines",
                _("On-time rate of statutory duties by agency"),
                [_("Agency"), *map(month_name, self.months)],
                rows,
            ),
            aside=_("12 months"),
            caption=_(
                "Statutory duties met on or before the due day, of those that ended. Months with fewer than 5 are not "
                "drawn."
            ),
            definition=METRICS[ONTIME].definition,
            unit="%",
        )


def ask_by_mineral(ask: Questions, asked: Asked) -> None:
    for month in months_until(asked.period.last):
        ask.add((OPENED, month), OPENED, month, by="mineral", filters=asked.side.filters)


def new_by_mineral(figures: Questions, asked: Asked) -> Chart:
    """Cases opened by mineral and month. The questions are those of `ask_by_mineral`."""
    months = months_until(asked.period.last)
    points = {(point.key, month): point for month in months for point in figures[OPENED, month].points}
    sums: dict[str, int] = {}
    labels: dict[str, Any] = {}
    for (mineral, _month), point in points.items():
        sums[mineral] = sums.get(mineral, 0) + int(point.value or 0)
        labels[mineral] = point.label
    rows = []
    for mineral in sorted(sums, key=lambda one: (-sums[one], one))[:MINERALS]:
        cells = [cell_of(points.get((mineral, month)), "count") for month in months]
        difference = int(cells[-1].value or 0) - int(cells[-2].value or 0)
        rows.append(Row(labels[mineral], cells, note=f"{difference:+d}" if difference else "0"))
    return Chart(
        *("minerals", "multiples", _("New cases by mineral"), [_("Mineral"), *map(month_name, months)], rows),
        aside=_("by month, with the change on the month before"),
        caption=_("One scale for all rows; the last month until today. A case with several minerals counts in each."),
        definition=METRICS[OPENED].definition,
    )


@dataclass(frozen=True)
class HomePanel:
    """What home shows of the overview: its sentences, and who is late. For an agency, its own late items."""

    actor: Actor
    now: datetime

    @cached_property
    def overview(self) -> Overview:
        return Overview(Asked(self.actor, QueryDict(), timezone.localdate(self.now)), self.now, only_sentences=True)

    @cached_property
    def sentences(self) -> list[tuple[Text, SafeString]]:
        return self.overview.sentences()

    @property
    def late(self) -> WhoIsLate:
        return self.overview.late

    @property
    def lines(self) -> list[LateLine]:
        return self.late.lines[:ON_HOME]

    @property
    def as_of(self) -> datetime | None:
        return self.overview.asked.sheet.as_of


def _last_value(points: Mapping[tuple[str, Period], Point], code: str, months: list[Period]) -> Any:
    """The share of the last month with enough duties."""
    found = (points.get((code, month)) for month in reversed(months))
    return next((point.value for point in found if point and is_enough(point)), None)


def _of_enough(point: Point | None) -> Cell:
    """A share of a few duties is shown in the table, but says too little to be drawn."""
    cell = cell_of(point, "ratio")
    return replace(cell, is_drawn=point is not None and is_enough(point))


def who_is_late(late: WhoIsLate) -> SafeString:
    """The first sentence, the same on the overview, the daily brief and home."""
    if not late.number:
        return format_html("{}", _("Nothing is late."))
    worst, line = late.agencies[0], late.lines[0]
    oldest = max(one.days for one in late.lines)
    items = ngettext("%(number)s matter", "%(number)s matters", late.number) % {"number": late.number}
    days = ngettext("%(days)s day", "%(days)s days", oldest) % {"days": oldest}
    values = {
        "items": link(items, late.url, overdue=True),
        "most": link(worst.number, line.url),
        "agency": worst.agency.name,
        "days": days,
        "why": line.why,
        "change": _since_last_week(late),
    }
    if worst.number == late.number:
        text = ngettext(
            "{items} is late, at {agency}; it is {days} late; {change}. Cause: {why}.",
            "{items} are late, all of them at {agency}; the oldest is {days} late; {change}. Causes: {why}.",
            late.number,
        )
    else:
        text = _("{items} are late, {most} of them at {agency}; the oldest is {days} late; {change}. Causes: {why}.")
    return format_html(text, **values)


def _since_last_week(late: WhoIsLate) -> SafeString:
    """How many more than a week ago; of an agency what became late since."""
    url = late.url_of(late.agency, late_from=late.fresh_from)
    if late.change is None:
        return format_html(_("{number} became late within a week"), number=link(late.fresh, url))
    if late.change == 0:
        return format_html("{}", _("as many as a week ago"))
    text = _("%(number)s more") if late.change > 0 else _("%(number)s fewer")
    return format_html(_("{number} than a week ago"), number=link(text % {"number": abs(late.change)}, url))


def month_name(month: Period) -> str:
    return month.first.strftime("%Y-%m")


def by_month(answer: Answer, months: Iterable[Period]) -> list[Point | None]:
    found = {point.key[:7]: point for point in answer.points}
    return [found.get(month_name(month)) for month in months]


def ranked(answer: Answer) -> list[Point]:
    return sorted((one for one in answer.points if one.value), key=lambda one: (-(one.value or 0), one.key))


def of_role(answer: Answer, role: str) -> list[Point]:
    """The countries with this part in a route: the keys of `role` are such as transit:THA."""
    return [point for point in ranked(answer) if point.key.startswith(f"{role}:")]


def country_of(point: Point) -> str:
    from cases.controls.countries import country_name

    return country_name(point.key.partition(":")[2])


def short_names(agencies: Iterable[Agency]) -> dict[str, str]:
    """Names for the labels of a chart: the line of authority where it names one agency only, else the full name."""
    listed = list(agencies)
    lines = [one.line for one in listed if not one.is_antismuggling]
    return {
        one.code: str(one.get_line_display()) if lines.count(one.line) == 1 and not one.is_antismuggling else one.name
        for one in listed
    }


def _cases(number: Any) -> str:
    return ngettext("%(number)s case", "%(number)s cases", int(number or 0)) % {"number": number or 0}
