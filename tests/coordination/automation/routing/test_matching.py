"""Which rule applies: fixed examples, and properties for any rules and facts."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.controls.verdicts import EVERY, ORDER
from coordination.automation.routing.matching import AMONG, BELOW, FROM, conditions, decide, holds_on
from coordination.automation.routing.spreadsheet import RuleRow

TODAY = date(2026, 11, 25)
SEVERITIES, DISTRICTS, MATERIALS = (
    ("low", "medium", "high", "critical"),
    ("0100", "2200", "5300"),
    ("antimony", "gallium"),
)


def rule(place=(1, 1), **given):
    return RuleRow(tier=place[0], position=place[1], unit="GACC_RISK", **given)


def facts(**given):
    known = {
        "kind": "lead",
        "severity": "high",
        "violation_types": ["concealment"],
        "materials": ["antimony"],
        "verdict": "licence",
    }
    known |= {"districts": ["2200"], "destinations": ["VNM"], "value_cny": "150000", "value_cny_complete": True}
    return known | {"weight_kg": "25000", "weight_kg_complete": True} | given


def fits(facts_, **given):
    one = rule(**given)
    return decide([one], facts_, TODAY) is one


def test_a_condition_left_empty_means_any():
    assert fits(facts())
    assert fits(dict.fromkeys(facts()))


@pytest.mark.parametrize("name", AMONG)
def test_one_of_the_codes_is_enough_and_another_or_none_is_not(name):
    fact = AMONG[name]
    had = facts()[fact]
    code = had if isinstance(had, str) else had[0]
    assert fits(facts(), **{name: (code, "other")})
    assert not fits(facts(), **{name: ("other",)})
    assert not fits(facts(**{fact: None}), **{name: (code,)})


def test_a_verdict_or_a_stricter_one_is_enough():
    assert fits(facts(verdict="licence"), verdict_from="licence")
    assert fits(facts(verdict="barred"), verdict_from="not_licensed")
    assert not fits(facts(verdict="suspended"), verdict_from="licence")
    for unknown in (None, "cannot_tell"):
        assert not fits(facts(verdict=unknown), verdict_from="suspended")
    assert fits(facts(verdict="cannot_tell"), verdicts=("barred", "cannot_tell"))


@pytest.mark.parametrize(("column", "fact"), [*FROM.items(), *BELOW.items()])
def test_unknown_values_are_neither_above_nor_below(column, fact):
    assert not fits(facts(**{fact: None, f"{fact}_complete": False}), **{column: Decimal(1)})
    assert not fits(facts(**{fact: None, f"{fact}_complete": False}), **{column: Decimal(10**9)})


def test_a_known_part_may_reach_a_line_but_never_be_below_it():
    partly = facts(value_cny="150000", value_cny_complete=False)
    assert fits(partly, value_from=Decimal(150000))
    assert not fits(partly, value_from=Decimal(150001))
    assert not fits(partly, value_below=Decimal(10**9))
    assert [one.had for one in conditions(rule(value_below=Decimal(10**9)), partly)] == [None]


def test_from_includes_its_amount_and_below_does_not():
    assert fits(facts(), value_from=Decimal("150000.0"))
    assert not fits(facts(), value_below=Decimal(150000))
    assert fits(facts(), value_below=Decimal("150000.01"))


def test_the_first_tier_decides_and_within_it_the_lowest_number():
    rules = [rule((2, 1)), rule((1, 20)), rule((1, 3), severities=("low",)), rule((1, 7))]
    assert decide(rules, facts(), TODAY).place == (1, 7)
    assert decide(rules, facts(severity="low"), TODAY).place == (1, 3)
    assert decide(rules[:1], facts(), TODAY).place == (2, 1)


def test_a_rule_applies_from_its_first_to_its_last_day():
    one = rule(starts_on=TODAY, ends_on=TODAY + timedelta(days=1))
    days = [TODAY + timedelta(days=n) for n in range(-1, 3)]
    assert [holds_on(one, day) for day in days] == [False, True, True, False]
    assert decide([one], facts(), days[0]) is None


codes = st.one_of(st.none(), st.lists(st.sampled_from(DISTRICTS), max_size=3))
amounts = st.one_of(st.none(), st.decimals(0, 10**6, places=2))
any_facts = st.builds(
    facts,
    severity=st.one_of(st.none(), st.sampled_from(SEVERITIES)),
    verdict=st.one_of(st.none(), st.sampled_from(EVERY)),
    districts=codes,
    materials=st.one_of(st.none(), st.lists(st.sampled_from(MATERIALS), max_size=2)),
    value_cny=amounts.map(lambda amount: None if amount is None else str(amount)),
    value_cny_complete=st.booleans(),
)
any_rule = st.builds(
    rule,
    place=st.tuples(st.integers(1, 3), st.integers(1, 50)),
    severities=st.lists(st.sampled_from(SEVERITIES), max_size=3).map(tuple),
    verdicts=st.lists(st.sampled_from(EVERY), max_size=2).map(tuple),
    verdict_from=st.sampled_from(("", *ORDER[:-1])),
    districts=st.lists(st.sampled_from(DISTRICTS), max_size=2).map(tuple),
    materials=st.lists(st.sampled_from(MATERIALS), max_size=2).map(tuple),
    value_from=amounts,
    value_below=amounts,
    starts_on=st.one_of(st.none(), st.dates(date(2026, 11, 1), date(2026, 12, 31))),
)
any_rules = st.lists(any_rule, max_size=8, unique_by=lambda one: one.place)


@given(any_rules, any_facts, st.randoms())
def test_the_order_in_which_rules_are_read_decides_nothing(rules, known, roll):
    first = decide(rules, known, TODAY)
    roll.shuffle(rules)
    assert decide(rules, known, TODAY) == first


@given(any_rules, any_facts)
def test_the_deciding_rule_is_the_first_match(rules, known):
    found = decide(rules, known, TODAY)
    for one in sorted(rules, key=lambda one: one.place):
        met = holds_on(one, TODAY) and all(asked.met for asked in conditions(one, known))
        if found is not None and one.place == found.place:
            assert met
            return
        assert not met
    assert found is None


@given(any_rule, any_facts)
def test_a_further_condition_never_makes_a_rule_fit(one, known):
    wider = replace(one, districts=(), value_from=None, value_below=None)
    if decide([one], known, TODAY):
        assert decide([wider], known, TODAY)


@given(any_rule, any_facts)
def test_learning_less_never_makes_a_rule_fit(one, known):
    """Unknown facts neither exclude nor include."""
    less = {
        **known,
        "verdict": None,
        "districts": None,
        "severity": None,
        "value_cny": None,
        "value_cny_complete": False,
    }
    if decide([one], less, TODAY):
        assert decide([one], known, TODAY)
