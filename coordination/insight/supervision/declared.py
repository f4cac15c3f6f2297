"""Declared against found: names, tariff numbers and quantities of goods, by the mineral that they were found to be."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from coordination.insight.metrics.asking import Point
from coordination.insight.metrics.charts import Cell, Chart, Row
from coordination.insight.metrics.dimensions import DECLARED
from coordination.insight.metrics.registry import METRICS

from .asked import Asked
from .questions import Questions
from .words import cell_of, percent, shown

NAMES, REPORTED, WEIGHED, VALUE, MINERALS = "declared", "declared_kg", "found_kg", "value", 12


@dataclass
class Declared:
    asked: Asked

    def __post_init__(self) -> None:
        self.figures = self._questions()

    def _questions(self) -> Questions:
        ask, side = Questions(self.asked.sheet), self.asked.side
        for metric in (NAMES, REPORTED, WEIGHED, VALUE):
            ask.add(metric, metric, side.period, by="mineral", filters=side.filters)
        for how in DECLARED:
            ask.add(how, NAMES, side.period, by="mineral", filters={**side.filters, "declared": how})
        return ask

    def _minerals(self) -> list[Point]:
        return [one for one in self.figures[NAMES].points if one.value][:MINERALS]

    def names(self) -> Chart:
        """The items of each mineral by how they were declared."""
        found = {how: {one.key: one for one in self.figures[how].points} for how in DECLARED}
        rows = [
            Row(one.label, [cell_of(found[how].get(one.key), "count") for how in DECLARED], url=one.url)
            for one in self._minerals()
        ]
        return Chart(
            *("declared", "bands", _("Declared and found: names")),
            (_("Mineral found"), *DECLARED.values()),
            rows,
            aside=_("items of cases opened in the period"),
            caption=_("Declared name and tariff number against the description and control code of the case."),
            definition=METRICS[NAMES].definition,
        )

    def quantities(self) -> Chart:
        reported, weighed, value = (
            {one.key: one for one in self.figures[metric].points} for metric in (REPORTED, WEIGHED, VALUE)
        )
        rows = [
            Row(
                one.label,
                [
                    cell_of(one, "count"),
                    *_compared(reported.get(one.key), weighed.get(one.key)),
                    cell_of(value[one.key], "cny") if one.key in value else Cell("–"),
                ],
            )
            for one in self._minerals()
        ]
        heads = (_("Items"), _("Reported"), _("Weighed in custody"), _("Difference"), _("Reported value"))
        return Chart(
            *("weighed", "", _("Declared and found: quantities"), (_("Mineral found"), *heads), rows),
            caption=_(
                "Weights of goods taken into custody in the period, only where both are known; “–” where one is "
                "absent. A value found by inspection is not recorded, only the reported one in CNY, of all items."
            ),
            definition=" ".join(str(METRICS[one].definition) for one in (NAMES, REPORTED, WEIGHED, VALUE)),
        )


def _compared(reported: Point | None, weighed: Point | None) -> list[Cell]:
    if reported is None or weighed is None or not reported.value:
        return [Cell("–"), Cell("–"), Cell("–")]
    share = Decimal(weighed.value or 0) / Decimal(reported.value) - 1
    text = ("+" if share > 0 else "") + shown(share, "ratio")
    return [cell_of(reported, "kg"), cell_of(weighed, "kg"), Cell(text, round(percent(share), 1))]
