"""Legs of shipments: what was declared and what is found, as facts of the case that can be put right."""

from datetime import date

import pytest

from agencies.journal.models import Event
from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case, Party, ShipmentLeg
from cases.casefile.voyages import voyage_of
from coordination.actions.performing import perform
from coordination.exchange.opinions.actions import follow_facts
from coordination.exchange.referrals.resting import packages_on
from coordination.insight.search.actions import index_changed
from tests import stories
from tests.refusals import invalid_at

CASES = RESOURCES["cases"]
OFFICER = "customs.officer"
LEG = {"chain": "declared", "to_country": "VNM", "source": "Declaration, box 12"}


def act(cast, case, verb, who=OFFICER, **answers):
    return perform(CASES, cast[who], Case.objects.get(pk=case.pk), verb, answers, strict=True)


def add(cast, case, **given):
    act(cast, case, "add_leg", **{"shipment": str(case.shipments.get().pk), **LEG, **given})
    return ShipmentLeg.objects.latest("created_at")


def page(cast, case, who=OFFICER, language="en"):
    return cast.browser(who, language).get(f"/cases/{case.pk}/").text


@pytest.mark.slow
def test_legs_of_both_chains_are_drawn_with_their_differences_in_words(cast):
    case = stories.case(cast)
    add(cast, case, from_country="CHN", from_place="Shekou", consignee="Hanoi Zinc", container="MSCU6639870")
    add(cast, case, chain="actual", from_country="CHN", to_country="MYS", mode="sea", vessel="Ever Example 12W")
    add(
        cast, case, chain="actual", from_country="MYS", to_country="USA", consignee="Other Ltd", container="CSQU3054384"
    )
    shown = page(cast, case)
    for words in (
        "As declared: Vietnam",
        "As found: United States",
        "Declared destination: Vietnam. Actual destination: United States.",
        "Reached, not declared: Malaysia, United States.",
        "Declared, not reached: Vietnam.",
        "Declared consignee: Hanoi Zinc. Actual consignee: Other Ltd.",
        "Declared containers: MSCU6639870. Actual containers: CSQU3054384.",
        "Shekou China → Vietnam",
        "Sea · Ever Example 12W",
        "Source: Declaration, box 12",
        "not declared",
        "not reached",
        "Check digit is wrong",
    ):
        assert words in shown, words
    chinese = page(cast, case, language="zh-hans")
    assert "申报目的地：越南；实际目的地：美国。" in chinese


def test_without_legs_the_declared_route_is_enough(cast):
    case = stories.case(cast)
    assert "As declared" not in page(cast, case)
    voyage = voyage_of(case.shipments.get())
    assert (voyage.declared.stops, voyage.declared.destination, voyage.actual.destination) == (
        ["CHN", "VNM"],
        "VNM",
        "",
    )
    assert (voyage.is_drawn, voyage.differences) == (False, [])


def test_declared_legs_that_contradict_the_declared_route_are_said(cast):
    case = stories.case(cast, shipments=[{"route": ["CHN", "VNM", "USA"]}])
    add(cast, case)
    assert "The declared legs end in Vietnam, the declared route in United States." in page(cast, case)


def test_the_final_destination_is_the_actual_one_until_a_leg_shows_it(cast):
    case = stories.case(cast, shipments=[{"route": ["CHN", "VNM"], "final_destination": "USA"}])
    assert voyage_of(case.shipments.get()).actual.destination == "USA"
    add(cast, case, chain="actual", to_country="MEX")
    assert voyage_of(case.shipments.get()).actual.destination == "MEX"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"to_country": ""}, "/to_country"),
        ({"source": ""}, "/source"),
        ({"to_country": "XXX"}, "/to_country"),
        ({"departs_on": "2026-05-02", "arrives_on": "2026-05-01"}, "/arrives_on"),
        ({"position": 100}, "/position"),
        ({"shipment": "00000000-0000-4000-8000-000000000000"}, "/shipment"),
    ],
)
def test_a_wrong_leg_is_refused_at_its_field(cast, given, field):
    case = stories.case(cast)
    with invalid_at(field):
        add(cast, case, **given)
    assert not ShipmentLeg.objects.exists()


def test_a_leg_is_put_right_removed_and_brought_back_like_other_facts(cast):
    case = stories.case(cast)
    leg = add(cast, case, departs_on="2026-05-01")
    assert add(cast, case).position == 2
    why = {"leg": str(leg.pk), "reason": "Read wrongly"}
    with invalid_at("/arrives_on"):
        act(cast, case, "change_leg", **why, arrives_on="2026-04-01")
    with invalid_at("/position"):
        act(cast, case, "change_leg", **why, position=0)
    act(cast, case, "change_leg", **why, to_country="THA", carrier="Line 9", departs_on="")
    leg.refresh_from_db()
    assert (leg.to_country, leg.carrier, leg.departs_on, leg.version) == ("THA", "Line 9", None, 2)
    changes = Event.objects.get(verb="change_leg").note.data["changes"]
    assert {"field": "to_country", "was": "VNM", "now": "THA"} in changes

    act(cast, case, "remove_leg", **why)
    assert list(case.shipments.get().legs.values_list("position", flat=True)) == [2]
    assert "Bring back the leg" in page(cast, case)
    act(cast, case, "restore_leg", removed_leg=str(leg.pk), reason="It was right")
    assert case.shipments.get().legs.count() == 2


def test_a_leg_leaves_and_comes_back_with_its_shipment(cast):
    case = stories.case(cast)
    shipment, leg = case.shipments.get(), add(cast, case)
    act(cast, case, "remove_shipment", shipment=str(shipment.pk), reason="Another case")
    with invalid_at("/leg"):
        act(cast, case, "remove_leg", leg=str(leg.pk), reason="Gone")
    act(cast, case, "restore_shipment", removed_shipment=str(shipment.pk), reason="Ours")
    assert case.shipments.get().legs.get() == leg


@pytest.mark.slow
def test_the_message_after_a_correction_offers_to_take_it_back(cast):
    case = stories.case(cast)
    leg = add(cast, case, carrier="Line 9")
    case.refresh_from_db()
    browser = cast.browser(OFFICER)
    url = f"/cases/{case.pk}/do/change_leg/?leg={leg.pk}&only=carrier"
    assert 'value="Line 9"' in browser.get(url).text
    answer = browser.post(
        url, {"leg": leg.pk, "carrier": "Line 8", "reason": "x", "version": case.version}, follow=True
    )
    assert "Undo" in answer.text


def test_only_those_who_may_change_facts_add_a_leg_and_readers_of_the_status_see_none(cast):
    case = stories.shared_case(cast, agency="MPS_ECID", profile="status")
    add(cast, case)
    shipment = str(case.shipments.get().pk)
    for who in ("police.officer", "centre.supervisor"):
        url = f"/cases/{case.pk}/do/add_leg/"
        assert cast.browser(who).get(url, {"shipment": shipment}).status_code == 403, who
    assert "Declaration, box 12" not in page(cast, case, "police.officer")
    assert cast.browser("police.officer").get(f"/api/v1/cases/{case.pk}/").json()["contents"] is None
    [shown] = cast.browser(OFFICER).get(f"/api/v1/cases/{case.pk}/").json()["contents"]["shipments"]
    [leg] = shown["legs"]
    assert (leg["chain"], leg["to_country"], leg["source"]) == ("declared", "VNM", "Declaration, box 12")


def test_an_opinion_on_other_legs_is_outdated_and_no_package_holds_a_leg(cast):
    opinion = stories.agency_opinion(cast, "GIVEN")
    matter = Case.objects.get(pk=opinion.case_id)
    leg = stories.leg(cast, matter)
    follow_facts()
    opinion.refresh_from_db()
    assert opinion.state == "OUTDATED"
    assert list(packages_on(leg, cast[OFFICER])) == []


def test_a_shipment_is_found_by_the_container_and_the_consignee_of_its_legs(cast):
    case = stories.case(cast)
    add(cast, case, container="CSQU3054383", consignee="Hanoi Zinc")
    index_changed()
    browser = cast.browser(OFFICER)
    assert browser.get("/search/", {"q": "CSQU3054383"})["Location"] == f"/cases/{case.pk}/"
    assert case.number in browser.get("/search/", {"q": "Hanoi Zinc"}, follow=True).text


def test_the_day_of_founding_is_a_fact_of_a_party(cast):
    case = stories.case(cast)
    act(cast, case, "add_party", name="New Ltd", kind="company", founded_on="2026-04-01")
    party = Party.objects.get(name="New Ltd")
    assert party.founded_on == date(2026, 4, 1)
    assert "Founded on: " in page(cast, case)
    act(cast, case, "change_party", party=str(party.pk), founded_on="2025-04-01", reason="Register")
    shown = cast.browser(OFFICER).get(f"/api/v1/cases/{case.pk}/").json()["contents"]["parties"]
    assert [one["founded_on"] for one in shown] == [None, "2025-04-01"]
