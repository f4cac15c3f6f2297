"""One query counts many lists."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.kernel.counting import (
    Moment,
    compiled,
    compiled_ids,
    count_and_find,
    count_each,
    format_count,
)
from agencies.kernel.facets import Facets
from agencies.work.models import WorkItem
from cases.casefile.filters import CaseFilter
from cases.casefile.models import Case, Severity
from cases.controls.models import ViolationType
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task
from tests import stories

pytestmark = pytest.mark.both_databases  # limited counts


def test_each_list_is_counted_by_its_name_in_one_query(cast, django_assert_num_queries):
    for _ in range(2):
        stories.task(cast)
    actor = cast["customs.officer"]
    lists = {
        "tasks": Task.objects.visible_to(actor).open(),
        "cases": Case.objects.visible_to(cast["centre.coordinator"]),
        "referrals": Referral.objects.visible_to(actor),
        "nothing": Task.objects.none(),
    }
    with django_assert_num_queries(1):
        assert count_each(lists) == {"tasks": 2, "cases": 2, "referrals": 0, "nothing": 0}


def test_lists_that_differ_in_one_text_are_counted_by_one_query_each_up_to_the_limit(cast, monkeypatch):
    monkeypatch.setattr("agencies.kernel.counting.COUNTED", 1)
    for _ in range(3):
        stories.task(cast)
    lists = {state: Task.objects.filter(state=state, created_at__lt=Moment()) for state in Task.State.values}
    with CaptureQueriesContext(connection) as asked:
        counts = count_each({**lists, "all": Task.objects.all()})
    assert counts == dict.fromkeys(lists, 0) | {"OPEN": 2, "all": 2}
    assert asked[0]["sql"].count('tasks_task" WHERE') == 1


def test_no_lists_need_no_query(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert count_each({}) == {}


def test_the_first_of_each_list_are_found_in_one_query_and_in_its_order(cast, django_assert_num_queries):
    tasks = [stories.task(cast).pk for _ in range(3)]
    cases = Case.objects.order_by("-created_at")
    lists = {"tasks": Task.objects.order_by("created_at")[:2], "cases": cases[:1], "nothing": Task.objects.none()}
    queries = {name: compiled_ids(rows) for name, rows in lists.items()}
    with django_assert_num_queries(1):
        _counts, found = count_and_find({}, queries)
    assert {name: list(ids) for name, ids in found.items()} == {
        "tasks": tasks[:2],
        "cases": [cases[0].pk],
        "nothing": [],
    }


def test_a_query_kept_since_yesterday_uses_the_present_time(cast, monkeypatch):
    due = timezone.now() + timedelta(days=9)
    rows = Task.objects.filter(pk=stories.task(cast).pk)
    rows.update(due_at=due)
    queries = {
        "late": compiled(rows.overdue(Moment())),
        "late in a day": compiled(rows.overdue(Moment() + timedelta(days=1))),
    }
    monkeypatch.setattr("django.utils.timezone.now", lambda: due - timedelta(hours=1))
    assert count_each(queries) == {"late": 0, "late in a day": 1}
    monkeypatch.setattr("django.utils.timezone.now", lambda: due + timedelta(hours=1))
    assert count_each(queries) == {"late": 1, "late in a day": 1}


def test_a_row_with_two_values_counts_once_for_each_and_once_elsewhere(cast, django_assert_num_queries):
    types = list(ViolationType.objects.order_by("code")[:2])
    stories.case(cast).violation_types.set(types)
    stories.case(cast).violation_types.set(types[:1])
    cut = CaseFilter(QueryDict(), Case.objects.visible_to(cast["customs.officer"]), actor=cast["customs.officer"])
    columns = {"violation_type": ("violation_types__code",), "state": ("state",)}
    facets = Facets(cut, QueryDict(), columns)
    assert cut.is_valid()
    with django_assert_num_queries(1):
        kinds = facets.by_row("violation_type", "violation_types__code", label=lambda: "")
        states = facets.by_choice("state", "state", Case.State.choices)
    assert {one.value: one.count for one in kinds} == {types[0].code: 2, types[1].code: 1}
    assert [one.count for one in states] == [2]


def test_facets_of_one_list_are_counted_in_one_pass(cast, django_assert_num_queries):
    stories.case(cast, severity="high")
    stories.case(cast, severity="low")
    actor = cast["customs.officer"]
    cut = CaseFilter(QueryDict("state=OPENED"), Case.objects.visible_to(actor), actor=actor)
    facets = Facets(cut, QueryDict("state=OPENED"), {"severity": ("severity",), "lead": ("lead__code",)})
    assert cut.is_valid()
    with django_assert_num_queries(1):
        levels = facets.by_choice("severity", "severity", Severity.choices)
        leads = facets.by_row("lead", "lead__code", label=lambda: "")
    assert {one.value: one.count for one in levels} == {"high": 1, "low": 1}
    assert {one.value: one.count for one in leads} == {"GACC": 2}
    # The facet of an active filter counts the rows left by the other filters, so it takes its own query.
    with django_assert_num_queries(1):
        assert [one.count for one in facets.by_choice("state", "state", Case.State.choices)] == [2]


def test_a_long_list_is_counted_up_to_the_limit(cast, counted_to_two):
    browser = cast.browser("customs.officer")
    for _ in range(2):
        stories.case(cast)
    assert chips_of(browser) == ["2", "2"]
    for _ in range(2):
        stories.case(cast)
    assert count_each({"cases": Case.objects.all()}) == {"cases": 3}
    assert format_count(3) == "2+"
    assert chips_of(browser) == ["2+", None]
    assert browser.get("/cases/").context["facets"][0][1][0].url == "?state=OPENED"


def chips_of(browser):
    return [choice.number for choice in browser.get("/cases/").context["chips"]]


def states(cast):
    """The rows of tasks in each open state, of the agency that performs them."""
    tasks = [stories.task(cast, state) for state in ("ASKED", "OPEN", "OPEN", "CLAIMED")]
    return WorkItem.objects.of_agency(tasks[0].agency_id).filter(kind="task")


def test_lists_are_read_one_after_the_other_up_to_the_limit(cast, counted_to_two):
    rows = states(cast)
    assert count_each({"all": compiled(rows.filter(free=True), rows.filter(free=False))}) == {"all": 3}


def test_an_unlimited_list_makes_the_others_no_shorter(cast):
    rows = states(cast)
    assert count_each({"all": compiled(rows, rows.filter(kind="lead"))}) == {"all": 4}


def test_facets_read_lists_one_after_the_other_up_to_the_limit(cast, counted_to_two, django_assert_num_queries):
    for severity in ("high", "low", "low"):
        stories.case(cast, severity=severity)
    actor = cast["customs.officer"]
    seen = Case.objects.visible_to(actor)
    assert values_of(actor, [seen.filter(severity="high"), seen.filter(severity="low")]) == {"high", "low"}
    with django_assert_num_queries(1):
        assert values_of(actor, [seen, seen.none()]) == {"high", "low"}


def values_of(actor, lists):
    cut = CaseFilter(QueryDict(), Case.objects.visible_to(actor), actor=actor)
    facets = Facets(cut, QueryDict(), {"severity": ("severity",)}, apart=lists)
    assert cut.is_valid()
    return {one.value for one in facets.by_choice("severity", "severity", Severity.choices)}
