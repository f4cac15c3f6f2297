"""A table of figures as a file: numbers as numbers, its definition, and an entry in the journal."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
import time_machine

from agencies.journal.models import Event
from cases.clocks.counting import SHANGHAI
from coordination.insight.metrics.following import follow
from coordination.insight.metrics.registry import METRICS
from coordination.insight.supervision.export import EXPORTED
from tests import stories
from tests.workbooks import read_back

OUTLOOK = "/supervision/export/figures_deadlines/outlook"


@pytest.fixture
def due(cast: Any) -> None:
    stories.transfer(cast, "DELIVERED")
    follow()


def test_a_workbook_has_typed_cells_and_a_sheet_of_definitions(cast: Any, due: None) -> None:
    assert "Compared with," in cast.browser("centre.supervisor").post(f"{OUTLOOK}/csv/").text
    answer = cast.browser("centre.supervisor").post(f"{OUTLOOK}/xlsx/?period=year")
    assert 1 in [cell for row in read_back(answer.content) for cell in row]
    about = list(openpyxl.load_workbook(io.BytesIO(answer.content))["Definitions"].iter_rows(values_only=True))
    assert "Duties due in the next 14 days times the share" in str(about)
    assert isinstance(dict(about)["As of"], datetime)


def test_a_file_has_numerator_and_denominator_of_each_share_and_the_time_of_the_figures(cast: Any) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI), tick=False) as clock:
        stories.transfer(cast, "FILED")
        follow()
        clock.shift(timedelta(minutes=7))
        text = cast.browser("centre.supervisor").post("/supervision/export/supervision/trends/csv/").text
        book = cast.browser("centre.supervisor").post("/supervision/export/supervision/trends/xlsx/")
        people = cast.browser("customs.head").post("/supervision/export/figures_people/officers/csv/").text
    assert book.content.startswith(b"PK")
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    place = head.index("2026-11")
    assert head[place : place + 3] == ["2026-11", "2026-11 (numerator)", "2026-11 (denominator)"]
    ontime = next(row for row in rows if row and row[0] == METRICS["ontime"].name)
    value, n, d = ontime[place : place + 3]
    assert (int(d) > 0, float(value)) == (True, round(100 * int(n) / int(d), 1))
    assert "As of,2026-11-24 10:00" in text
    assert "As of,2026-11-24 10:07" in people  # counted from the present work


def test_an_export_is_recorded_without_the_values_of_filters(cast: Any, due: None) -> None:
    cast.browser("centre.supervisor").post(f"{OUTLOOK}/csv/?period=year&agency=GACC_ASB")
    event = Event.objects.get(verb=EXPORTED)
    assert event.fields == "agency,outlook,period"
    assert "GACC_ASB" not in event.fields


@pytest.mark.parametrize(
    "path", ["figures_deadlines/nothing/csv", "nowhere/outlook/csv", "figures_deadlines/outlook/pdf"]
)
def test_a_table_that_does_not_exist_is_not_found(cast: Any, path: str) -> None:
    assert cast.browser("centre.supervisor").post(f"/supervision/export/{path}/").status_code == 404


def test_the_people_of_an_agency_are_exported_by_those_who_lead_them(cast: Any) -> None:
    path = "/supervision/export/figures_people/officers/csv/"
    assert cast.browser("centre.supervisor").post(path).status_code == 404
    assert cast.browser("customs.head").post(path).status_code == 200
