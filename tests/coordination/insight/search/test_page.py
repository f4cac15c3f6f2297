"""The search page and its API."""

import pytest
from django.urls import reverse

from cases.casefile.models import Case
from coordination.insight.search.actions import index_changed
from tests import stories
from tests.costs import costs_no_more

pytestmark = pytest.mark.both_databases  # order and marks of what full text finds

PAGE, API = "/search/", "/api/v1/search/"


@pytest.mark.slow
def test_a_number_that_one_thing_has_leads_straight_to_it(cast):
    case = stories.case(cast)
    transfer = stories.transfer(cast, "DELIVERED", case)
    lead = case.leads.get()
    index_changed()
    browser = cast.browser("customs.officer")
    for typed, name, thing in (
        (case.number, "case", case),
        (transfer.number, "referral", transfer),
        (case.number.lower().replace("-", " "), "case", case),
        (transfer.number.replace("〔", "[").replace("〕", "]"), "referral", transfer),
        (lead.source_ref, "lead", lead),
    ):
        assert browser.get(PAGE, {"q": typed}).headers.get("Location") == reverse(name, args=[thing.pk]), typed


@pytest.mark.slow
def test_a_number_that_several_have_lists_them(cast):
    for _ in range(2):
        stories.case(cast)
    index_changed()
    shown = cast.browser("customs.officer").get(PAGE, {"q": "2200 2026 0000000001"})
    assert shown.status_code == 200
    assert {group.resource for group in shown.context["groups"]} == {"shipments", "leads"}


def test_a_number_of_a_thing_that_one_may_not_see_leads_nowhere(cast):
    case = stories.case(cast)
    index_changed()
    shown = cast.browser("police.officer").get(PAGE, {"q": case.number})
    assert shown.status_code == 200
    assert "Nothing that you may see" in shown.content.decode()


@pytest.mark.slow
def test_goods_of_the_same_name_are_told_apart_by_their_cases(cast):
    cases = [stories.case(cast, title=title) for title in ("First of two", "Second of two")]
    index_changed()
    shown = cast.browser("customs.officer").get(PAGE, {"q": "锑锭", "stay": 1})
    [goods] = [group for group in shown.context["groups"] if group.resource == "items"]
    assert {hit.case for hit in goods.hits} == {f"{case.number} {case.title}" for case in cases}
    assert all(case.number in shown.content.decode() for case in cases)


def test_matches_are_marked_and_user_text_is_escaped(cast):
    stories.case(cast, title="<script>alert(1)</script> 锑锭")
    index_changed()
    page = cast.browser("customs.officer").get(PAGE, {"q": "tiding"}).content.decode()
    assert "<mark>锑锭</mark>" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_speaks_both_languages(cast, language):
    shown = cast.browser("customs.officer", language).get(PAGE)
    assert ("搜索" if language == "zh-hans" else "Search") in shown.content.decode()


@pytest.mark.slow
def test_all_hits_of_a_resource_come_in_pages_each_once(cast):
    cases = {str(stories.case(cast, title=f"Canary {n}").pk) for n in range(5)}
    index_changed()
    browser, seen, url = cast.browser("customs.officer"), [], f"{API}?q=canary&resource=cases&size=2"
    while url:
        data = browser.get(url).json()
        seen += [row["id"] for row in data["results"]]
        url = data["next"]
    assert len(seen) == 5
    assert set(seen) == cases


def test_the_api_gives_the_reasons(cast):
    stories.case(cast, title="锑锭伪报")
    index_changed()
    data = cast.browser("customs.officer").get(API, {"q": "tiding"}).json()
    hit = next(row for row in data["results"] if row["resource"] == "cases")
    assert hit["why"] == [{"field": "Subject", "text": "锑锭伪报", "found": ["锑锭"]}]
    assert {"resource": "cases", "count": 1, "more": False} in data["counts"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"q": "x", "resource": "users"}, "/resource"),
        ({"q": "x", "resource": "cases", "after": "x"}, "/after"),
    ],
)
def test_invalid_queries_are_refused_by_field(cast, asked, field):
    answer = cast.browser("customs.officer").get(API, asked)
    assert answer.status_code in (400, 422)
    assert field in answer.content.decode()


def test_a_longer_text_is_cut_with_a_note(cast):
    case = stories.case(cast, title="Canary")
    index_changed()
    shown = cast.browser("customs.officer").get(PAGE, {"q": "Canary" + " " * 250 + "x"})
    assert shown.status_code == 200
    assert "Only the first 200 characters were searched." in shown.content.decode()
    assert case in [hit.thing for group in shown.context["groups"] for hit in group.hits]
    answer = cast.browser("customs.officer").get(API, {"q": "Canary" + " " * 250 + "x"}).json()
    assert answer["cut_to"] == 200
    assert str(case.pk) in [hit["id"] for hit in answer["results"]]
    assert cast.browser("customs.officer").get(API, {"q": "Canary"}).json()["cut_to"] is None


@pytest.mark.slow
def test_more_rows_cost_no_more_queries(cast):
    stories.transfer(cast, "DELIVERED")
    index_changed()
    with costs_no_more(cast.browser("customs.officer"), f"{PAGE}?q=antimony"):
        for _ in range(6):
            stories.transfer(cast, "DELIVERED")
        index_changed()
    assert Case.objects.count() == 7
