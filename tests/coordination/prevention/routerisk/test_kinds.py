"""What each test says of real cases: met, not met, or not decided for want of a fact."""

from datetime import date

import pytest

from cases.casefile.models import Item, Party
from cases.controls.models import Country
from coordination.prevention.routerisk.kinds import TESTS
from coordination.prevention.routerisk.looking import look_at, reason_of, what_would_change
from coordination.prevention.routerisk.matter import read_matters
from coordination.prevention.routerisk.models import RiskRule
from tests import stories

BY = "customs.lead"
BUYER = {"role": "consignee", "kind": "company", "name": "Siam Trading Co Ltd", "country": "THA"}


def exporter(**changes):
    return {**stories.content()["parties"][0], **changes}


def outcome(cast, case, kind, **parameters):
    """What a rule of customs says of the first shipment of the case."""
    rule = RiskRule(agency=cast.user(BY).agency, code="R", kind=kind, parameters=parameters)
    [matter] = read_matters([case.pk]).values()
    looks = list(look_at([rule], [matter]))
    for look in looks:
        if look.outcome.is_met:
            assert reason_of(rule, look.outcome.facts)
            assert what_would_change(rule, look.outcome.facts)
    return looks[0].outcome


def test_every_kind_has_a_test():
    assert set(TESTS) == set(RiskRule.Kind.values)


def test_controlled_goods_through_a_third_country(cast):
    direct, through = stories.case(cast), stories.case(cast, shipments=[{"route": ["CHN", "VNM", "USA"]}])
    assert not outcome(cast, direct, "transit").is_met
    found = outcome(cast, through, "transit")
    assert (found.facts["via"], found.facts["end"]) == (["VNM"], "USA")
    assert outcome(cast, through, "transit", via=["VNM", "MEX"]).is_met
    assert not outcome(cast, through, "transit", via=["MEX"]).is_met
    unknown = stories.case(cast, shipments=[{"port": "Shekou"}])
    assert outcome(cast, unknown, "transit").missing == ("route",)
    Item.objects.filter(case=through).update(basis="not_controlled")
    assert outcome(cast, through, "transit").facts is None
    Item.objects.filter(case=through).update(basis="listed")
    assert outcome(cast, through, "transit").is_certain


def test_a_declared_leg_ahead_of_another_final_destination_is_a_third_country(cast):
    case = stories.case(cast)
    stories.leg(cast, case, from_country="VNM", to_country="MEX")
    assert outcome(cast, case, "transit").facts["end"] == "MEX"
    assert outcome(cast, case, "transit").facts["via"] == ["VNM"]


def test_goods_that_nobody_can_identify_leave_the_test_open(cast):
    case = stories.case(cast, items=[], shipments=[{"route": ["CHN", "VNM", "USA"]}])
    assert outcome(cast, case, "transit").missing == ("goods",)


def test_the_actual_destination_differs(cast):
    case = stories.case(cast)
    assert outcome(cast, case, "diverted").missing == ("actual_destination",)
    stories.leg(cast, case, to_country="VNM")
    assert not outcome(cast, case, "diverted").is_met
    stories.leg(cast, case, from_country="VNM", to_country="THA")
    found = outcome(cast, case, "diverted")
    assert (dict(found.facts), found.is_certain) == ({"declared": "VNM", "actual": "THA"}, True)
    bound = stories.case(cast, shipments=[{"route": ["CHN", "VNM"], "final_destination": "USA"}])
    assert not outcome(cast, bound, "diverted").is_certain


@pytest.mark.parametrize(
    ("founded", "met"), [(date(2025, 12, 2), True), (date(2025, 11, 30), False), (None, None)], ids=str
)
def test_a_consignee_founded_shortly_before_the_departure(cast, founded, met):
    case = stories.case(cast, parties=[exporter(), BUYER])
    assert outcome(cast, case, "young", months=6).missing == ("day",)
    stories.leg(cast, case, "declared", departs_on=date(2026, 5, 31))
    Party.objects.filter(case=case, role="consignee").update(founded_on=founded)
    found = outcome(cast, case, "young", months=6)
    assert found.missing == (() if founded else ("founded_on",))
    assert found.is_met == bool(met)


def test_the_price_of_a_mineral_outside_its_band(cast):
    item = {"description": "锑锭", "net_weight_kg": "1000", "value": "20000", "currency": "CNY"}
    case = stories.case(cast, items=[item])
    assert outcome(cast, case, "price", material="antimony", low="60").facts["price"] == "20.00"
    assert outcome(cast, case, "price", material="antimony", high="19.99").is_met
    assert not outcome(cast, case, "price", material="antimony", low="20", high="20").is_met
    assert outcome(cast, case, "price", material="gallium", low="60").missing == ()
    for columns, missing in (({"net_weight_kg": None}, "weight"), ({"currency": "USD", "net_weight_kg": 1}, "value")):
        Item.objects.filter(case=case).update(**columns)
        assert outcome(cast, case, "price", material="antimony", low="60").missing == (missing,)


@pytest.mark.parametrize(
    ("hs_code", "met"), [("8110101000", False), ("8110109000", True), ("7901110000", False), ("", None)], ids=str
)
def test_the_hs_code_of_an_uncontrolled_sibling(cast, hs_code, met):
    case = stories.case(cast, items=[{"description": "锑锭", "hs_code": hs_code}])
    found = outcome(cast, case, "hidden_hs")
    assert found.is_met == bool(met)
    assert found.missing == (("hs_code",) if met is None else ())


def consignment(cast, day, weight="15000", by="customs.officer", parties=None, **rest):
    """A case of one shipment that left on that day."""
    item = {"description": "锑锭", "net_weight_kg": weight}
    case = stories.case(cast, by, items=[item], parties=parties or [exporter(), BUYER], **rest)
    stories.leg(cast, case, "declared", by, departs_on=day)
    return case


LINE = {"shipments": 2, "days": 10, "weight_kg": "20000"}


def test_shipments_that_are_over_the_line_only_together(cast):
    first, second = consignment(cast, date(2026, 5, 1)), consignment(cast, date(2026, 5, 10))
    found = outcome(cast, second, "split", **LINE)
    assert (found.facts["shipments"], found.facts["together"], found.is_certain) == (2, "30000", True)
    assert outcome(cast, first, "split", **LINE).is_met
    assert not outcome(cast, second, "split", **LINE | {"days": 9}).is_met
    assert not outcome(cast, second, "split", **LINE | {"shipments": 3}).is_met
    assert not outcome(cast, second, "split", **LINE | {"weight_kg": "15000"}).is_met  # each alone is over it
    Item.objects.filter(case=first).update(net_weight_kg=None)
    assert outcome(cast, second, "split", **LINE).missing == ("weight",)


def test_shipments_of_one_case_are_only_possibly_under_the_line(cast):
    routes = [{"declaration_no": f"22002026000000000{n}", "route": ["CHN", "VNM"]} for n in (1, 2)]
    case = stories.case(cast, shipments=routes)
    Item.objects.filter(case=case).update(conduct_on=date(2026, 5, 1))
    found = outcome(cast, case, "split", **LINE)
    assert (found.is_met, found.is_certain, found.facts["cases"]) == (True, False, 1)


NEW = {"share": "50", "earlier": 1, "days": 365}


@pytest.mark.slow
def test_a_new_buyer_with_a_large_share(cast):
    other = {**BUYER, "name": "Old Friend Ltd"}
    consignment(cast, date(2026, 1, 10), parties=[exporter(), other])
    new = consignment(cast, date(2026, 5, 1))
    found = outcome(cast, new, "new_buyer", **NEW)
    assert (found.facts["name"], found.facts["share"], found.facts["earlier"]) == ("Siam Trading Co Ltd", "50.0", 1)
    assert not outcome(cast, new, "new_buyer", **NEW | {"share": "51"}).is_met
    assert not outcome(cast, new, "new_buyer", **NEW | {"earlier": 2}).is_met
    assert not outcome(cast, new, "new_buyer", **NEW | {"days": 30}).is_met
    consignment(cast, date(2026, 2, 10))
    assert not outcome(cast, new, "new_buyer", **NEW).is_met


def test_other_cases_count_only_if_the_agency_reads_them_and_they_are_not_restricted(cast):
    ours = consignment(cast, date(2026, 5, 10))
    consignment(cast, date(2026, 5, 1), by="police.officer")
    consignment(cast, date(2026, 5, 2), handling="H3")
    assert not outcome(cast, ours, "split", **LINE).is_met
    consignment(cast, date(2026, 5, 3))
    assert outcome(cast, ours, "split", **LINE).facts["shipments"] == 2


def test_a_rule_of_the_centre_compares_no_other_case(cast):
    ours = consignment(cast, date(2026, 5, 10))
    consignment(cast, date(2026, 5, 1))
    rule = RiskRule(agency=cast.user("centre.coordinator").agency, code="R", kind="split", parameters=LINE)
    [look] = look_at([rule], read_matters([ours.pk]).values())
    assert not look.outcome.is_met


def test_a_consignee_near_a_listed_party(cast):
    entry = stories.listing(cast)
    case = stories.case(cast, parties=[exporter(), {**BUYER, "name": entry.names[0]}])
    assert outcome(cast, case, "near_listed").facts["entry"] == entry.code
    assert outcome(cast, case, "near_listed", lists=[entry.watch_list]).is_met
    others = {"control", "watch", "unreliable"} - {entry.watch_list}
    assert not outcome(cast, case, "near_listed", lists=sorted(others)).is_met
    alone = stories.case(cast)
    assert outcome(cast, alone, "near_listed").missing == ("consignee",)


@pytest.mark.slow
def test_the_nationality_of_a_person_changes_nothing(cast):
    """A person has no country for any test, and so no verdict of the control law by nationality."""
    person = {"role": "end_user", "kind": "person", "name": "Li Example", "country": "JPN"}
    case = stories.case(cast, parties=[exporter(), person], shipments=[{"route": ["CHN", "VNM", "USA"]}])
    stories.leg(cast, case, "declared", to_country="USA", departs_on=date(2026, 5, 1))
    given = {
        **{"transit": {}, "diverted": {}, "young": {"months": 6}, "price": {"material": "antimony", "low": "60"}},
        **{"hidden_hs": {}, "split": LINE, "new_buyer": NEW, "near_listed": {}},
    }
    matters, outcomes = [], []
    for country in (*Country.objects.filter(alpha3__in=["JPN", "USA", "CHN", "IRN"]), None):
        Party.objects.filter(case=case, kind="person").update(country=country)
        matters.append(read_matters([case.pk])[case.pk])
        outcomes.append({kind: outcome(cast, case, kind, **parameters) for kind, parameters in given.items()})
    assert set(given) == set(TESTS)
    assert all((one.parties, one.digest) == (matters[0].parties, matters[0].digest) for one in matters)
    assert all(one == outcomes[0] for one in outcomes)
    assert [party.country for party in matters[0].parties if party.kind == "person"] == [""]
