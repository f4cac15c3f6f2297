"""Declared against found: names, tariff numbers and quantities of goods, by the mineral that they were found to be."""

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from coordination.insight.metrics.asking import Point
from coordination.insight.metrics.charts import Chart, ChartCell, ChartRow

from .asked import Asking, PageQuestion
from .building import bands, by_key, largest
from .words import cell_of, definitions, percent, shown

NAMES, REPORTED, WEIGHED, VALUE, MINERALS = "declared", "declared_kg", "found_kg", "value", 12


def names(asked: PageQuestion) -> Asking[Chart]:
    """The items of each mineral by how they were declared."""
    chart = yield from bands(
        asked,
        "declared",
        _("Declared and found: names"),
        metric=NAMES,
        by="mineral",
        across="declared",
        most=MINERALS,
        caption=_("Declared name and tariff number against the description and control code of the case."),
    )
    return replace(chart, aside=_("items of cases opened in the period"))


def quantities(asked: PageQuestion) -> Asking[Chart]:
    metrics = (NAMES, REPORTED, WEIGHED, VALUE)
    items, *others = yield [asked.question(one, "mineral") for one in metrics]
    reported, weighed, value = map(by_key, others)
    rows = [
        ChartRow(
            one.label,
            [
                cell_of(one, "count"),
                *_compared(reported.get(one.key), weighed.get(one.key)),
                cell_of(value.get(one.key), "cny"),
            ],
        )
        for one in largest(items, MINERALS)
    ]
    heads = (_("Items"), _("Reported"), _("Weighed in custody"), _("Difference"), _("Reported value"))
    return Chart(
        *("weighed", "", _("Declared and found: quantities"), (_("Mineral found"), *heads), rows),
        caption=_(
            "Weights of goods taken into custody in the period, only where both are known; “–” where one is "
            "absent. A value found by inspection is not recorded, only the reported one in CNY, of all items."
        ),
        definition=definitions(*metrics),
    )


def _compared(reported: Point | None, weighed: Point | None) -> list[ChartCell]:
    if reported is None or weighed is None or not reported.value:
        return [ChartCell("–"), ChartCell("–"), ChartCell("–")]
    share = Decimal(weighed.value or 0) / Decimal(reported.value) - 1
    text = ("+" if share > 0 else "") + shown(share, "ratio")
    return [cell_of(reported, "kg"), cell_of(weighed, "kg"), ChartCell(text, round(percent(share), 1))]
