"""Goods on the page of their case, and the page of a lot: its ledger, and what may be done."""

import pytest

from cases.custody.actions import ACTIONS
from tests import stories
from tests.costs import costs_no_more


@pytest.mark.parametrize(("language", "words"), [("en", "Balance"), ("zh-hans", "结存")])
def test_the_tab_of_a_case_shows_the_balance_and_each_lot(cast, language, words):
    lot = stories.lot(cast, seal="S-77")
    ACTIONS["split"](lot, actor=cast["customs.officer"], portions="10000 13000", loss_reason="dust")
    page = cast.browser("customs.officer", language).get(f"/cases/{lot.case_id}/?tab=goods").content.decode()
    for expected in (words, "1-2", "24,000", "23,000", "1,000", "S-77", "Shekou warehouse 3"):
        assert expected in page, expected


def test_without_goods_the_tab_explains_its_purpose(cast):
    page = cast.browser("customs.officer").get(f"/cases/{stories.case(cast).pk}/?tab=goods").content.decode()
    assert "No goods are in custody" in page


def test_the_page_of_a_lot_shows_its_ledger_and_what_may_be_done_and_a_timeline_calls_it_by_its_name(cast):
    lot = stories.lot(cast)
    ACTIONS["sample"](lot, actor=cast["customs.officer"], amount=2, storage="Laboratory 2", paper="s1")
    browser = cast.browser("customs.officer")
    page = browser.get(f"/lots/{lot.pk}/").content.decode()
    for expected in ("Taken into custody", "Sampled", "Laboratory 2", f"/lots/{lot.pk}/do/split/"):
        assert expected in page, expected
    assert f"/lots/{lot.pk}/do/dispose/" not in page
    page = cast.browser("customs.officer").get(f"/cases/{lot.case_id}/?tab=timeline").content.decode()
    assert "took goods into custody" in page
    assert str(lot) in page


def test_many_lots_cost_no_more_queries_than_one(cast):
    case = stories.lot(cast).case
    with costs_no_more(cast.browser("customs.officer"), f"/cases/{case.pk}/?tab=goods"):
        for _ in range(12):
            stories.lot(cast, case)
