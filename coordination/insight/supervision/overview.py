"""The overview of supervision: three sentences, what is new, key figures, who is late, trends and rates by agency."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.kernel.actor import Actor
from agencies.kernel.texts import Text
from coordination.insight.briefing.changes import BriefPeriod
from coordination.insight.metrics.asking import Answer, Point
from coordination.insight.metrics.charts import Chart, ChartCell, ChartRow, Number, tone_of
from coordination.insight.metrics.registry import METRICS

from .asked import Asking, PageQuestion, Period, months_until
from .building import by_key, crossed, largest, month_name, names_in, of_month, year_until
from .late import LateLine, WhoIsLate
from .late_counts import WEEK
from .news import news_since
from .routes import places
from .words import ValueChange, cases_in_words, cell_of, change, change_of, is_enough, link, n_of_d, shown

ONTIME, TARGETS = "ontime", "ontime_internal"
OPENED, CLOSED, OPEN, CLEARANCE = "cases_opened", "cases_closed", "cases_open", "clear_rate"
TO_FILING, INVOLVED, LATE = "filing_days", "smuggled_kg", "overdue"
BY_LAW, BY_TARGET = "overdue_statutory", "overdue_internal"
KEY_FIGURES = (ONTIME, TARGETS, OPEN, CLEARANCE, TO_FILING, INVOLVED)
COMPARED = (*KEY_FIGURES, OPENED, CLOSED)
IN_SENTENCES = (ONTIME, TARGETS, OPENED, CLOSED)
IN_LAST_MONTH = (OPENED, CLOSED, ONTIME)
MOVING = ("mineral", "path")
EARLY = 7  # days of a month of which its figures say little, so that those of the last one stand beside them
AGENCIES, ON_HOME = 6, 5


@dataclass(frozen=True)
class KeyFigure:
    key: str
    name: Text
    text: str
    url: str
    change: ValueChange
    note: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class Overview:
    """The sentences and key figures of the page; the daily brief shows them too, home the sentences.

    `day` is the last working day, for pages that show what is new since. `compared` are the figures that are shown,
    `answers` those of `overview_of`.
    """

    asked: PageQuestion
    now: datetime
    day: BriefPeriod | None = None
    compared: tuple[str, ...] = COMPARED
    answers: Sequence[Answer] = ()

    @property
    def is_central(self) -> bool:
        return self.asked.actor.is_centre

    @cached_property
    def late(self) -> WhoIsLate:
        agency = self.asked.chosen.get("agency", "")
        labels = {name: value for name, value in self.asked.filters.items() if name != "agency"}
        before = self._late_before() if self.is_central else None
        since = self.day.start if self.day else None
        return WhoIsLate(self.asked.actor, self.now, agency, before, labels, since)

    def _late_before(self) -> dict[str, int]:
        """The late items of each agency a week ago, at the end of the day."""
        day = self.asked.today - WEEK
        [answer] = self.asked.answers(self.asked.question(LATE, "agency", Period(day, day)))
        return {point.key: int(point.value or 0) for point in answer.points}

    def _total(self, metric: str, *, is_other: bool = False) -> Point:
        return self.answers[self.compared.index(metric) + is_other * len(self.compared)].total

    # Sentences -------------------------------------------------------------------------------------------------------
    def sentences(self) -> list[tuple[Text, SafeString]]:
        """In the first days of a month, with one about the last month."""
        last_month = [(_("Last month"), self._how_it_went())] if _is_early(self.asked) else []
        return [*self.of_period(), *last_month]

    def of_period(self) -> list[tuple[Text, SafeString]]:
        return [
            (_("Who is late"), who_is_late(self.late)),
            (_("Overall progress"), self._how_it_goes()),
            (_("Points of note"), self._what_moves()),
        ]

    def _how_it_goes(self) -> SafeString:
        opened, closed = self._total(OPENED), self._total(CLOSED)
        first = format_html(
            _("{opened} opened and {closed} closed in this period"),
            opened=link(cases_in_words(opened.value), opened.url),
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

    def _how_it_went(self) -> SafeString:
        opened, closed, ontime = (answer.total for answer in self.answers[-len(IN_LAST_MONTH) :])
        return format_html(
            _("{opened} opened and {closed} closed; {share} of the statutory duties were met on time."),
            opened=link(cases_in_words(opened.value), opened.url),
            closed=link(closed.value or 0, closed.url),
            share=link(shown(ontime.value, "ratio"), ontime.url),
        )

    def _met(self, metric: str, text: str) -> SafeString:
        now, before = self._total(metric), self._total(metric, is_other=True)
        if not now.denominator:
            return SafeString()
        return format_html(
            text,
            share=link(shown(now.value, "ratio"), now.url),
            n_of_d=n_of_d(now),
            change=change_of(now, before, metric, self.asked.beside.short).text,
        )

    def _what_moves(self) -> SafeString:
        by_mineral, paths = self.answers[2 * len(self.compared) :][: len(MOVING)]
        minerals, total = largest(by_mineral), by_mineral.total.value
        if not minerals or not total:
            return format_html("{}", _("No case was opened in this period."))
        leads = format_html(
            _("{mineral} leads with {number} of {total} new cases"),
            mineral=minerals[0].label,
            number=link(minerals[0].value, minerals[0].url),
            total=total,
        )
        transit, target = (next(iter(places(paths, part)), None) for part in ("over", "to"))
        if transit is None or target is None:
            return format_html(_("{leads}; no route is known."), leads=leads)
        return format_html(
            _("{leads}; {through} went through {transit}, and {to} had the destination {destination}."),
            leads=leads,
            through=link(transit.value, transit.url),
            transit=transit.label,
            to=link(target.value, target.url),
            destination=target.label,
        )

    @cached_property
    def since(self) -> list[tuple[str, str]]:
        """What is new since the start of the last working day, in words with the address of the rows."""
        return news_since(self.asked.actor, self.day, self.late.new, self.asked.chosen) if self.day else []

    # Key figures -----------------------------------------------------------------------------------------------------
    def key_figures(self) -> list[KeyFigure]:
        number, beside = self.late.number, _("a week ago")
        if self.late.change is None:
            fresh = _("%(number)s new in a week") % {"number": self.late.fresh}
            difference = ValueChange(fresh, "worse" if self.late.fresh else "", True if self.late.fresh else None)
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
        today = Period(self.asked.today, self.asked.today)
        questions = (self.asked.question(metric, period=today) for metric in (BY_LAW, BY_TARGET))
        by_law, by_target = (one.total for one in self.asked.answers(*questions))
        return format_html(
            _("{by_law} under periods of the law, {by_target} under internal targets"),
            by_law=link(by_law.value, by_law.url),
            by_target=link(by_target.value, by_target.url),
        )

    def _key_figure(self, metric: str) -> KeyFigure:
        now, before = self._total(metric), self._total(metric, is_other=True)
        return KeyFigure(
            metric,
            _("Quantity involved") if metric == INVOLVED else METRICS[metric].name,  # the value has its unit
            shown(now.value, METRICS[metric].unit),
            now.url,
            change_of(now, before, metric),
            n_of_d(now),
        )


def overview_of(
    asked: PageQuestion, now: datetime, day: BriefPeriod | None = None, compared: tuple[str, ...] = COMPARED
) -> Asking[Overview]:
    """Asks for the figures of this side and of the other, in the order of `compared`, and for the cases opened by
    MOVING."""
    questions = [side.question(metric) for side in (asked, asked.other) for metric in compared]
    last_month = months_until(asked.today, 2)[0]
    before = (asked.question(metric, period=last_month) for metric in IN_LAST_MONTH if _is_early(asked))
    answers = yield [*questions, *(asked.question(OPENED, by) for by in MOVING), *before]
    return Overview(asked, now, day, compared, answers)


def _is_early(asked: PageQuestion) -> bool:
    """Whether the period is the beginning of the present month."""
    period = asked.period
    return period.first == asked.today.replace(day=1) and period.last == asked.today and period.days <= EARLY


def trends(asked: PageQuestion) -> Asking[Chart]:
    year, months = year_until(asked)
    metrics = (LATE, *KEY_FIGURES)
    answers = yield [asked.question(metric, "month", year) for metric in metrics]
    rows = [_trend(metric, by_key(answer), months) for metric, answer in zip(metrics, answers, strict=True)]
    return Chart(
        *("trends", "sparks", _("Key figures by month"), [_("Figure"), *map(month_name, months)], rows),
        caption=_("Each month until its last day; the present month until today."),
    )


def _trend(metric: str, points: Mapping[str, Point], months: Iterable[Period]) -> ChartRow:
    cells = [cell_of(of_month(points, month), METRICS[metric].unit) for month in months]
    return ChartRow(METRICS[metric].name, cells, at=metric)


def ontime(asked: PageQuestion) -> Asking[Chart]:
    year, months = year_until(asked)
    found = yield from crossed(asked, ONTIME, "agency", "month", most=AGENCIES, period=year)
    names = names_in(asked, (agency for agency, _points in found))
    last = {agency.key: share for agency, points in found if (share := _last_share(points, months)) is not None}
    worst = min(last, key=lambda code: last[code], default="")
    rows = [
        ChartRow(
            names[agency.key],
            [_of_enough(of_month(points, month)) for month in months],
            tone=tone_of(asked.agencies[agency.key]) if agency.key in asked.agencies else "other",
            strong=agency.key == worst and len(found) > 1,
        )
        for agency, points in sorted(found, key=lambda one: -last.get(one[0].key, 0))
    ]
    chart = Chart(
        *("ontime", "lines", _("On-time rate of statutory duties by agency")),
        [_("Agency"), *map(month_name, months)],
        rows,
        aside=_("12 months"),
        caption=_(
            "Statutory duties met on or before the due day, of those that ended. Months with fewer than 5 are not "
            "drawn."
        ),
        definition=METRICS[ONTIME].definition,
        unit="%",
    )
    return asked.complete(chart, ONTIME, months)


def _last_share(points: Mapping[str, Point], months: Iterable[Period]) -> Number | None:
    """The share of the last month with enough duties."""
    found = [point.value for month in months if (point := of_month(points, month)) and is_enough(point)]
    return found[-1] if found else None


def _of_enough(point: Point | None) -> ChartCell:
    """A share of a few duties is shown in the table, but says too little to be drawn."""
    return replace(cell_of(point, "ratio"), is_drawn=point is not None and is_enough(point))


@dataclass(frozen=True)
class HomePanel:
    """What home shows of the overview: its sentences, and who is late. For an agency, its own late items."""

    actor: Actor
    now: datetime

    @cached_property
    def overview(self) -> Overview:
        asked = PageQuestion(self.actor, QueryDict(), timezone.localdate(self.now))
        [overview] = asked.made([overview_of(asked, self.now, compared=IN_SENTENCES)])
        return overview

    @cached_property
    def sentences(self) -> list[tuple[Text, SafeString]]:
        return self.overview.of_period()

    @property
    def late(self) -> WhoIsLate:
        return self.overview.late

    @property
    def lines(self) -> list[LateLine]:
        return self.late.lines[:ON_HOME]

    @property
    def as_of(self) -> datetime | None:
        return self.overview.asked.as_of

    @property
    def is_preparing(self) -> bool:
        return self.as_of is None


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
        "why": late.most_costly,
        "change": _since_last_week(late),
    }
    if worst.number == late.number:
        text = ngettext(
            "{items} is late, at {agency}; it is {days} late; {change}. Cause: {why}.",
            "{items} are late, all of them at {agency}; the oldest is {days} late; {change}. Most days lost: {why}.",
            late.number,
        )
    else:
        text = _(
            "{items} are late, {most} of them at {agency}; the oldest is {days} late; {change}. Most days lost: {why}."
        )
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
