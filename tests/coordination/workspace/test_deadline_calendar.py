"""The calendar of deadlines counts what its days list."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from coordination.exchange.tasks.actions import claim_task
from coordination.exchange.tasks.models import Task
from tests import stories
from tests.costs import costs_no_more

PAGE = "/queues/calendar/"


def cells(page):
    return {cell.day: (cell.due, cell.late) for week in page.context["weeks"] for cell in week if cell.due}


def due_on(task, days):
    """Moves the deadline to the end of a day in so many days; today's is not late at any hour."""
    end = timezone.localtime().replace(hour=23, minute=59, second=59, microsecond=0) + timedelta(days=days)
    Task.objects.filter(pk=task.pk).update(due_at=end)
    return end.date()


@pytest.mark.slow
def test_an_officer_finds_their_task_on_its_day_and_a_colleague_does_not(cast):
    task = stories.task(cast, "OPEN")
    claim_task(task, actor=cast["commerce.officer"])
    day = due_on(task, 3)
    page = cast.browser("commerce.officer").get(PAGE, {"day": day.isoformat()})
    assert cells(page)[day] == (1, 0)
    assert [line.what for line in page.context["lines"]] == [task.label]
    assert cells(cast.browser("commerce.lead").get(PAGE, {"month": f"{day:%Y-%m}"})) == {}
    assert cells(cast.browser("commerce.lead").get(PAGE, {"whose": "agency", "day": day.isoformat()}))[day] == (1, 0)


def test_a_referral_and_its_step_count_once(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    day = timezone.localdate(transfer.due_at)
    assert Task.objects.filter(source=transfer.pk, due_at__isnull=False).exists()
    agency = {"whose": "agency", "day": day.isoformat()}
    page = cast.browser("antismuggling.officer").get(PAGE, agency)
    assert cells(page)[day][0] == len(page.context["lines"]) == 1


def test_late_work_is_counted_on_the_day_on_which_it_was_due(cast):
    task = stories.task(cast, "OPEN")
    day = due_on(task, -2)
    page = cast.browser("commerce.lead").get(PAGE, {"whose": "agency", "day": day.isoformat()})
    assert cells(page)[day] == (1, 1)
    assert "1 late" in page.text


def test_the_calendar_shows_no_agency_the_work_of_another(cast):
    task = stories.task(cast, "OPEN")
    day = due_on(task, 1)
    page = cast.browser("police.lead").get(PAGE, {"whose": "agency", "day": day.isoformat()})
    assert day not in cells(page)
    assert task.label not in page.text


@pytest.mark.slow
def test_the_calendar_costs_no_more_queries_with_more_items(cast):
    case, browser, of_agency = stories.shared_case(cast), cast.browser("commerce.lead"), f"{PAGE}?whose=agency"
    due_on(stories.task(cast, "OPEN", case), 0)
    with costs_no_more(browser, of_agency):
        for _ in range(6):
            due_on(stories.task(cast, "OPEN", case), 0)
    assert sum(due for due, _late in cells(browser.get(of_agency)).values()) == 7


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"whose": "everybody"}, "whose"),
        ({"month": "13"}, "month"),
        ({"month": "2026-02-01"}, "month"),
        ({"month": "9999-12"}, "month"),
        ({"day": "yesterday"}, "day"),
        ({"day": "0001-01-01"}, "day"),
    ],
)
def test_an_unknown_month_or_day_is_refused_by_name(cast, query, named):
    page = cast.browser("commerce.officer").get(PAGE, query)
    assert page.status_code == 400
    assert named in page.text


def test_the_days_are_those_of_shanghai_with_days_off_marked(cast):
    page = cast.browser("commerce.officer").get(PAGE, {"month": "2026-10"})
    weeks = page.context["weeks"]
    assert weeks[0][0].day == date(2026, 9, 28)
    off = {cell.day for week in weeks for cell in week if not cell.is_workday}
    assert date(2026, 10, 1) in off
    assert date(2026, 10, 10) not in off  # a make-up working Saturday


def test_the_api_gives_the_numbers_of_the_page(cast):
    task = stories.task(cast, "OPEN")
    day = due_on(task, 0)
    browser = cast.browser("commerce.lead")
    answer = browser.get("/api/v1/queues/calendar/", {"whose": "agency", "month": f"{day:%Y-%m}"})
    assert answer.json()["days"] == [
        {"day": one.isoformat(), "due": due, "late": late}
        for one, (due, late) in cells(browser.get(PAGE, {"whose": "agency", "month": f"{day:%Y-%m}"})).items()
    ]
    assert {"day": day.isoformat(), "due": 1} in [
        {"day": one["day"], "due": one["due"]} for one in answer.json()["days"]
    ]
    refused = browser.get("/api/v1/queues/calendar/", {"month": "soon"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/month")


def test_a_day_shows_its_first_three_titles_and_how_many_more(cast):
    case = stories.shared_case(cast)
    tasks = [stories.task(cast, "OPEN", case) for _ in range(5)]
    for task in tasks:
        day = due_on(task, 1)
    page = cast.browser("commerce.lead").get(PAGE, {"whose": "agency", "month": f"{day:%Y-%m}"})
    [cell] = [cell for week in page.context["weeks"] for cell in week if cell.day == day]
    assert (len(cell.lines), cell.more) == (3, 2)
    assert {line.key for line in cell.lines} < {("task", task.pk) for task in tasks}
    assert "2 more" in page.text


def test_the_month_names_holidays_and_make_up_days_in_the_language_of_the_reader(cast):
    browser = cast.browser("commerce.officer")
    page = browser.get(PAGE, {"month": "2026-10"})
    special = {cell.day: cell.special for week in page.context["weeks"] for cell in week if cell.special}
    assert special[date(2026, 10, 1)] == "Day off · National Day"
    assert special[date(2026, 10, 10)] == "Make-up working day · National Day"
    assert "国庆节" in browser.get(PAGE, {"month": "2026-10"}, headers={"Accept-Language": "zh-CN"}).text


# The file ------------------------------------------------------------------------------------------------------------
FILE = "/queues/calendar/deadlines.ics"


def test_an_officer_downloads_their_own_deadlines_with_kind_and_case_only(cast):
    task = stories.task(cast, "OPEN")
    claim_task(task, actor=cast["commerce.officer"])
    day = due_on(task, 3)
    answer = cast.browser("commerce.officer").get(FILE)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.text.replace("\r\n ", "")
    assert f"SUMMARY:Task {task.case.number}\r\n" in text
    assert f"DTSTART;TZID=Asia/Shanghai:{day:%Y%m%d}T235959\r\n" in text
    assert f"/tasks/{task.pk}/\r\n" in text
    assert task.title not in text
    assert "BEGIN:VEVENT" not in cast.browser("commerce.lead").get(FILE).text


def test_the_file_is_only_for_those_who_sign_in(client):
    assert client.get(FILE).status_code == 302
