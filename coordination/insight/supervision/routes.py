"""Minerals and routes: the flow from district to destination, provinces as tiles, ports, and techniques by mineral."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from agencies.kernel.texts import Text
from cases.controls.countries import country_name
from coordination.insight.metrics.asking import Answer, Point
from coordination.insight.metrics.charts import Chart, ChartCell, ChartRow
from coordination.insight.metrics.dimensions import DIMENSIONS, PATH, PATH_WORDS
from coordination.insight.metrics.registry import METRICS

from .asked import Asking, PageQuestion
from .building import by_key, crossed, largest, matrix, month_name, of_month, year_until
from .words import cases_in_words, cell_of

OPENED = "cases_opened"
DRAWN, COUNTRIES, MINERALS, TECHNIQUES, PORTS = 5, 15, 7, 10, 15
# Column and row of each province (GB/T 2260) in a grid: neighbours stay near one another, but it shows no borders.
PLACES = {
    **{"15": (5, 0), "23": (7, 0), "65": (0, 1), "11": (5, 1), "21": (6, 1), "22": (7, 1), "63": (1, 2), "62": (2, 2)},
    **{"64": (3, 2), "14": (4, 2), "13": (5, 2), "12": (6, 2), "54": (0, 3), "61": (3, 3), "41": (4, 3), "37": (5, 3)},
    **{"32": (6, 3), "51": (2, 4), "50": (3, 4), "42": (4, 4), "34": (5, 4), "31": (6, 4), "53": (1, 5), "52": (2, 5)},
    **{"43": (3, 5), "36": (4, 5), "33": (5, 5), "45": (2, 6), "44": (3, 6), "35": (4, 6), "71": (6, 6), "46": (2, 7)},
    **{"82": (3, 7), "81": (4, 7)},
}


def routes(asked: PageQuestion) -> Asking[Chart]:
    """The districts, countries of transit and destinations of the cases opened. Every case counts once in each column;
    the smaller places of a column are drawn as one."""
    [answer] = yield [asked.question(OPENED, "path")]
    most = {part: places(answer, part)[:DRAWN] for part in PATH}
    names = {one.key: one.label for points in most.values() for one in points}
    names |= {f"{part}:{code}": words for part in PATH for code, words in PATH_WORDS.items()}
    links = defaultdict[tuple[str, Text, Text], list[Point]](list)
    for point in largest(answer):
        start, sign, code = point.key.partition(">")
        if sign:
            column = PATH.index(start.partition(":")[0])
            end = f"{PATH[column + 1]}:{code}"
            links[str(column), names.get(start, _("Others")), names.get(end, _("Others"))].append(point)
    transit = most["over"][0].label if most["over"] else ""
    rows = [_link(*ends, points, transit) for ends, points in links.items()]
    return Chart(
        *("routes", "flow", _("Routes: district → transit → destination")),
        (_("From"), _("To"), _("Cases")),
        sorted(rows, key=lambda row: (row.at, -int(row.cells[1].value or 0))),
        aside=cases_in_words(answer.total.value),
        caption=_("Highlighted: the routes through %(country)s") % {"country": transit} if transit else "",
        definition=METRICS[OPENED].definition,
        empty=_("No case of this period has a known route."),
    )


def places(answer: Answer, part: str) -> list[Point]:
    """The districts or countries of one column of the routes, most first."""
    others = {f"{part}:{code}" for code in PATH_WORDS}
    listed = [one for one in largest(answer) if one.key.startswith(f"{part}:") and ">" not in one.key]
    return [one for one in listed if one.key not in others]


def _link(column: str, start: Text, end: Text, points: Sequence[Point], transit: Text) -> ChartRow:
    """A link leads to its cases, unless it joins the links of several smaller places."""
    number = sum(int(one.value or 0) for one in points)
    amount = ChartCell(str(number), number, points[0].url if len(points) == 1 else "")
    over = start if column == str(PATH.index("over")) else end
    return ChartRow(start, [ChartCell(end), amount], strong=over == transit, at=column)


def provinces(asked: PageQuestion) -> Asking[Chart]:
    """The customs districts, each at its province. A case of several provinces counts in each."""
    [answer] = yield [asked.question(OPENED, "province")]
    found = by_key(answer)
    rows = []
    for code, label in DIMENSIONS["province"].names(PLACES).items():
        name, (column, row) = _short(str(label)), PLACES[code]
        rows.append(ChartRow(name, [cell_of(found.get(code), "count")], note=name, at=f"{column},{row}"))
    return Chart(
        *("provinces", "tiles", _("New cases by province of the customs district")),
        (_("Province"), _("Cases")),
        rows if any(row.cells[0].value for row in rows) else [],
        caption=_("Tiles, not a map: neighbours stay near one another."),
        definition=METRICS[OPENED].definition,
    )


def ports(asked: PageQuestion) -> Asking[Chart]:
    [answer] = yield [asked.question(OPENED, "district")]
    rows = [ChartRow(one.label, [cell_of(one, "count")]) for one in largest(answer, PORTS)]
    return Chart(
        *("ports", "bars", _("Customs districts ranked"), (_("Customs district"), _("Cases")), rows),
        definition=METRICS[OPENED].definition,
    )


def minerals(asked: PageQuestion) -> Asking[Chart]:
    """Cases opened by mineral and month."""
    year, months = year_until(asked)
    found = yield from crossed(asked, OPENED, "mineral", "month", most=MINERALS, period=year)
    rows = []
    for mineral, points in found:
        cells = [cell_of(of_month(points, month), "count") for month in months]
        difference = int(cells[-1].value or 0) - int(cells[-2].value or 0)
        rows.append(ChartRow(mineral.label, cells, note=f"{difference:+d}" if difference else "0"))
    chart = Chart(
        *("minerals", "multiples", _("New cases by mineral"), [_("Mineral"), *map(month_name, months)], rows),
        aside=_("by month, with the change on the month before"),
        caption=_("One scale for all rows; the last month until today. A case with several minerals counts in each."),
        definition=METRICS[OPENED].definition,
    )
    return asked.complete(chart, OPENED, months)


def countries(asked: PageQuestion) -> Asking[Chart]:
    """A case of several countries counts in each."""
    [answer] = yield [asked.question(OPENED, "role")]
    found = defaultdict[str, dict[str, Point]](dict)
    for point in largest(answer):
        part, _colon, code = point.key.partition(":")
        if part in ("transit", "destination"):
            found[code][part] = point
    sums = {code: sum(int(one.value or 0) for one in parts.values()) for code, parts in found.items()}
    rows = [
        ChartRow(country_name(code), [cell_of(found[code].get(part), "count") for part in ("transit", "destination")])
        for code in sorted(found, key=lambda one: (-sums[one], one))[:COUNTRIES]
    ]
    return Chart(
        *("countries", "", _("Countries of transit and destination")),
        (_("Country"), _("Transit"), _("Destination")),
        rows,
        definition=METRICS[OPENED].definition,
    )


def techniques(asked: PageQuestion) -> Asking[Chart]:
    """A matrix: how often each technique is suspected or established in cases of each mineral."""
    found = yield from crossed(asked, OPENED, "technique", "mineral", most=TECHNIQUES)
    listed = {point.key: point for _technique, points in found for point in points.values()}
    sums = {key: sum(int(points[key].value or 0) for _row, points in found if key in points) for key in listed}
    columns = sorted(listed, key=lambda key: (-sums[key], key))[:TECHNIQUES]
    return Chart(
        *("techniques", "", _("Technique by mineral")),
        (_("Technique"), *(listed[key].label for key in columns)),
        matrix(((technique.label, points) for technique, points in found), columns, "count"),
        caption=_("Cases in which the technique is suspected or established; a case may have several."),
        definition=METRICS[OPENED].definition,
    )


def _short(name: str) -> str:
    """A province without its kind."""
    for ending in ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市"):
        name = name.removesuffix(ending)
    return name
