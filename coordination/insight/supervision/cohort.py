"""The leads and cases of one period: how far they have come by now, where they wait, and why they ended."""

from django.utils.translation import gettext as _

from coordination.insight.metrics.asking import Point, Question
from coordination.insight.metrics.charts import Chart, ChartCell, ChartRow
from coordination.insight.metrics.dimensions import STEPS
from coordination.insight.metrics.registry import METRICS

from .asked import Asking, PageQuestion
from .building import by_key, largest, matrix
from .words import cell_of, definitions, reasons, share_of_step

RECEIVED, USED, LEADS_LOST, WAITING = "leads", "leads_used", "leads_lost", "leads_waiting"
REACHED, LOST, OPEN = "course", "course_lost", "course_open"
GOES_ON = [step for step in STEPS if step != "judged"]


def leads(asked: PageQuestion) -> Asking[Chart]:
    metrics, period = (RECEIVED, USED, LEADS_LOST, WAITING), asked.span
    answers = yield [asked.question(one, "reason" if one == LEADS_LOST else "", period) for one in metrics]
    received, used, lost, waiting = (one.total for one in answers)
    number = used.numerator or 0
    share = share_of_step(number, int(received.value or 0))
    rows = [
        ChartRow(
            METRICS[RECEIVED].name,
            [cell_of(one, "count") for one in (received, waiting, lost)],
            note=reasons(largest(answers[2]), waiting),
        ),
        ChartRow(_("Led to a case"), [ChartCell(str(number), number, used.url, share)]),
    ]
    return Chart(
        *("cohort_leads", "bars", _("Leads received in the period, by now"), _heads(), rows),
        aside=period.words,
        caption=_("The same leads in both rows. Of those that led to no case: open, or closed for a reason."),
        definition=definitions(*metrics),
    )


def cases(asked: PageQuestion) -> Asking[Chart]:
    """Each step has the cases that have reached it; those that did not go on are open there, or ended there."""
    by_step = (asked.question(one, "step", asked.span) for one in (REACHED, OPEN))
    at_step, open_at_step, *lost_at = yield [*by_step, *_ended(asked)]
    reached, waiting = by_key(at_step), by_key(open_at_step)
    ended = dict(zip(GOES_ON, lost_at, strict=True))
    rows, before = [], 0
    for step, name in STEPS.items():
        point = reached.get(step)
        number = int(point.value or 0) if point else 0
        cells = [ChartCell(str(number), number, point.url if point else "", share_of_step(number, before))]
        note = ""
        if step in ended:
            lost = ended[step]
            cells += [cell_of(waiting.get(step), "count"), cell_of(lost.total, "count")]
            note = reasons(largest(lost), waiting.get(step))
        rows.append(ChartRow(name, cells, note=note))
        before = number
    return Chart(
        *("cohort_cases", "bars", _("Cases opened in the period, by now"), _heads(), rows),
        aside=asked.span.words,
        caption=_("The same cases in all rows. A case filed by the police without a transfer counts in step two."),
        definition=definitions(REACHED, OPEN, LOST),
    )


def losses(asked: PageQuestion) -> Asking[Chart]:
    """Why matters did not go on: the coded reasons by the step at which they ended."""
    answers = yield [asked.question(LEADS_LOST, "reason", asked.span), *_ended(asked)]
    columns = dict(zip((RECEIVED, *GOES_ON), answers, strict=True))
    found: dict[str, dict[str, Point]] = {}
    for name, answer in columns.items():
        for point in largest(answer):
            found.setdefault(point.key, {})[name] = point
    numbers = {key: sum(int(point.value or 0) for point in points.values()) for key, points in found.items()}
    listed = sorted(found, key=lambda key: (-numbers[key], key))
    return Chart(
        *("losses", "", _("Why they ended, by step")),
        (_("Reason"), METRICS[RECEIVED].name, *(STEPS[step] for step in GOES_ON)),
        matrix(((next(iter(found[key].values())).label, found[key]) for key in listed), columns, "count"),
        aside=asked.span.words,
        caption=_("Coded reasons of leads and cases of the period that go no further by now."),
        definition=definitions(LEADS_LOST, LOST),
        empty=_("No lead or case of this period has ended."),
    )


def _ended(asked: PageQuestion) -> list[Question]:
    """The cases that ended at each step but the last, by reason."""
    return [asked.question(LOST, "reason", asked.span, step=step) for step in GOES_ON]


def _heads() -> tuple[str, ...]:
    return _("Step"), _("Number"), _("Open at this step"), _("Ended at this step")
