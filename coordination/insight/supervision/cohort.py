"""The leads and cases of one period: how far they have come by now, where they wait, and why they ended."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.insight.metrics.asking import Point
from coordination.insight.metrics.charts import Cell, Chart, Row, heat
from coordination.insight.metrics.dimensions import STEPS
from coordination.insight.metrics.registry import METRICS

from .asked import Asked
from .questions import Questions
from .words import cell_of, share_of_step

RECEIVED, USED, LEADS_LOST, WAITING = "leads", "leads_used", "leads_lost", "leads_waiting"
REACHED, LOST, OPEN = "course", "course_lost", "course_open"
JUDGED, REASONS = "judged", 3


@dataclass
class Cohort:
    asked: Asked

    def __post_init__(self) -> None:
        self.figures = self._questions()

    def _questions(self) -> Questions:
        ask, period, filters = Questions(self.asked.sheet), self.asked.span, self.asked.side.filters
        for metric in (RECEIVED, USED, WAITING):
            ask.add(metric, metric, period, filters=filters)
        ask.add(LEADS_LOST, LEADS_LOST, period, by="reason", filters=filters)
        for metric in (REACHED, OPEN):
            ask.add(metric, metric, period, by="step", filters=filters)
        for step in STEPS:
            ask.add((LOST, step), LOST, period, by="reason", filters={**filters, "step": step})
        return ask

    def leads(self) -> Chart:
        received, used = self.figures.total(RECEIVED), self.figures.total(USED)
        lost, waiting = self.figures.total(LEADS_LOST), self.figures.total(WAITING)
        share = share_of_step(used.numerator or 0, int(received.value or 0))
        rows = [
            Row(
                METRICS[RECEIVED].name,
                [cell_of(received, "count"), cell_of(waiting, "count"), cell_of(lost, "count")],
                note=_losses(waiting, self.figures[LEADS_LOST].points),
            ),
            Row(_("Led to a case"), [Cell(str(used.numerator or 0), used.numerator or 0, used.url, share)]),
        ]
        return Chart(
            *("cohort_leads", "bars", _("Leads received in the period, by now"), self._heads(), rows),
            aside=self.asked.span.words,
            caption=_("The same leads in both rows. Of those that led to no case: open, or closed for a reason."),
            definition=" ".join(str(METRICS[one].definition) for one in (RECEIVED, USED, LEADS_LOST, WAITING)),
        )

    def cases(self) -> Chart:
        """Each step has the cases that have reached it; those that did not go on are open there, or ended there."""
        reached, waiting = ({one.key: one for one in self.figures[metric].points} for metric in (REACHED, OPEN))
        rows, before = [], None
        for step, name in STEPS.items():
            point, lost = reached.get(step), self.figures[LOST, step]
            number = int(point.value or 0) if point else 0
            note = share_of_step(number, before) if before is not None else ""
            here = [] if step == JUDGED else [cell_of(waiting.get(step), "count"), cell_of(lost.total, "count")]
            rows.append(
                Row(
                    name,
                    [Cell(str(number), number, point.url if point else "", note), *here],
                    note=_losses(waiting.get(step), lost.points) if here else "",
                )
            )
            before = number
        return Chart(
            *("cohort_cases", "bars", _("Cases opened in the period, by now"), self._heads(), rows),
            aside=self.asked.span.words,
            caption=_("The same cases in all rows. A case filed by the police without a transfer counts in step two."),
            definition=" ".join(str(METRICS[one].definition) for one in (REACHED, OPEN, LOST)),
        )

    def _heads(self) -> tuple[str, ...]:
        return _("Step"), _("Number"), _("Open at this step"), _("Ended at this step")

    def losses(self) -> Chart:
        """Why matters did not go on: the coded reasons by the step at which they ended."""
        columns = [self.figures[LEADS_LOST].points, *(self.figures[LOST, one].points for one in STEPS if one != JUDGED)]
        labels = {point.key: point.label for points in columns for point in points if point.value}
        found = [{point.key: point for point in points} for points in columns]
        sums = {key: sum(int(one[key].value or 0) for one in found if key in one) for key in labels}
        most = max((int(point.value or 0) for points in columns for point in points), default=0)
        rows = [
            Row(labels[key], [_tinted(column.get(key), most) for column in found])
            for key in sorted(labels, key=lambda one: (-sums[one], one))
        ]
        return Chart(
            *("losses", "", _("Why they ended, by step")),
            (_("Reason"), METRICS[RECEIVED].name, *(name for step, name in STEPS.items() if step != JUDGED)),
            rows,
            aside=self.asked.span.words,
            caption=_("Coded reasons of leads and cases of the period that go no further by now."),
            definition=" ".join(str(METRICS[one].definition) for one in (LEADS_LOST, LOST)),
            empty=_("No lead or case of this period has ended."),
        )


def _tinted(point: Point | None, most: int) -> Cell:
    if point is None or not point.value:
        return Cell("0", 0)
    return Cell(str(point.value), int(point.value), point.url, heat=heat(point.value, most))


def _losses(waiting: Point | None, ended: tuple[Point, ...]) -> str:
    """What did not go on, in words: open, and the most frequent reasons."""
    return " · ".join(_parts(waiting, [one for one in ended if one.value]))


def _parts(waiting: Point | None, ended: list[Point]) -> Iterator[str]:
    if waiting is not None and waiting.value:
        yield _("%(number)s open") % {"number": waiting.value}
    for one in ended[:REASONS]:
        yield f"{one.value} {one.label}"
    rest = sum(int(one.value or 0) for one in ended[REASONS:])
    if rest:
        yield ngettext("%(number)s other", "%(number)s others", rest) % {"number": rest}
