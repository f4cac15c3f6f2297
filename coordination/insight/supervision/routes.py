"""Minerals and routes: the flow from district to destination, provinces as tiles, ports, and techniques by mineral."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.controls.countries import country_name
from coordination.insight.metrics.asking import Point
from coordination.insight.metrics.charts import Cell, Chart, Row, heat
from coordination.insight.metrics.dimensions import DIMENSIONS
from coordination.insight.metrics.registry import METRICS

from .asked import Asked
from .overview import ask_by_mineral, new_by_mineral
from .questions import Questions
from .words import cell_of

OPENED = "cases_opened"
DISTRICTS, COUNTRIES, MINERALS, TECHNIQUES = 5, 5, 10, 10
# Column and row of each province (GB/T 2260) in a grid: neighbours stay near one another, but it shows no borders.
PLACES = {
    **{"15": (5, 0), "23": (7, 0), "65": (0, 1), "11": (5, 1), "21": (6, 1), "22": (7, 1), "63": (1, 2), "62": (2, 2)},
    **{"64": (3, 2), "14": (4, 2), "13": (5, 2), "12": (6, 2), "54": (0, 3), "61": (3, 3), "41": (4, 3), "37": (5, 3)},
    **{"32": (6, 3), "51": (2, 4), "50": (3, 4), "42": (4, 4), "34": (5, 4), "31": (6, 4), "53": (1, 5), "52": (2, 5)},
    **{"43": (3, 5), "36": (4, 5), "33": (5, 5), "45": (2, 6), "44": (3, 6), "35": (4, 6), "71": (6, 6), "46": (2, 7)},
    **{"82": (3, 7), "81": (4, 7)},
}


@dataclass
class Routes:
    """With `only_flow` nothing else is asked for."""

    asked: Asked
    metric: str = OPENED
    only_flow: bool = False

    def __post_init__(self) -> None:
        self.figures = self._questions()

    def _questions(self) -> Questions:
        side, ask = self.asked.side, Questions(self.asked.sheet, self._ask_between)
        more = () if self.only_flow else ("province", "technique", "mineral")
        for dimension in ("district", "role", *more):
            ask.add(dimension, self.metric, side.period, by=dimension, filters=side.filters)
        if not self.only_flow:
            ask_by_mineral(ask, self.asked)
        return ask

    def _ask_between(self, ask: Questions) -> None:
        """What lies between the largest districts, countries and minerals, once these are known."""
        period, filters = self.asked.side.period, self.asked.side.filters
        for one in self._districts():
            ask.add(("from", one.key), self.metric, period, by="role", filters={**filters, "district": one.key})
        for one in self._transits():
            code = one.key.partition(":")[2]
            ask.add(("over", one.key), self.metric, period, by="role", filters={**filters, "country": code})
        for one in [] if self.only_flow else self._minerals():
            by_mineral = {**filters, "mineral": one.key}
            ask.add(("technique", one.key), self.metric, period, by="technique", filters=by_mineral)

    def _districts(self) -> list[Point]:
        return _first(self.figures["district"].points, DISTRICTS)

    def _transits(self) -> list[Point]:
        return _first(self._of_role("transit"), COUNTRIES)

    def _minerals(self) -> list[Point]:
        return _first(self.figures["mineral"].points, MINERALS)

    def flow(self) -> Chart:
        """The largest districts, the countries of transit and the destinations, with the cases between them."""
        districts, transits = self._districts(), self._transits()
        strong = transits[0].key if transits else ""
        rows = [
            _link(district.label, point, 0, strong=point.key == strong)
            for district in districts
            for point in self._between("from", district.key, {one.key for one in transits})
        ]
        targets = {one.key for one in _first(self._of_role("destination"), COUNTRIES)}
        rows += [
            _link(_country(transit), point, 1, strong=transit.key == strong)
            for transit in transits
            for point in self._between("over", transit.key, targets)
            if point.key.partition(":")[2] != transit.key.partition(":")[2]
        ]
        known = sum(int(one.value or 0) for one in self._of_role("destination"))
        total = int(self.figures.total("role").value or 0)
        return Chart(
            *("routes", "flow", _("Routes: district → transit → destination")),
            (_("From"), _("To"), _("Cases")),
            rows,
            aside=_("%(known)s known destinations in %(total)s cases") % {"known": known, "total": total},
            caption=_("Highlighted: the routes through %(country)s") % {"country": _country(transits[0])}
            if transits
            else "",
            definition=METRICS[self.metric].definition,
            empty=_("No case of this period has a known route."),
        )

    def _of_role(self, role: str) -> list[Point]:
        return [one for one in self.figures["role"].points if one.key.startswith(f"{role}:") and one.value]

    def _between(self, kind: str, key: str, ends: set[str]) -> list[Point]:
        return [one for one in self.figures[kind, key].points if one.key in ends and one.value]

    def provinces(self) -> Chart:
        """The customs districts, each at its province. A case of several provinces counts in each."""
        counted = {one.key: one for one in self.figures["province"].points}
        names = DIMENSIONS["province"].names(PLACES)
        rows = []
        for code, place in PLACES.items():
            name, point = _short(str(names[code])), counted.get(code)
            cell = cell_of(point, "count")
            rows.append(Row(name, [cell], note=name, at=f"{place[0]},{place[1]}"))
        return Chart(
            *("provinces", "tiles", _("New cases by province of the customs district")),
            (_("Province"), _("Cases")),
            rows if any(row.cells[0].value for row in rows) else [],
            caption=_("Tiles, not a map: neighbours stay near one another."),
            definition=METRICS[self.metric].definition,
        )

    def ports(self) -> Chart:
        rows = [Row(one.label, [cell_of(one, "count")]) for one in _first(self.figures["district"].points, 15)]
        return Chart(*("ports", "bars", _("Customs districts ranked")), (_("Customs district"), _("Cases")), rows)

    def months(self) -> Chart:
        """New cases by mineral and month."""
        return new_by_mineral(self.figures, self.asked)

    def countries(self) -> Chart:
        transit = {one.key.partition(":")[2]: one for one in self._of_role("transit")}
        target = {one.key.partition(":")[2]: one for one in self._of_role("destination")}
        codes = sorted({*transit, *target}, key=lambda code: (-_sum(code, transit, target), code))[:15]
        rows = [
            Row(country_name(code), [cell_of(transit.get(code), "count"), cell_of(target.get(code), "count")])
            for code in codes
        ]
        return Chart(
            *("countries", "", _("Countries of transit and destination")),
            (_("Country"), _("Transit"), _("Destination")),
            rows,
        )

    def techniques(self) -> Chart:
        """A matrix: how often each technique is suspected or established in cases of each mineral."""
        minerals = self._minerals()
        of_mineral = {one.key: {p.key: p for p in self.figures["technique", one.key].points} for one in minerals}
        techniques = _first(self.figures["technique"].points, TECHNIQUES)
        rows = matrix(techniques, [of_mineral[one.key] for one in minerals])
        return Chart(
            *("techniques", "", _("Technique by mineral")),
            (_("Technique"), *(one.label for one in minerals)),
            rows,
            caption=_("Cases in which the technique is suspected or established; a case may have several."),
        )


def matrix(lines: Iterable[Point], columns: list[dict[str, Point]]) -> list[Row]:
    """Rows of linked numbers, tinted by size."""
    listed = list(lines)
    found = [[column.get(one.key) for column in columns] for one in listed]
    most = max((int(point.value or 0) for row in found for point in row if point), default=0)
    return [Row(one.label, [_tinted(point, most) for point in row]) for one, row in zip(listed, found, strict=True)]


def _tinted(point: Point | None, most: int) -> Cell:
    number = int(point.value or 0) if point else 0
    return Cell(str(number), number, point.url if point and number else "", heat=heat(number, most))


def _first(points: Iterable[Point], number: int) -> list[Point]:
    counted = [one for one in points if one.value]
    return sorted(counted, key=lambda one: (-(one.value or 0), one.key))[:number]


def _link(source: object, point: Point, stage: int, *, strong: bool) -> Row:
    cells = [Cell(_country(point)), Cell(str(point.value), int(point.value or 0), point.url)]
    return Row(source, cells, strong=strong, at=str(stage))


def _country(point: Point) -> str:
    return country_name(point.key.partition(":")[2])


def _sum(code: str, *counted: dict[str, Point]) -> int:
    return sum(int(one[code].value or 0) for one in counted if code in one)


def _short(name: str) -> str:
    """A province without its kind."""
    for ending in ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市"):
        name = name.removesuffix(ending)
    return name
