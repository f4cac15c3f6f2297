"""One query counts many lists."""

from agencies.kernel.counting import count_each, number_words
from cases.casefile.models import Case
from coordination.referrals.models import Referral
from coordination.tasks.models import Task
from tests import stories


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


def test_no_lists_need_no_query(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert count_each({}) == {}


def test_a_long_list_is_counted_as_far_as_anybody_reads(cast, monkeypatch):
    monkeypatch.setattr("agencies.kernel.counting.COUNTED", 2)
    monkeypatch.setattr("agencies.kernel.facets.COUNTED", 2)
    browser = cast.browser("customs.officer")
    for _ in range(2):
        stories.case(cast)
    assert chips_of(browser) == ["2", "2"]
    for _ in range(2):
        stories.case(cast)
    assert count_each({"cases": Case.objects.all()}) == {"cases": 3}
    assert number_words(3) == "2+"
    assert chips_of(browser) == ["2+", None]
    assert browser.get("/cases/").context["facets"][0][1][0].url == "?state=OPENED"


def chips_of(browser):
    return [choice.number for choice in browser.get("/cases/").context["chips"]]
