"""Sentence, picture, table and file of a chart agree, for every chart of every page of figures and several readers."""

import csv
import io
import re
from collections import defaultdict
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from agencies.kernel import times
from coordination.insight.metrics.following import follow
from tests import stories
from tests.kept_stories import story
from tests.workbooks import read_back

from .reading import ShownCell, ShownChart, ShownRow, charts_of, said_in

TABS = {
    "supervision": "/supervision/",
    "figures_flow": "/supervision/flow/",
    "figures_minerals": "/supervision/minerals/",
    "figures_deadlines": "/supervision/deadlines/",
    "figures_prevention": "/supervision/prevention/",
    "figures_people": "/supervision/people/",
}
READERS = ("centre.supervisor", "customs.head", "police.lead")
QUERIES = ("period=month", "period=12-months&mineral=antimony", "beside=district&beside_district=0200&period=quarter")
N_OF_D = re.compile(r"^(\d+) of (\d+)$")
AS_MANY = re.compile(r"[\d,]+")


@pytest.fixture
@story
def matters(cast: Any) -> None:
    stories.lead(cast)
    case = stories.shared_case(cast)
    stories.late_task(cast, 3, case)
    stories.transfer(cast, "FILED")
    stories.transfer(cast, "DELIVERED")
    stories.suspect(cast)
    stories.decided(cast)
    over_thailand = {"customs_district": "5300", "route": ["CHN", "THA", "USA"]}
    direct = {"customs_district": "2200", "route": ["CHN", "JPN"]}
    for shipments in ([over_thailand], [over_thailand, direct], []):
        stories.case(cast, shipments=shipments)
    follow()


def pages(cast: Any, who: str, query: str) -> Any:
    client = cast.browser(who)
    for tab, path in TABS.items():
        if tab != "figures_people" or who != "centre.supervisor":
            page = client.get(f"{path}?{query}")
            assert page.status_code == 200, (who, tab, query)
            yield tab, page.content.decode()


def exported(cast: Any, who: str, tab: str, key: str, query: str, form: str = "csv") -> list[list[Any]]:
    """The rows of a file, without what it says below them."""
    answer = cast.browser(who).post(f"/supervision/export/{tab}/{key}/{form}/?{query}")
    if form == "xlsx":
        return [list(row) for row in read_back(answer.content)]
    listed = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    return listed[: listed.index([])]


def cells_in_file(chart: ShownChart) -> list[list[str]]:
    """What a file must contain of a table: each number once, and each share with its n and d."""
    rows = [*chart.rows, *chart.sums]
    shares = {place for row in rows for place, cell in enumerate(row.cells) if of_share(cell)}
    found = []
    for row in rows:
        listed = [row.label]
        for place, cell in enumerate(row.cells):
            listed.append(cell.value or cell.text)
            if place in shares:
                listed += of_share(cell) or ["", ""]
        found.append(listed)
    return found


def of_share(cell: ShownCell) -> list[str]:
    found = N_OF_D.match(cell.note) or re.match(r"^(\d+)/(\d+)$", cell.text)
    return list(found.groups()) if found else []


def same(shown: str, filed: str) -> bool:
    """Whether a number of the table is that of the file, which has no units and no thousands in words."""
    if shown == filed or not any(one.isdigit() for one in filed):
        return shown == filed
    numbers = AS_MANY.findall(shown)
    return bool(numbers) and filed in (shown.replace(",", ""), shown.rstrip("%"), numbers[0].replace(",", ""))


@pytest.mark.slow
@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("query", QUERIES)
def test_a_file_has_exactly_the_rows_of_the_table_with_n_and_d(cast: Any, matters: None, who: str, query: str) -> None:
    for tab, html in pages(cast, who, query):
        shown = charts_of(html)
        for key, chart in shown.items():
            if key.endswith("-beside"):
                continue
            rows = exported(cast, who, tab, key, query)
            other = shown.get(f"{key}-beside")
            expected = [*cells_in_file(chart), *(cells_in_file(other) if other else [])]
            filed = [row[1:] if other or rows[0][0] == "Counted" else row for row in rows[1:] if row[0] != "Counted"]
            assert [row[0] for row in filed] == [row[0] for row in expected], (who, key)
            for mine, file in zip(expected, filed, strict=True):
                assert len(mine) == len(file), (who, key, mine, file)
                assert all(map(same, mine[1:], file[1:])), (who, key, mine, file)


@pytest.mark.slow
def test_a_workbook_has_the_rows_of_the_comma_file(cast: Any, matters: None) -> None:
    for tab, html in pages(cast, "centre.supervisor", "period=month"):
        for key, chart in charts_of(html).items():
            rows = exported(cast, "centre.supervisor", tab, key, "period=month", "xlsx")
            assert len(rows) == 1 + len(chart.rows) + len(chart.sums), key


@pytest.mark.slow
@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("query", QUERIES)
def test_the_picture_draws_the_numbers_of_the_table(cast: Any, matters: None, who: str, query: str) -> None:
    for _tab, html in pages(cast, who, query):
        for key, chart in charts_of(html).items():
            for cell in (cell for row in chart.rows for cell in row.cells if cell.value):
                shown = float(cell.value)
                read = AS_MANY.findall(cell.text)
                assert read, (key, cell)
                if cell.text.replace(",", "").isdecimal():
                    assert shown == int(cell.text.replace(",", "")), (key, cell)


def number(cell: ShownCell) -> int:
    return int(cell.value or cell.text)


def ends(row: ShownRow) -> tuple[str, str]:
    return row.label, row.cells[0].text


@pytest.mark.slow
@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("query", QUERIES)
def test_no_case_is_lost_between_the_columns_of_the_routes(cast: Any, matters: None, who: str, query: str) -> None:
    for tab, html in pages(cast, who, query):
        for key, chart in charts_of(html).items():
            if chart.kind != "flow":
                continue
            into, out, stages = defaultdict[str, int](int), defaultdict[str, int](int), defaultdict[str, int](int)
            for row in chart.rows:
                start, end = ends(row)
                stages[row.at] += number(row.cells[1])
                if row.at == "0":
                    into[end] += number(row.cells[1])
                else:
                    out[start] += number(row.cells[1])
            assert into == out, (who, tab, key)
            assert stages, (who, tab, key)
            total = int(AS_MANY.findall(chart.heading)[-1].replace(",", ""))
            assert set(stages.values()) <= {total}, (who, tab, key)


@pytest.mark.slow
@pytest.mark.parametrize("who", READERS)
def test_the_sentences_say_the_numbers_of_the_charts(cast: Any, matters: None, who: str) -> None:
    html = cast.browser(who).get(f"{TABS['supervision']}?period=month").content.decode()
    shown, said = charts_of(html), said_in(html)
    named = defaultdict[str, list[int]](list)
    for words, url in said:
        address = urlsplit(url)
        of_this_month = parse_qs(address.query).get("from") == [times.today().replace(day=1).isoformat()]
        if "/figures/" in url and of_this_month and not words.endswith("%"):
            metric = address.path.split("/")[3]
            named[metric].append(int(AS_MANY.findall(words)[0].replace(",", "")))
    opened, *others = named["cases_opened"]
    if who == "police.lead":  # whose agency opened none
        assert (opened, others, "routes" in shown) == (0, [], False)
        return
    assert {row.label: number(row.cells[0]) for row in shown["funnel"].rows}["Cases"] == opened
    mineral, over, to = others
    assert mineral == max(number(row.cells[-1]) for row in shown["minerals"].rows)
    places = defaultdict[tuple[str, str], int](int)
    for row in shown["routes"].rows:
        places[row.at, ends(row)[1]] += number(row.cells[1])
    assert sum(number(row.cells[1]) for row in shown["routes"].rows if row.at == "0") == opened
    assert over == places["0", "Thailand"] == 1
    assert to == places["1", "Vietnam"] > 1
    assert places["0", "Several"] == places["0", "Not known"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("who", READERS)
def test_a_share_is_of_what_the_row_above_counts_and_never_persons_of_cases(
    cast: Any, matters: None, who: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr("coordination.insight.supervision.words.ENOUGH", 1)
    found = 0
    for _tab, html in pages(cast, who, "period=month"):
        for key in ("funnel", "cohort_leads", "cohort_cases"):
            rows = charts_of(html)[key].rows if key in charts_of(html) else []
            for above, row in pairwise(rows):
                share = re.search(r"(\d+)% of the (\d+)", row.cells[0].note)
                if share:
                    found += 1
                    assert int(share[2]) == number(above.cells[0]), (who, key, row.label)
                    assert int(share[1]) == 100 * number(row.cells[0]) // int(share[2])
                    assert ("Persons" in row.label) == ("Persons" in above.label), (who, key, row.label)
    assert found or who == "police.lead"


def test_a_page_estimates_once_what_will_be_late(cast: Any, matters: None) -> None:
    shown = charts_of(cast.browser("centre.supervisor").get(TABS["figures_deadlines"]).content.decode())
    estimates = [key for key, chart in shown.items() if "Late at this pace" in chart.heads]
    assert estimates == ["outlook"]
