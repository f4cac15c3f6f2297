"""The course of matters: steps taken, open cases by holder and age, where time goes, and duties between agencies."""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel.texts import Text
from coordination.insight.metrics.asking import Point
from coordination.insight.metrics.charts import Chart, ChartCell, ChartRow, heat, tone_of
from coordination.insight.metrics.registry import METRICS

from .asked import Asking, PageQuestion
from .building import bands, by_key, counted, largest, matrix, names_in, short_names
from .words import cell_of, definitions, is_enough, reasons, share_of_step

# Each step: its metric, its name, what it counts, and the metric whose reasons say why matters before it did not go on.
STEPS: tuple[tuple[str, Text, str, str], ...] = (
    ("leads", gettext_lazy("Leads"), "leads", "leads_done"),
    ("cases_opened", gettext_lazy("Cases"), "cases", ""),
    ("transferred", gettext_lazy("Transferred"), "cases", "not_filed"),
    ("crm_filed", gettext_lazy("Filed"), "cases", ""),
    ("prosecuted", gettext_lazy("Persons prosecuted"), "persons", ""),
    ("convicted", gettext_lazy("Persons judged"), "persons", ""),
)
AGE, HOLDERS, DRAWN, STAGES, PAIRS = "case_age", 6, 10, 20, 8
MEDIAN, NINETIETH, LASTED, STANDS = "stage_days", "stage_days_p90", "stages_ended", "stages_open"
DUTIES, TASKS = "ontime_due", "tasks_ontime"


def funnel(asked: PageQuestion) -> Asking[Chart]:
    """The steps taken in the period. Of an agency only its own: what follows is counted at another.

    A step is a share of the step before if both count the same; more than before are not the same matters.
    """
    questions = [asked.question(metric, period=asked.span) for metric, *_more in STEPS]
    lost = {metric: asked.question(metric, "reason", asked.span) for *_step, metric in STEPS if metric}
    answers = yield [*questions, *lost.values()]
    ended = dict(zip(lost, answers[len(STEPS) :], strict=True))
    rows, before = [], ("", 0)
    for (_metric, name, unit, why), answer in zip(STEPS, answers, strict=False):
        number = int(answer.total.value or 0)
        if "agency" in asked.filters and not number:
            before = ("", 0)
            continue
        is_part = before[0] == unit and number <= before[1]
        note = share_of_step(number, before[1]) if is_part else ""
        why_not = reasons(largest(ended[why])) if why else ""
        rows.append(ChartRow(name, [ChartCell(str(number), number, answer.total.url, note)], note=why_not))
        before = (unit, number)
    return Chart(
        *("funnel", "bars", _("Steps taken from lead to judgment"), (_("Step"), _("Number")), rows),
        aside=asked.span.words,
        caption=_("Each step by its day, at the agency that takes it: not the same matters in every row."),
        definition=definitions(*(metric for metric, *_more in STEPS)),
    )


def ages(asked: PageQuestion) -> Asking[Chart]:
    """Open cases by the agency that leads them, divided by days since opening."""
    chart = yield from bands(
        asked,
        "ages",
        _("Open cases by holder and age"),
        metric=AGE,
        by="agency",
        across="age",
        most=HOLDERS,
        caption=_("Days since opening; the stronger the colour, the older"),
    )
    known = {row.at: asked.agencies[row.at] for row in chart.rows if row.at in asked.agencies}
    names = short_names(known.values())
    rows = [
        replace(row, label=names[row.at], tone=tone_of(known[row.at])) if row.at in known else row for row in chart.rows
    ]
    return replace(chart, rows=rows)


def lengths(asked: PageQuestion) -> Asking[Chart]:
    """The most frequent stages that ended, by how long they lasted."""
    return bands(
        asked,
        "lengths",
        _("How long stages took"),
        metric=LASTED,
        by="stage",
        across="length",
        most=DRAWN,
        caption=_("Stages that ended in the period, by calendar days; the stronger the colour, the longer."),
    )


def standing(asked: PageQuestion) -> Asking[Chart]:
    """The most frequent present stages, by the days since they began."""
    return bands(
        asked,
        "open",
        _("Where open matters stand"),
        metric=STANDS,
        by="stage",
        across="age",
        most=DRAWN,
        caption=_("Present stages that began until the end of the period, by calendar days since they began."),
    )


def stages(asked: PageQuestion) -> Asking[Chart]:
    """The slowest stages first: how many stays, the median, the ninetieth percentile, and the median by agency."""
    by_stage = (asked.question(MEDIAN, "stage"), asked.question(NINETIETH, "stage"))
    median, ninetieth, at = yield [*by_stage, asked.question(MEDIAN, "agency")]
    agencies = at.points[:PAIRS] if asked.actor.is_centre else ()
    found = yield [asked.question(MEDIAN, "stage", agency=one.key) for one in agencies]
    columns = dict(zip((one.key for one in agencies), map(by_key, found), strict=True))
    slowest = sorted(median.points, key=lambda one: (-(one.value or 0), one.key))[:STAGES]
    by_agency = [{code: column[one.key] for code, column in columns.items() if one.key in column} for one in slowest]
    tinted = matrix(zip((one.label for one in slowest), by_agency, strict=True), columns, "days")
    within = by_key(ninetieth)
    rows = [
        ChartRow(
            one.label,
            [
                ChartCell(str(one.denominator or 0), one.denominator or 0, one.url),
                *(cell_of(one, "days"), cell_of(within.get(one.key), "days"), *row.cells),
            ],
        )
        for one, row in zip(slowest, tinted, strict=True)
    ]
    heads = (_("Stage"), _("Ended"), _("Median"), _("90 % within"), *names_in(asked, agencies).values())
    return Chart(
        *("stages", "", _("Where time goes"), heads, rows),
        caption=_("Stages that ended in the period. By agency: the median."),
        definition=METRICS[MEDIAN].definition,
    )


def duties_between(asked: PageQuestion) -> Asking[Chart]:
    return _between(asked, DUTIES, _("Duties between agencies"))


def tasks_between(asked: PageQuestion) -> Asking[Chart]:
    return _between(asked, TASKS, _("Tasks between agencies"))


def _between(asked: PageQuestion, metric: str, title: str) -> Asking[Chart]:
    """What one agency owed another and did in time: the row waited, the column was responsible."""
    [answer] = yield [asked.question(metric, "pair")]
    found = {tuple(one.key.split(">")): one for one in largest(answer)}
    weight: dict[str, int] = {}
    for pair, point in found.items():
        for code in pair:
            weight[code] = weight.get(code, 0) + int(counted(point))
    codes = sorted(weight, key=lambda code: (-weight[code], code))[:PAIRS]
    names = short_names(asked.agencies[code] for code in codes)
    rows = [
        ChartRow(names[waiting], [_pair(found.get((waiting, owing))) for owing in codes])
        for waiting in codes
        if any((waiting, owing) in found for owing in codes)
    ]
    return Chart(
        *(metric, "", title, (_("Waiting agency"), *(names[code] for code in codes)), rows),
        caption=_("In time, of all. The row is the agency that waited, the column the one responsible."),
        definition=METRICS[metric].definition,
        empty=_("Nothing was due between two agencies."),
    )


def _pair(point: Point | None) -> ChartCell:
    if point is None or point.denominator is None:
        return ChartCell("–")
    n, d = point.numerator or 0, point.denominator
    tint = heat(d - n, d) if is_enough(point) else 0
    return ChartCell(f"{n}/{d}", None, point.url, heat=tint, n=n, d=d)
