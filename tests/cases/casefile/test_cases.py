"""The list of cases."""

import pytest

from cases.casefile.models import Case
from cases.controls.models import ViolationType
from tests import stories

URL = "/cases/"


def listed(cast, username="customs.officer", language="en", **params):
    answer = cast.browser(username, language).get(URL, params)
    return answer, answer.content.decode()


def test_the_list_shows_and_counts_visible_cases_only(cast):
    own = stories.case(cast, title="Ours")
    stories.case(cast, by="commerce.officer", title="Theirs")
    answer, text = listed(cast)

    assert own.number in text
    assert "Theirs" not in text
    assert answer.context["chips"][0].count == 1


@pytest.mark.both_databases  # counts of facets
def test_a_facet_counts_the_rows_it_would_leave(cast):
    high, low = stories.case(cast), stories.case(cast)
    Case.objects.filter(pk=low.pk).update(severity="low")
    high.violation_types.set(ViolationType.objects.filter(code="false_declaration"))
    answer, _ = listed(cast, severity="high")
    facets = dict(answer.context["facets"])

    assert {str(c.label): c.count for c in facets["Severity"]} == {"Low": 1, "High": 1}
    assert [c.count for c in facets["Violation type"]] == [1]
    assert [case.pk for case in answer.context["page"].items] == [high.pk]


@pytest.mark.both_databases  # empty values in the order
def test_the_list_sorts_by_the_nearest_deadline(cast):
    without, with_one = stories.case(cast), stories.case(cast)
    Case.objects.filter(pk=with_one.pk).update(due_at="2026-12-01T00:00:00Z", breach_at="2026-12-01T00:00:00Z")
    answer, _ = listed(cast, sort="due")

    assert [case.pk for case in answer.context["page"].items] == [with_one.pk, without.pk]


def test_only_overdue_cases_are_red(cast):
    late = stories.case(cast)
    stories.case(cast)
    Case.objects.filter(pk=late.pk).update(due_at="2026-01-01T00:00:00Z", breach_at="2026-01-01T00:00:00Z")
    answer, text = listed(cast, overdue="1")

    assert [case.pk for case in answer.context["page"].items] == [late.pk]
    assert text.count("cv-deadline-overdue") == 1


def test_an_empty_list_says_why(cast):
    assert "Your agency leads no case" in listed(cast, "commerce.officer")[1]
    assert "no unrestricted case yet" in listed(cast, "centre.coordinator")[1]
    assert "No entry matches these filters" in listed(cast, severity="low")[1]


@pytest.mark.slow
@pytest.mark.both_databases  # order and pages
def test_pages_have_no_gaps(cast):
    for _ in range(52):
        stories.case(cast)
    browser, seen, url = cast.browser("customs.officer"), [], URL
    while url:
        page = browser.get(url).context["page"]
        seen += [case.pk for case in page.items]
        url = f"{URL}?after={page.next}" if page.next else ""

    assert len(seen) == len(set(seen)) == 52
