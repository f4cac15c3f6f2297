"""The daily brief: sentences, changes since the last working day, who is late, the five oldest items; every figure
links to exactly its rows."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from agencies.calendar.workdays import load_calendar
from cases.casefile.models import Case
from coordination.exchange.tasks.models import Task
from coordination.insight.briefing.changes import BriefPeriod, changes
from tests import stories
from tests.costs import costs_no_more
from tests.kept_stories import story

URL = "/one-page/"


def page_for(cast, who):
    page = cast.browser(who).get(URL)
    assert page.status_code == 200
    return page


def numbers(page):
    return {kind.change.key: number for kind, number in page.context["changes"]}


@pytest.fixture
@story
def busy(cast):
    case = stories.shared_case(cast)
    stories.transfer(cast, "FILED", case)
    stories.decided(cast)
    stories.assistance(cast, "ANSWERED")
    stories.task(cast, "DONE", case)
    for days in (2, 3, 4, 5, 6, 7):
        stories.late_task(cast, days, case)
    stories.late_clock(stories.transfer(cast, "ACCEPTED"), "TRF_REVIEW", 9)


@pytest.mark.slow
@pytest.mark.parametrize("who", ["centre.coordinator", "centre.supervisor", "customs.head", "commerce.lead"])
def test_every_number_leads_to_a_list_of_as_many(cast, busy, who):
    page, client = page_for(cast, who), cast.browser(who)
    result = numbers(page)
    assert any(result.values())
    for change, number in page.context["changes"]:
        assert len(client.get(change.url).context["page"].items) == number, change.change.key
    assert len(client.get(page.context["late_url"]).context["page"].items) == page.context["late"]


def test_what_happened_today_is_counted_where_it_belongs(cast, busy):
    shown = numbers(page_for(cast, "centre.coordinator"))
    assert shown["filed"] == 1
    assert shown["decided"] == 1
    assert shown["ended-tasks"] == 1
    assert shown["ended-referrals"] == 2  # the transfer that was filed, the request that was answered
    assert shown["ended-cases"] == 0


def test_what_happened_before_the_last_working_day_is_no_change(cast, busy):
    before = timezone.now() - timedelta(days=12)
    Task.objects.update(created_at=before)
    assert numbers(page_for(cast, "centre.coordinator"))["new-tasks"] == 0


@pytest.mark.parametrize(
    ("today", "since"),
    [
        (datetime(2026, 11, 25, 2, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 23, 2, tzinfo=UTC), date(2026, 11, 20)),  # on Monday since Friday
        (datetime(2026, 2, 24, 2, tzinfo=UTC), date(2026, 2, 14)),  # after Spring Festival, a working Saturday
    ],
)
def test_since_yesterday_is_since_the_last_working_day(cast, today, since):
    with time_machine.travel(today, tick=False):
        assert BriefPeriod.last_working_day(load_calendar(), timezone.now()).day == since


def test_the_oldest_five_are_those_late_longest(cast, busy):
    lines = page_for(cast, "centre.coordinator").context["oldest"]
    assert [line.days for line in lines] == [9, 7, 6, 5, 4]


def test_a_number_that_is_counted_no_further_shows_so(cast, counted_to_two):
    for _ in range(4):
        stories.lead(cast)
    assert ">2+</a>" in cast.browser("customs.head").get("/one-page/").content.decode()


def test_what_is_restricted_counts_in_no_figure_of_the_centre(cast, busy):
    Case.objects.update(handling="H3")
    page = page_for(cast, "centre.coordinator")
    shown = numbers(page)
    assert {key for key, number in shown.items() if number} <= {"new-leads", "ended-leads"}
    assert (page.context["late"], page.context["oldest"]) == (0, [])


@pytest.mark.parametrize("who", ["customs.officer", "auditor", "customs.admin"])
def test_who_answers_for_no_agency_does_not_read_it(cast, who):
    assert cast.browser(who).get(URL).status_code == 403


@pytest.mark.parametrize(
    "query",
    ["what=nonsense", "what=pair"],
)
def test_a_list_that_no_one_knows_is_refused(cast, query):
    assert cast.browser("centre.coordinator").get(f"/one-page/list/?{query}").status_code == 400


@pytest.mark.slow
def test_the_page_costs_the_same_for_many(cast, busy):
    case = stories.shared_case(cast)
    stories.late_task(cast, 1, case)
    with costs_no_more(cast.browser("centre.coordinator"), URL, "/one-page/list/?what=new-tasks"):
        for _ in range(20):
            stories.late_task(cast, 1, case)


@pytest.mark.slow
def test_it_speaks_both_languages(cast, busy):
    assert "The five oldest" in page_for(cast, "centre.supervisor").content.decode()
    assert "逾期最久的五项" in cast.browser("centre.supervisor", "zh-hans").get(URL).content.decode()


@pytest.mark.slow
def test_there_is_a_page_for_every_change(cast):
    client = cast.browser("centre.coordinator")
    assert {client.get(f"/one-page/list/?what={key}").status_code for key in changes()} == {200}
