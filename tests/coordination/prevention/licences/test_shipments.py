"""The licence that a shipment names, checked against the imported table on the day of the shipment."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.journal.transitions import confirmed_by
from agencies.kernel.resource import RESOURCES
from cases.casefile.licensing import licences_of
from cases.casefile.models import Case
from coordination.actions.performing import perform
from coordination.exchange.referrals.packages import snapshot
from coordination.insight.search.actions import index_changed
from coordination.insight.typical_cases.terms import terms_of
from tests import stories
from tests.costs import costs_no_more
from tests.stories.licences import ROW

OFFICER, COMMERCE, POLICE = "customs.officer", "commerce.officer", "police.officer"
NAMED = {"declaration_no": "220020260000000001", "licence_no": ROW["number"], "route": ["CHN", "VNM"]}


def named_case(cast, **changes):
    """A case whose shipment names the licence."""
    return stories.shared_case(cast, shipments=[NAMED | changes])


def answer_on(case):
    shipments = list(case.shipments.prefetch_related("legs"))
    return licences_of(case, shipments)[shipments[0].pk]


def departs(cast, case, day, **leg):
    return stories.leg(cast, case, chain="declared", departs_on=day, to_country="VNM", **leg)


def text_of(cast, who, case, language="en"):
    return cast.browser(who, language).get(reverse("case", args=[case.pk])).text


# The answer ----------------------------------------------------------------------------------------------------------
def test_the_case_says_for_all_who_read_it_that_the_licence_is_in_the_file_and_valid(cast):
    stories.licence(cast)
    case = named_case(cast)
    departs(cast, case, date(2026, 3, 1))
    for who in (OFFICER, COMMERCE):
        text = text_of(cast, who, case)
        assert "In the file, valid on that day" in text
        assert "2026-03-01" in text
    assert cast.browser(POLICE).get(reverse("case", args=[case.pk])).status_code == 404


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2100, 1, 1)])
def test_a_licence_that_was_not_valid_then_says_from_when_until_when_it_is(cast, day):
    stories.licence(cast)
    case = named_case(cast)
    departs(cast, case, day)
    assert "In the file, not valid on that day (2026-01-01 – 2099-12-31)" in text_of(cast, OFFICER, case)


def test_an_unknown_number_is_not_in_the_file_as_of_its_time_and_never_forged(cast):
    stories.licence(cast)
    case = named_case(cast, licence_no="26AB000124")
    text = text_of(cast, OFFICER, case)
    assert "Not in the file as of" in text
    assert "forged" not in text
    assert "伪造" not in text_of(cast, OFFICER, case, "zh-hans")


def test_before_the_first_table_it_says_so(cast):
    assert "No table of licences has been imported" in text_of(cast, OFFICER, named_case(cast))


def test_another_destination_than_that_of_the_licence_is_named(cast):
    stories.licence(cast)
    found = answer_on(named_case(cast, route=["CHN", "THA"])).answer
    assert (found.code, found.differs) == ("differs", ("destination",))


def test_the_day_is_that_of_departure_else_of_the_conduct_else_today(cast):
    stories.licence(cast)
    case = named_case(cast)
    assert (answer_on(case).on, answer_on(case).on_known) == (timezone.localdate(), False)
    case.items.update(conduct_on=date(2026, 2, 2))
    assert (answer_on(case).on, answer_on(case).on_known) == (date(2026, 2, 2), True)
    departs(cast, case, date(2026, 3, 3))
    assert answer_on(Case.objects.get(pk=case.pk)).on == date(2026, 3, 3)


# Recording -----------------------------------------------------------------------------------------------------------
def test_an_officer_records_the_number_on_a_shipment_and_puts_it_right(cast):
    case = stories.shared_case(cast)
    shipment = case.shipments.get()
    cases = RESOURCES["cases"]
    perform(cases, cast[OFFICER], case, "add_shipment", {"licence_no": "26AB000777"}, strict=True)
    with confirmed_by(cast["customs.lead"]):
        given = {"shipment": str(shipment.pk), "licence_no": "26AB000123", "reason": "Read wrongly"}
        perform(cases, cast[OFFICER], Case.objects.get(pk=case.pk), "change_shipment", given, strict=True)
    assert {one.licence_no for one in case.shipments.all()} == {"26AB000123", "26AB000777"}


def test_the_number_is_in_the_api_in_search_and_in_a_package_and_is_redacted(cast):
    stories.licence(cast)
    case = named_case(cast)
    [shipment] = cast.browser(COMMERCE).get(f"/api/v1/cases/{case.pk}/").json()["contents"]["shipments"]
    assert (shipment["licence_no"], shipment["licence"]["answer"]["code"]) == (ROW["number"], "valid")
    assert shipment["licence"]["answer"]["valid_until"] == "2099-12-31"
    index_changed()
    assert case.number in cast.browser(COMMERCE).get(f"/search/?q={ROW['number']}").text
    assert snapshot(case)["shipments"][0]["licence_no"] == ROW["number"]
    assert ROW["number"] in {term.word for term in terms_of(case)}


def test_a_shipment_without_a_number_has_no_answer_and_costs_no_query(cast, django_assert_num_queries):
    case = stories.shared_case(cast)
    [shipment] = cast.browser(COMMERCE).get(f"/api/v1/cases/{case.pk}/").json()["contents"]["shipments"]
    assert (shipment["licence_no"], shipment["licence"]) == ("", None)
    shipments = list(case.shipments.prefetch_related("legs"))
    with django_assert_num_queries(0):
        assert licences_of(case, shipments) == {}


@pytest.mark.slow
def test_more_shipments_cost_no_more_queries(cast):
    stories.licence(cast)
    case = named_case(cast)
    browser = cast.browser(OFFICER)
    with costs_no_more(browser, reverse("case", args=[case.pk]), f"/api/v1/cases/{case.pk}/"):
        for _n in range(6):
            case.shipments.create(licence_no=ROW["number"])


def test_a_query_starts_with_the_licence_of_the_shipment(cast):
    case = named_case(cast)
    form = reverse("verb", args=["cases", case.pk, "query_goods"]) + f"?item={case.items.get().pk}"
    assert ROW["number"] in cast.browser(OFFICER).get(form).text


# From a system -------------------------------------------------------------------------------------------------------
def test_a_report_names_it_and_the_lead_shows_it(cast):
    lead = stories.lead(cast, shipments=[NAMED])
    assert ROW["number"] in cast.browser(OFFICER).get(reverse("lead", args=[lead.pk])).text
