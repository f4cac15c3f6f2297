"""The deputy director's page: changes since the last working day, the five oldest items, n of d by pair; every figure
links to exactly its rows."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from agencies.calendar.workdays import load_calendar
from cases.casefile.models import Case
from cases.clocks.models import Clock
from coordination.exchange.tasks.models import Task
from coordination.insight.briefing.changes import CHANGES, Since
from coordination.insight.briefing.pairs import PERIOD, counted_pairs, pairs, pairs_with
from coordination.insight.metrics.actions import count_ahead
from coordination.insight.metrics.definitions import CENTRE
from coordination.insight.metrics.models import Snapshot
from tests import stories
from tests.kept_stories import story

URL = "/one-page/"


def page_for(cast, who):
    page = cast.browser(who).get(URL)
    assert page.status_code == 200
    return page


def numbers(page):
    return {change.key: number for change, number in page.context["changes"]}


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


@pytest.mark.parametrize("who", ["centre.coordinator", "centre.supervisor", "customs.head", "commerce.lead"])
def test_every_number_leads_to_a_list_of_as_many(cast, busy, who):
    page, client = page_for(cast, who), cast.browser(who)
    result = numbers(page)
    assert any(result.values())
    for change, number in page.context["changes"]:
        assert len(client.get(change.url).context["page"].items) == number, change.key
    assert len(client.get(page.context["late_url"]).context["page"].items) == page.context["late"]
    for table in page.context["tables"]:
        for _asker, cells in table.lines:
            for pair in (pair for _debtor, pair in cells if pair):
                shown = client.get(pair.url)
                assert len(shown.context["page"].items) == pair.d == shown.context["d"]
                assert shown.context["n"] == pair.n
                assert len(client.get(f"{pair.url}&missed=1").context["page"].items) == pair.d - pair.n


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
        assert Since.last_working_day(load_calendar(), timezone.now()).day == since


def test_the_oldest_five_are_those_late_longest(cast, busy):
    lines = page_for(cast, "centre.coordinator").context["oldest"]
    assert [line.days for line in lines] == [9, 7, 6, 5, 4]


def test_a_pair_counts_what_was_due_and_of_it_what_was_done_in_time(cast):
    case = stories.shared_case(cast)
    done = stories.task(cast, "DONE", case)
    Task.objects.filter(pk=done.pk).update(due_at=timezone.now() - timedelta(hours=1))
    Task.objects.filter(pk=done.pk).update(state_since=timezone.now() - timedelta(hours=2))
    stories.late_task(cast, 2, case)  # due, and not done
    stories.late_task(cast, 100, case)  # due before the period
    stories.task(cast, "OPEN", case)  # without due date
    declined = stories.task(cast, "DECLINED", case)
    Task.objects.filter(pk=declined.pk).update(due_at=timezone.now() - timedelta(hours=1))
    [pair] = pairs(counted_pairs(cast["centre.coordinator"], timezone.now()))
    assert (pair.asker.code, pair.debtor.code, pair.n, pair.d) == ("GACC", "MOFCOM_SCB", 1, 2)


def test_both_directions_of_a_pair_are_distinguished(cast):
    stories.late_clock(stories.transfer(cast, "ACCEPTED"), "TRF_REVIEW")
    supplement = stories.transfer(cast, "SUPPLEMENT")
    stories.received(cast, supplement)
    for clock in Clock.objects.running().about(supplement):
        stories.late_clock(supplement, clock.rule.code)
    data = {
        (one.asker.code, one.debtor.code): (one.n, one.d)
        for one in pairs(counted_pairs(cast["centre.coordinator"], timezone.now()))
    }
    assert ("GACC", "GACC_ASB") in data
    assert ("GACC_ASB", "GACC") in data


def test_where_nothing_was_due_is_a_dash_and_no_nought(cast):
    page = page_for(cast, "centre.coordinator")
    assert all(not table.agencies for table in page.context["tables"])
    assert "0/0" not in page.content.decode()
    stories.late_task(cast)
    [_referrals, tasks] = page_for(cast, "centre.coordinator").context["tables"]
    cells = {(asker.code, debtor.code): pair for asker, row in tasks.lines for debtor, pair in row}
    assert sum(pair is None for pair in cells.values()) == 3


def test_an_office_holder_reads_the_pairs_of_their_own_agency(cast):
    case = stories.shared_case(cast)
    stories.late_task(cast, 2, case)
    assert len(pairs(counted_pairs(cast["commerce.head"], timezone.now()))) == 1
    assert pairs(counted_pairs(cast["police.head"], timezone.now())) == []


@pytest.mark.parametrize("who", ["centre.supervisor", "centre.coordinator"])
def test_pairs_counted_ahead_are_those_that_a_count_would_show_now(cast, who):
    """The centre itself asked for a task on a restricted case, which other readers of the centre do not see."""
    stories.late_task(cast, 2, stories.shared_case(cast))
    hidden = stories.late_task(cast, 3, stories.shared_case(cast, handling="H3", handling_code="H3"))
    stories.late_clock(stories.transfer(cast, "ACCEPTED"), "TRF_REVIEW")
    Task.objects.filter(pk=hidden.pk).update(asked_by=cast[who].agency_id)
    count_ahead()
    now, ahead = timezone.now(), Snapshot.newest().pairs_for_centre
    found = {tuple(row) for row in pairs_with(ahead, CENTRE, cast[who], now)}
    assert found == {tuple(row) for row in counted_pairs(cast[who], now)}
    assert len(found) == len(ahead) + 1
    assert page_for(cast, who).context["pairs_at"] == Snapshot.newest().taken_at


def test_a_number_that_is_counted_no_further_shows_so(cast, monkeypatch):
    monkeypatch.setattr("agencies.kernel.counting.COUNTED", 2)
    for _ in range(4):
        stories.lead(cast)
    assert ">2+</a>" in cast.browser("customs.head").get("/one-page/").content.decode()


def test_what_is_restricted_counts_in_no_figure_of_the_centre(cast, busy):
    Case.objects.update(handling="H3")
    page = page_for(cast, "centre.coordinator")
    shown = numbers(page)
    assert {key for key, number in shown.items() if number} <= {"new-leads", "ended-leads"}
    assert (page.context["late"], page.context["oldest"]) == (0, [])
    assert all(not table.agencies for table in page.context["tables"])


@pytest.mark.parametrize("who", ["customs.officer", "auditor", "customs.admin"])
def test_who_answers_for_no_agency_does_not_read_it(cast, who):
    assert cast.browser(who).get(URL).status_code == 403


@pytest.mark.parametrize(
    "query",
    ["what=nonsense", "what=pair", "what=pair&kind=task&asker=GACC", "what=pair&kind=x&asker=GACC&debtor=SPP"],
)
def test_a_list_that_no_one_knows_is_refused(cast, query):
    assert cast.browser("centre.coordinator").get(f"/one-page/list/?{query}").status_code == 400


def test_the_page_costs_the_same_for_many(cast, busy, django_assert_max_num_queries):
    client, case = cast.browser("centre.coordinator"), stories.shared_case(cast)
    for rows in (0, 20):
        for _ in range(rows):
            stories.late_task(cast, 1, case)
        with django_assert_max_num_queries(15):
            client.get(URL)
        with django_assert_max_num_queries(12):
            client.get("/one-page/list/?what=new-tasks")


def test_it_speaks_both_languages(cast, busy):
    assert "The five oldest" in page_for(cast, "centre.supervisor").content.decode()
    assert "逾期最久的五项" in cast.browser("centre.supervisor", "zh-hans").get(URL).content.decode()


def test_there_is_a_page_for_every_change(cast):
    client = cast.browser("centre.coordinator")
    assert {client.get(f"/one-page/list/?what={key}").status_code for key in CHANGES} == {200}
    assert timedelta(days=90) == PERIOD
