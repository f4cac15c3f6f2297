"""Prevention beside prosecution: what the nouns of prevention count in the period and before it, and by agency."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain

from django.utils.translation import gettext as _

from agencies.kernel.measures import Metric
from agencies.kernel.navigation import Group
from agencies.kernel.resource import RESOURCES
from agencies.kernel.texts import Text
from coordination.insight.metrics.asking import Point
from coordination.insight.metrics.charts import Chart, ChartRow
from coordination.insight.metrics.registry import METRICS

from .asked import Asking, PageQuestion
from .building import by_key, largest
from .words import cell_of, definitions

# Stand above those of prevention, so that a reader sees both at once.
PROSECUTION = ("cases_opened", "transferred", "crm_filed", "arrests", "prosecuted", "convicted")
AGENCIES = 12


@cache
def preventive() -> tuple[tuple[Metric, ...], ...]:
    """The figures of each noun whose pages stand under prevention, in the order of the register."""
    nouns = [one for one in RESOURCES.values() if one.navigation and one.navigation.group == Group.PREVENTION]
    return tuple(tuple(noun.measures.figures) for noun in nouns if noun.measures)


def compared(asked: PageQuestion) -> Asking[Chart]:
    """Every figure in the period and in the one before."""
    metrics = (*(METRICS[key] for key in PROSECUTION), *chain.from_iterable(preventive()))
    before = asked.period.before()
    answers = yield [
        asked.question(metric.key, period=period) for period in (asked.period, before) for metric in metrics
    ]
    now, then = answers[: len(metrics)], answers[len(metrics) :]
    rows = [
        ChartRow(metric.name, [cell_of(one.total, metric.unit), cell_of(other.total, metric.unit)])
        for metric, one, other in zip(metrics, now, then, strict=True)
    ]
    return Chart(
        *("prevention", "", _("Prevention beside prosecution")),
        (_("Figure"), asked.period.words, before.words),
        rows,
        definition=definitions(*(metric.key for metric in metrics)),
    )


def by_agency(asked: PageQuestion) -> Asking[Chart]:
    """What each agency did: the first figure of each noun."""
    metrics = [figures[0] for figures in preventive() if figures]
    answers = yield [asked.question(metric.key, "agency") for metric in metrics]
    found = [by_key(one) for one in answers]
    labels = {point.key: point.label for one in answers for point in largest(one, AGENCIES)}
    rows = [
        ChartRow(label, [cell_of(points.get(key), metric.unit) for points, metric in zip(found, metrics, strict=True)])
        for key, label in _busiest(labels, found)
    ]
    return Chart(
        *("prevention_agencies", "", _("Prevention by agency")),
        (_("Agency"), *(metric.name for metric in metrics)),
        rows,
        definition=definitions(*(metric.key for metric in metrics)),
        empty=_("No agency has recorded any in this period."),
    )


def _busiest(labels: Mapping[str, Text], found: Sequence[Mapping[str, Point]]) -> list[tuple[str, Text]]:
    """Agencies with the most acts first."""
    sums = {key: sum(int(points[key].value or 0) for points in found if key in points) for key in labels}
    return sorted(labels.items(), key=lambda one: (-sums[one[0]], one[0]))[:AGENCIES]
