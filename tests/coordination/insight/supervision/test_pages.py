"""The pages of figures: who opens them, what they cost, and that every number leads to its rows."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine

from cases.clocks.counting import SHANGHAI
from coordination.insight.metrics.charts import ChartCell
from coordination.insight.metrics.following import follow
from tests import stories
from tests.costs import costs_no_more
from tests.kept_stories import story

from .marks import charts, marks, without_link, wrong

TABS = ["/supervision/", "/supervision/flow/", "/supervision/minerals/", "/supervision/deadlines/"]
PEOPLE = "/supervision/people/"
VIEWS = ("supervision", "figures_flow", "figures_minerals", "figures_deadlines", "figures_people")


@pytest.fixture
@story
def busy(cast: Any) -> None:
    stories.lead(cast)
    case = stories.shared_case(cast)
    stories.late_task(cast, 3, case)
    stories.task(cast, "DONE", case)
    stories.transfer(cast, "FILED")
    stories.transfer(cast, "DELIVERED")
    stories.decided(cast)
    follow()


@pytest.mark.slow
def test_who_answers_for_an_agency_or_the_centre_opens_every_tab(cast: Any, busy: None) -> None:
    for who in ("centre.supervisor", "centre.coordinator", "customs.head", "police.lead"):
        browser = cast.browser(who)
        for path in TABS:
            page = browser.get(path)
            assert page.status_code == 200, (who, path)
            assert page.context["charts"], (who, path)


def test_others_open_none(cast: Any) -> None:
    for who in ("customs.officer", "auditor", "sysadmin", "secadmin", "customs.admin"):
        browser = cast.browser(who)
        for path in (*TABS, PEOPLE):
            assert browser.get(path).status_code == 403, (who, path)


def test_people_are_for_those_who_lead_them(cast: Any, busy: None) -> None:
    assert cast.browser("centre.supervisor").get(PEOPLE).status_code == 403
    shown = cast.browser("customs.head").get(PEOPLE)
    assert shown.status_code == 200
    assert cast.user("customs.officer").name in shown.content.decode()
    assert "/supervision/people/" not in cast.browser("centre.supervisor").get(TABS[0]).content.decode()


def test_a_unit_lead_sees_the_people_of_their_units_and_no_others(cast: Any, busy: None) -> None:
    lead = cast["customs.lead"]
    units = cast.browser("customs.lead").get(PEOPLE).context["charts"]["units"]
    everything = cast.browser("customs.head").get(PEOPLE).context["charts"]["units"]
    assert len(units.rows) <= len(lead.units)
    assert {str(row.label) for row in units.rows} < {str(row.label) for row in everything.rows}


@pytest.mark.slow
def test_every_page_costs_the_same_for_many(cast: Any, busy: None) -> None:
    case = stories.shared_case(cast)
    with costs_no_more(cast.browser("centre.supervisor"), *TABS):
        for _ in range(8):
            stories.late_task(cast, 1, case)
            stories.lead(cast)


@pytest.mark.slow
def test_a_share_of_a_few_duties_is_in_the_table_but_not_drawn(cast: Any, busy: None, monkeypatch: Any) -> None:
    def shares() -> list[ChartCell]:
        chart = cast.browser("customs.head").get(TABS[0]).context["charts"]["ontime"]
        return [cell for row in chart.rows for cell in row.cells if cell.value is not None]

    duties = max(int(str(cell.note).rpartition(" of ")[2]) for cell in shares())
    for enough in (duties, duties + 1):
        monkeypatch.setattr("coordination.insight.supervision.words.ENOUGH", enough)
        assert any(cell.is_drawn for cell in shares()) is (enough == duties)


@pytest.mark.slow
def test_figures_name_the_last_run_of_their_job_and_live_numbers_the_present_time(cast: Any) -> None:
    """The acts of others do not move the time: it is that of the run and not of an event."""
    with time_machine.travel(datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI), tick=False) as clock:
        case = stories.shared_case(cast)
        follow()
        clock.shift(timedelta(minutes=5))
        stories.late_task(cast, 3, case)
        shown = [("centre.supervisor", path) for path in (TABS[0], "/one-page/", "/")]
        for who, path in (*shown, ("commerce.lead", TABS[0]), ("commerce.lead", "/one-page/")):
            page = cast.browser(who).get(path).text
            assert "omplete as of 2026-11-24 10:00" in page, (who, path)
            assert "late items at present, 2026-11-24 10:05" in page, (who, path)
        follow()
        assert "figures complete as of 2026-11-24 10:05" in cast.browser("centre.supervisor").get(TABS[1]).text


def test_every_day_of_the_calendar_leads_to_its_duties(cast: Any, busy: None) -> None:
    client = cast.browser("centre.supervisor")
    [(_words, calendar)] = client.get("/supervision/deadlines/").context["calendars"]
    days = [day for day in calendar if day.number]
    assert days
    for day in days:
        assert len(client.get(day.url).context["page"].items) == day.number


def test_the_three_sentences_are_in_both_languages(cast: Any, busy: None) -> None:
    assert "Who is late" in cast.browser("centre.supervisor").get(TABS[0]).content.decode()
    shown = cast.browser("centre.supervisor", "zh-hans").get(TABS[0]).content.decode()
    assert "逾期情况" in shown
    assert "当前逾期" in shown


def test_what_is_new_leads_to_its_rows(cast: Any, busy: None) -> None:
    client = cast.browser("centre.supervisor")
    since = client.get(TABS[0]).context["overview"].since
    assert len(since) > 2
    for words, url in since:
        number = int(re.search(r"\d+", words)[0])  # type: ignore[index]  # each has a number
        assert len(client.get(url).context["page"].items) == number, url


def test_filters_stay_in_the_address_of_every_tab(cast: Any, busy: None) -> None:
    page = cast.browser("centre.supervisor").get("/supervision/?period=year&agency=GACC").content.decode()
    links = {unescape(url) for url in re.findall(r'href="(/supervision/[^"]*)"', page)}
    assert {"/supervision/flow/?period=year&agency=GACC", "/supervision/deadlines/?period=year&agency=GACC"} <= links


PEOPLE_OF_FIGURES = ("centre.supervisor", "customs.head", "police.lead")
BESIDE = "beside=district&beside_district=0200&period=quarter"


@pytest.mark.slow
@pytest.mark.parametrize("who", PEOPLE_OF_FIGURES)
@pytest.mark.parametrize("query", ["period=quarter", "period=12-months&beside=before", BESIDE])
def test_every_mark_of_every_tab_leads_to_exactly_the_rows_that_it_counts(
    cast: Any, busy: None, who: str, query: str
) -> None:
    actor = cast[who]
    for tab in VIEWS:
        if tab == "figures_people" and who == "centre.supervisor":
            continue
        for chart in charts(actor, tab, query).values():
            assert list(without_link(chart)) == []
            assert wrong(actor, [cell for cell in marks(chart) if cell.url]) == [], (who, tab, chart.key)


@pytest.mark.slow
@pytest.mark.parametrize("path", [*TABS, PEOPLE])
def test_two_sides_are_in_every_chart_table_and_file(cast: Any, busy: None, path: str) -> None:
    client = cast.browser("customs.head")
    page = client.get(f"{path}?{BESIDE}")
    shown, html = page.context["charts"], page.content.decode()
    for chart in shown.values():
        assert chart.beside is not None
        assert str(chart.beside.side) in html
        if chart.rows:
            key, tab = chart.key, page.context["tab"]
            answer = client.post(f"/supervision/export/{tab}/{key}/csv/?{BESIDE}").content.decode("utf-8-sig")
            assert answer.startswith("Counted,")
    assert {chart.top for chart in shown.values()} == {chart.beside.top for chart in shown.values()}
