"""Lists are counted up to a limit."""

import pytest
from django.http import QueryDict

from agencies.kernel.counting import count_up_to, format_count
from agencies.kernel.facets import Facets
from cases.casefile.filters import CaseFilter
from cases.casefile.models import Case, Severity
from cases.controls.models import ViolationType
from tests import stories

pytestmark = pytest.mark.both_databases  # limited counts


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


@pytest.mark.slow
def test_a_long_list_is_counted_up_to_the_limit(cast, counted_to_two):
    browser = cast.browser("customs.officer")
    for _ in range(2):
        stories.case(cast)
    assert chips_of(browser) == ["2", "2"]
    for _ in range(2):
        stories.case(cast)
    assert count_up_to(Case.objects.all()) == 3
    assert format_count(3) == "2+"
    assert chips_of(browser) == ["2+", None]
    assert browser.get("/cases/").context["facets"][0][1][0].url == "?state=OPENED"


def chips_of(browser):
    return [choice.number for choice in browser.get("/cases/").context["chips"]]


@pytest.mark.slow
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
