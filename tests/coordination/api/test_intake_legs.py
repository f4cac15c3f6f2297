"""Legs that a system reports: kept on the lead, flagged where they do not fit, and carried to the case."""

from datetime import date

import pytest
from django.urls import reverse

from agencies.journal.transitions import confirmed_by
from agencies.kernel.resource import RESOURCES
from cases.casefile.correcting import remove_row
from cases.casefile.models import Case, ShipmentLeg
from cases.casefile.rows import LEG
from cases.intake.actions import promote_lead
from cases.intake.models import Lead, LeadMark, Revision
from coordination.actions.performing import perform
from coordination.insight.typical_cases.terms import terms_of

from .test_intake_contract import doubts, least, pointers

DECLARED = {
    "chain": "declared",
    "from_country": "CHN",
    "from_place": "Qinzhou",
    "to_country": "VNM",
    "to_place": "Haiphong",
    "departs_on": "2026-03-01",
    "arrives_on": "2026-03-04",
    "carrier": "Example Line",
    "consignee": "Example Users JSC",
}
FIRST = {"chain": "actual", "from_country": "CHN", "to_country": "VNM", "source": "Bill of lading 9"}
SECOND = {"chain": "actual", "from_country": "VNM", "to_country": "THA", "consignee": "Siam Depot", "mode": "road"}


def report(*legs, **shipment):
    return least(shipments=[{"declaration_no": "220020260000000001", "legs": list(legs), **shipment}])


def sent(machine, *legs, **shipment):
    content = report(*legs, **shipment)
    assert machine().post(content).status_code == 201
    return Lead.objects.get(source_ref=content["source_ref"])


def promoted(cast, lead):
    case = promote_lead(lead, actor=cast["customs.officer"], title="T", handling="H2").thing.case
    return Case.objects.get(pk=case.pk)


def chain(case, name):
    return [(one.from_country, one.to_country) for one in case.legs.filter(chain=name).order_by("position")]


def take_over(cast, lead):
    given = {"news": ["/shipments/0/legs"]}
    with confirmed_by(cast["customs.lead"]):
        perform(RESOURCES["leads"], cast["customs.officer"], Lead.objects.get(pk=lead.pk), "take_over_news", given)


# Received ------------------------------------------------------------------------------------------------------------
def test_legs_are_kept_on_the_lead_shown_and_reach_the_case_with_their_source(machine, cast):
    lead = sent(machine, DECLARED, FIRST, SECOND)
    page = cast.browser("customs.officer").get(reverse("lead", args=[lead.pk])).text
    for shown in ("Qinzhou", "Haiphong", "Example Line", "Siam Depot", "2026-03-01"):
        assert shown in page, shown
    case = promoted(cast, lead)
    assert (chain(case, "declared"), chain(case, "actual")) == ([("CHN", "VNM")], [("CHN", "VNM"), ("VNM", "THA")])
    declared = case.legs.get(chain="declared")
    assert (declared.departs_on, declared.carrier) == (date(2026, 3, 1), "Example Line")
    assert lead.source_ref in declared.source
    assert case.legs.get(to_country="VNM", chain="actual").source == "Bill of lading 9"
    assert "Siam Depot" in cast.browser("customs.officer").get(reverse("case", args=[case.pk])).text
    assert {"Siam Depot", "Example Line"} <= {term.word for term in terms_of(case)}


def test_equal_legs_are_the_same_report(machine):
    client, content = machine(), report(DECLARED | {"vessel": "", "container": None})
    assert client.post(content).json()["revision"] == 1
    again = {**content, "shipments": [{"declaration_no": "220020260000000001", "legs": [DECLARED]}]}
    assert client.post(again).json()["revision"] == 1
    assert Revision.objects.count() == 1


@pytest.mark.parametrize(
    ("leg", "refused"),
    [
        ({"chain": "actual", "carrier": "A Line"}, {"to_country": "required"}),
        (DECLARED | {"arrives_on": "2026-02-01"}, {"arrives_on": "order"}),
        (DECLARED | {"to_country": "ATL"}, {"to_country": "unknown_code"}),
        (DECLARED | {"chain": "wished"}, {"chain": "invalid_choice"}),
        (DECLARED | {"departs_on": "in March"}, {"departs_on": "invalid"}),
        (DECLARED | {"ship": "X"}, {"ship": "unknown"}),
        ({"to_country": "VNM"}, {"chain": "required"}),
    ],
)
def test_a_leg_that_no_person_could_enter_is_refused_by_its_field(machine, leg, refused):
    answer = machine().post(report(DECLARED, leg))
    assert pointers(answer) == {f"/shipments/0/legs/1/{name}": code for name, code in refused.items()}


def test_a_chain_has_at_most_99_legs(machine):
    assert pointers(machine().post(report(*[FIRST] * 100))) == {"/shipments/0/legs": "max_length"}


@pytest.mark.parametrize(
    ("legs", "shipment", "pointer", "code"),
    [
        ([FIRST, SECOND | {"from_country": "LAO"}], {}, "/shipments/0/legs/1", "leg_gap"),
        ([DECLARED], {"route": ["CHN", "MYS"]}, "/shipments/0/legs", "leg_end"),
        ([DECLARED, FIRST, SECOND], {}, "/shipments/0/legs", "diverted"),
        ([FIRST, SECOND], {"route": ["CHN", "VNM"]}, "/shipments/0/legs", "diverted"),
        ([FIRST | {"departs_on": "2999-01-01"}], {}, "/shipments/0/legs/0/departs_on", "future"),
    ],
)
def test_legs_that_do_not_fit_are_kept_flagged_and_shown(machine, cast, legs, shipment, pointer, code):
    answer = machine().post(report(*legs, **shipment))
    assert answer.status_code == 201
    assert doubts(answer) == {pointer: code}
    assert "To be checked" in cast.browser("customs.officer").get(reverse("lead", args=[Lead.objects.get().pk])).text


def test_a_planned_departure_is_no_doubt_and_a_wrong_container_is_flagged_and_found(machine):
    answer = machine().post(report(DECLARED | {"departs_on": "2999-01-01", "arrives_on": "2999-01-02"}))
    assert doubts(answer) == {}
    answer = machine().post(report(DECLARED | {"container": "CSQU3054384"}))
    assert [(one["pointer"], one["code"]) for one in answer.json()["flags"]] == [
        ("/shipments/0/legs/0/container", "checksum")
    ]
    assert LeadMark.objects.filter(scheme="CNTR", key="CSQU3054384").exists()


# A later revision ----------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_a_later_revision_changes_adds_and_removes_legs_of_the_case_in_their_order(machine, cast):
    content, client = report(DECLARED, FIRST), machine()
    client.post(content)
    lead = Lead.objects.get()
    case = promoted(cast, lead)
    by_hand = case.shipments.get().legs.create(
        case=case, chain="actual", position=9, from_country="THA", to_country="MMR", source="Seen on site"
    )
    content["shipments"][0]["legs"] = [DECLARED | {"carrier": "Another Line"}, FIRST | {"to_country": "LAO"}, SECOND]
    client.post(content)
    shown = cast.browser("customs.officer").get(reverse("lead", args=[lead.pk])).text
    assert "Another Line" in shown
    take_over(cast, lead)
    assert case.legs.get(chain="declared").carrier == "Another Line"
    assert chain(case, "actual") == [("CHN", "LAO"), ("VNM", "THA"), ("THA", "MMR")]
    content["shipments"][0]["legs"] = [DECLARED]
    client.post(content)
    take_over(cast, lead)
    assert [one.pk for one in case.legs.filter(chain="actual")] == [by_hand.pk]
    assert ShipmentLeg.everything.filter(case=case, removed_by__isnull=False).count() == 2


def test_a_leg_that_a_person_removed_comes_back_only_as_a_new_one(machine, cast):
    content, client = report(FIRST), machine()
    client.post(content)
    lead = Lead.objects.get()
    case = promoted(cast, lead)
    with confirmed_by(cast["customs.lead"]):
        remove_row(LEG, "remove_leg", case, actor=cast["customs.officer"], leg=str(case.legs.get().pk), reason="Wrong")
    content["shipments"][0]["legs"] = [FIRST | {"carrier": "A Line"}]
    client.post(content)
    take_over(cast, lead)
    assert [one.carrier for one in case.legs.all()] == ["A Line"]


def test_accepting_more_legs_costs_no_more_statements(machine, cast, django_assert_max_num_queries):
    few, many = sent(machine, FIRST), sent(machine, *[FIRST] * 40)
    with django_assert_max_num_queries(400) as of_few:
        promoted(cast, few)
    with django_assert_max_num_queries(400) as of_many:
        promoted(cast, many)
    assert len(of_many) <= len(of_few) + 2
