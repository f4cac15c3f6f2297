"""Control rules suggested for a description."""

from datetime import date

import pytest

from cases.controls.rules import load_rules, rules_for

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def first(description="", control_code="", hs_code="", day=TODAY):
    found = rules_for(load_rules(), control_code=control_code, hs_code=hs_code, description=description, day=day)
    return [(rule.item.item_id, rule.why, rule.status) for rule in found]


def test_the_control_code_precedes_keywords():
    assert first("氧化锑", control_code="1C905.a.4")[0][1] == "control_code"


def test_the_longest_word_comes_first():
    assert first("氧化锑 500 kg")[0][0] == "CI017"
    assert first("锑锭")[0][0] == "CI016"


def test_erbium_is_not_found_in_terbium():
    assert not [row for row in first("terbium oxide") if row[0] in ("CI077", "CI078")]


def test_a_case_is_judged_by_the_rule_of_its_day():
    on = {day: {r[0]: r[2] for r in first("锑锭", day=day)}["CI016"] for day in (date(2024, 9, 14), TODAY)}
    assert on == {date(2024, 9, 14): "not_yet", TODAY: "in_force"}


def test_an_ended_suspension_is_to_be_verified():
    days = (date(2025, 12, 1), date(2026, 11, 10), date(2026, 11, 11))
    rules = [rule for rule in load_rules() if rule.suspended_to == date(2026, 11, 10)]
    assert rules
    assert [rules[0].status_on(day) for day in days] == ["suspended", "suspended", "verify"]


def test_nothing_is_suggested_for_ordinary_goods():
    assert first("cotton shirts") == []
