"""The course of matters: from lead to judgment, open cases by holder and age, and where time goes."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.kernel.workflow import Text
from coordination.insight.metrics.asking import Point
from coordination.insight.metrics.charts import Cell, Chart, Row, heat, tone_of
from coordination.insight.metrics.dimensions import AGES, LENGTHS
from coordination.insight.metrics.registry import METRICS

from .asked import Asked
from .overview import short_names
from .questions import Questions
from .words import cell_of, is_enough, share_of_step

# Each step: its metric, its name, and the metric whose reasons say why matters before it did not go on.
STEPS: tuple[tuple[str, Text, str], ...] = (
    ("leads", gettext_lazy("Leads"), "leads_done"),
    ("cases_opened", gettext_lazy("Cases"), ""),
    ("transferred", gettext_lazy("Transferred"), "not_filed"),
    ("crm_filed", gettext_lazy("Filed"), ""),
    ("prosecuted", gettext_lazy("Persons prosecuted"), ""),
    ("convicted", gettext_lazy("Persons judged"), ""),
)
OPEN, AGE, HOLDERS, REASONS = "cases_open", "case_age", 6, 3


@dataclass
class Course:
    asked: Asked
    with_ages: bool = True

    def __post_init__(self) -> None:
        self.figures = self._questions()

    def _questions(self) -> Questions:
        ask, filters = Questions(self.asked.sheet, self._ask_ages if self.with_ages else None), self.asked.side.filters
        for metric, _name, reasons in STEPS:
            ask.add(metric, metric, self.asked.span, filters=filters)
            if reasons:
                ask.add(reasons, reasons, self.asked.span, by="reason", filters=filters)
        if self.with_ages:
            ask.add("holders", OPEN, self.asked.side.period, by="agency", filters=filters)
        return ask

    def _holders(self, ask: Questions) -> list[Point]:
        return sorted(ask["holders"].points, key=lambda one: (-(one.value or 0), one.key))[:HOLDERS]

    def _ask_ages(self, ask: Questions) -> None:
        period, filters = self.asked.side.period, self.asked.side.filters
        for one in self._holders(ask):
            ask.add(("age", one.key), AGE, period, by="age", filters={**filters, "agency": one.key})

    def funnel(self) -> Chart:
        """The steps taken in the period. Of an agency only its own: what follows is counted at another."""
        rows, before, of_agency = [], None, "agency" in self.asked.filters
        for metric, name, reasons in STEPS:
            point = self.figures.total(metric)
            number = int(point.value or 0)
            if of_agency and not number:
                before = None
                continue
            note = ""
            # More than before are not the same matters, so they are no share of those.
            if before is not None and number <= before:
                note = share_of_step(number, before)
            lost = self._reasons(reasons) if reasons else ""
            rows.append(Row(name, [Cell(str(number), number, point.url, note)], note=lost))
            before = number
        return Chart(
            *("funnel", "bars", _("Steps taken from lead to judgment"), (_("Step"), _("Number")), rows),
            aside=self.asked.span.words,
            caption=_("Each step by its day, at the agency that takes it: not the same matters in every row."),
            definition=" ".join(str(METRICS[metric].definition) for metric, _name, _reasons in STEPS),
        )

    def _reasons(self, metric: str) -> str:
        """Why matters did not go on, most frequent first."""
        points = sorted((one for one in self.figures[metric].points if one.value), key=lambda one: -(one.value or 0))
        listed = [f"{one.value} {one.label}" for one in points[:REASONS]]
        rest = sum(int(one.value or 0) for one in points[REASONS:])
        if rest:
            listed.append(ngettext("%(number)s other", "%(number)s others", rest) % {"number": rest})
        return " · ".join(listed)

    def ages(self) -> Chart:
        """Open cases by the agency that leads them, divided by days since opening."""
        holders = self._holders(self.figures)
        bands = {one.key: list(self.figures["age", one.key].points) for one in holders}
        names = {point.key: point.label for points in bands.values() for point in points}
        keys = sorted(names, key=_days_of)
        known = {one.key: self.asked.agencies[one.key] for one in holders if one.key in self.asked.agencies}
        names_of = short_names(known.values())
        rows = [
            Row(
                names_of.get(one.key, one.label),
                _banded(bands[one.key], keys),
                url=one.url,
                tone=tone_of(known[one.key]) if one.key in known else "",
            )
            for one in holders
        ]
        return Chart(
            *("ages", "bands", _("Open cases by holder and age"), (_("Agency"), *(names[key] for key in keys)), rows),
            aside=str(sum(int(one.value or 0) for one in holders)),
            caption=_("Days since opening; the stronger the colour, the older"),
            definition=METRICS[OPEN].definition,
        )


def _banded(points: Iterable[Point], keys: Iterable[str]) -> list[Cell]:
    found = {one.key: one for one in points}
    return [cell_of(found.get(key), "count") for key in keys]


def _days_of(band: str) -> int:
    digits = "".join(one if one.isdigit() else " " for one in band).split()
    return int(digits[0]) if digits else 0


STAGE, STAGE_90, STAGES, PAIRS = "stage_days", "stage_days_p90", 20, 8
LASTED, STANDS, DRAWN = "stages_ended", "stages_open", 10
# Statutory duties and requested tasks between agencies.
PAIRED = {"ontime_due": gettext_lazy("Duties between agencies"), "tasks_ontime": gettext_lazy("Tasks between agencies")}


@dataclass
class Stages:
    """Where time goes: days in each stage that was left in the period, present stages, and duties between agencies."""

    asked: Asked

    def __post_init__(self) -> None:
        self.figures = self._questions()

    def _questions(self) -> Questions:
        side, ask = self.asked.side, Questions(self.asked.sheet, self._ask_more)
        ask.add("median", STAGE, side.period, by="stage", filters=side.filters)
        ask.add("ninety", STAGE_90, side.period, by="stage", filters=side.filters)
        ask.add("agencies", STAGE, side.period, by="agency", filters=side.filters)
        for metric in (LASTED, STANDS):
            ask.add(metric, metric, side.period, by="stage", filters=side.filters)
        for metric in PAIRED:
            ask.add(metric, metric, side.period, by="pair", filters=side.filters)
        return ask

    def _agencies(self, ask: Questions) -> tuple[Point, ...]:
        return ask["agencies"].points[:PAIRS] if self.asked.actor.is_centre else ()

    def _ask_more(self, ask: Questions) -> None:
        period, filters = self.asked.side.period, self.asked.side.filters
        for one in self._agencies(ask):
            ask.add(("at", one.key), STAGE, period, by="stage", filters={**filters, "agency": one.key})
        for metric, by in ((LASTED, "length"), (STANDS, "age")):
            for one in ask[metric].points[:DRAWN]:
                ask.add((metric, one.key), metric, period, by=by, filters={**filters, "stage": one.key})

    def stages(self) -> Chart:
        """The slowest stages first: how many stays, the median, the ninetieth percentile, and the median by agency."""
        ninety = {one.key: one for one in self.figures["ninety"].points}
        agencies = self._agencies(self.figures)
        at = [{point.key: point for point in self.figures["at", one.key].points} for one in agencies]
        slowest = sorted(self.figures["median"].points, key=lambda one: (-(one.value or 0), one.key))[:STAGES]
        most = max((int(point.value or 0) for column in at for point in column.values()), default=0)
        rows = [
            Row(
                one.label,
                [
                    Cell(str(one.denominator or 0), one.denominator or 0, one.url),
                    cell_of(one, "days"),
                    cell_of(ninety.get(one.key), "days") if one.key in ninety else Cell("–"),
                    *(_days_at(column.get(one.key), most) for column in at),
                ],
            )
            for one in slowest
        ]
        known = self.asked.agencies
        short = short_names(known[one.key] for one in agencies if one.key in known)
        names = (short.get(one.key, one.label) for one in agencies)
        heads = (_("Stage"), _("Ended"), _("Median"), _("90 % within"), *names)
        return Chart(
            *("stages", "", _("Where time goes"), heads, rows),
            caption=_("Stages that ended in the period. By agency: the median."),
            definition=METRICS[STAGE].definition,
        )

    def lengths(self) -> Chart:
        """The most frequent stages that ended, by how long they lasted."""
        return self._bands(
            *("lengths", LASTED, LENGTHS, _("How long stages took")),
            caption=_("Stages that ended in the period, by calendar days; the stronger the colour, the longer."),
        )

    def open(self) -> Chart:
        """The most frequent present stages, by the days since they began."""
        return self._bands(
            *("open", STANDS, AGES, _("Where open matters stand")),
            caption=_("Present stages that began until the end of the period, by calendar days since they began."),
        )

    def _bands(self, key: str, metric: str, bands: Iterable[str], title: str, *, caption: str) -> Chart:
        stages = self.figures[metric].points[:DRAWN]
        points = {one.key: self.figures[metric, one.key].points for one in stages}
        labels = {point.key: point.label for listed in points.values() for point in listed}
        rows = [Row(one.label, _banded(points[one.key], bands), url=one.url) for one in stages if one.value]
        return Chart(
            *(key, "bands", title, (_("Stage"), *(labels.get(one, one) for one in bands)), rows),
            aside=str(self.figures.total(metric).value or 0),
            caption=caption,
            definition=METRICS[metric].definition,
        )

    def pairs(self, metric: str) -> Chart:
        """What one agency owed another and did in time: the row waited, the column was responsible."""
        found = {tuple(one.key.split(">")): one for one in self.figures[metric].points if one.denominator}
        weight: dict[str, int] = {}
        for pair, point in found.items():
            for code in pair:
                weight[code] = weight.get(code, 0) + (point.denominator or 0)
        codes = sorted(weight, key=lambda code: (-weight[code], code))[:PAIRS]
        names = short_names(self.asked.agencies[code] for code in codes)
        rows = [
            Row(names[waiting], [_pair(found.get((waiting, owing))) for owing in codes])
            for waiting in codes
            if any((waiting, owing) in found for owing in codes)
        ]
        heads = (_("Waiting agency"), *(names[code] for code in codes))
        return Chart(
            *(metric, "", PAIRED[metric], heads, rows),
            caption=_("In time, of all. The row is the agency that waited, the column the one responsible."),
            definition=METRICS[metric].definition,
            empty=_("Nothing was due between two agencies."),
        )


def _days_at(point: Point | None, most: int) -> Cell:
    if point is None or point.value is None:
        return Cell("–")
    return Cell(str(point.value), int(point.value), point.url, heat=heat(int(point.value), most))


def _pair(point: Point | None) -> Cell:
    if point is None or point.denominator is None:
        return Cell("–")
    missed = point.denominator - (point.numerator or 0)
    text = f"{point.numerator or 0}/{point.denominator}"
    tint = heat(missed, point.denominator) if is_enough(point) else 0
    return Cell(text, None, point.url, heat=tint, n=point.numerator or 0, d=point.denominator)
