"""A table of figures as a file: numbers as numbers, its definition, and an entry in the journal."""

import io
import zipfile
from typing import Any

import pytest

from agencies.journal.models import Event
from coordination.insight.metrics.following import follow
from coordination.insight.supervision.export import EXPORTED
from tests import stories

OUTLOOK = "/supervision/export/figures_deadlines/outlook"


@pytest.fixture
def due(cast: Any) -> None:
    stories.transfer(cast, "DELIVERED")
    follow()


def test_a_workbook_has_typed_cells_and_a_sheet_of_definitions(cast: Any, due: None) -> None:
    answer = cast.browser("centre.supervisor").post(f"{OUTLOOK}/xlsx/?period=year")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        rows, about = (book.read(f"xl/worksheets/sheet{one}.xml").decode() for one in (1, 2))
        assert 'name="Definitions"' in book.read("xl/workbook.xml").decode()
    assert "<c><v>1</v></c>" in rows
    assert "Duties due in the next 14 days times the share" in about
    assert 's="1"' in about  # the time of the figures is a time


def test_a_comma_file_says_below_the_rows_what_they_count(cast: Any, due: None) -> None:
    text = cast.browser("centre.supervisor").post(f"{OUTLOOK}/csv/").content.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("Agency,Due in 14 days")
    assert "Compared with," in text


def test_an_export_is_recorded_without_the_values_of_filters(cast: Any, due: None) -> None:
    cast.browser("centre.supervisor").post(f"{OUTLOOK}/csv/?period=year&agency=GACC_ASB")
    event = Event.objects.get(verb=EXPORTED)
    assert event.fields == "agency,outlook,period"
    assert "GACC_ASB" not in event.fields


def test_only_a_post_exports(cast: Any, due: None) -> None:
    assert cast.browser("centre.supervisor").get(f"{OUTLOOK}/csv/").status_code == 405


@pytest.mark.parametrize(
    "path", ["figures_deadlines/nothing/csv", "nowhere/outlook/csv", "figures_deadlines/outlook/pdf"]
)
def test_a_table_that_does_not_exist_is_not_found(cast: Any, path: str) -> None:
    assert cast.browser("centre.supervisor").post(f"/supervision/export/{path}/").status_code == 404


def test_the_people_of_an_agency_are_exported_by_those_who_lead_them(cast: Any) -> None:
    path = "/supervision/export/figures_people/officers/csv/"
    assert cast.browser("centre.supervisor").post(path).status_code == 404
    assert cast.browser("customs.head").post(path).status_code == 200
