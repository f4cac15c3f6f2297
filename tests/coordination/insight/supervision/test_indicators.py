"""Indicators: definition, n of d, and the list behind each."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coordination.exchange.tasks.actions import ask_task
from coordination.insight.supervision import indicators
from tests import stories


@pytest.fixture
def month():
    return indicators.this_month()


def test_prompt_recording_keeps_the_lag_small(cast, month):
    stories.shared_case(cast)
    sign = indicators.lag(cast["customs.lead"], month)
    assert sign.met is True
    assert sign.n == sign.d > 0


def test_late_records_are_listed_and_counted_in_d_only(cast, month):
    case = stories.shared_case(cast)
    before = indicators.lag(cast["customs.lead"], month)
    ask_task(
        case,
        actor=cast["customs.officer"],
        agency="MOFCOM_SCB",
        title="Asked by telephone",
        happened_at=timezone.now() - timedelta(hours=9),
        paper="Note of the call",
    )
    after = indicators.lag(cast["customs.lead"], month)
    assert (after.n, after.d) == (before.n, before.d + 1)
    answer = cast.browser("customs.lead").get("/supervision/indicators/")
    assert [(row["case"].pk, row["lag"]) for row in answer.context["page"].items] == [(case.pk, "9 h")]
    assert cast.browser("commerce.lead").get("/supervision/indicators/").context["page"].items == []


def test_agencies_without_a_share_count_nothing_of_a_case(cast, month):
    stories.case(cast)
    assert indicators.lag(cast["commerce.lead"], month).d == 0
    assert indicators.lag(cast["centre.supervisor"], month).d > 0


def test_letters_count_their_fields(cast, month):
    paper = stories.paper(cast, "ISSUED")
    sign = indicators.prefilled(cast["customs.lead"], month)
    assert (sign.n, sign.d) == (paper.fields_known, paper.fields_all)
    assert sign.d > 0
    shown = cast.browser("customs.lead").get("/supervision/indicators/?indicator=letters").content.decode()
    assert paper.number in shown


@pytest.mark.slow
def test_the_page_is_for_readers_of_figures_and_costs_few_queries(cast, django_assert_max_num_queries):
    stories.shared_case(cast)
    assert cast.browser("customs.officer").get("/supervision/indicators/").status_code == 403
    for who in ("customs.lead", "centre.supervisor"):
        browser = cast.browser(who)
        with django_assert_max_num_queries(25):
            assert browser.get("/supervision/indicators/").status_code == 200
