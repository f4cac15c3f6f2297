"""The triage page: claim and suspicion, for its readers."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from cases.casefile.facts import facts_of
from cases.casefile.models import Case
from cases.intake.actions import attach_lead, detach_lead, promote_lead, take_up_lead
from cases.intake.receiving import receive_lead
from cases.intake.triage import assess_suspicion
from cases.intake.verdicts import destinations
from cases.sharing.actions import share_case
from tests import stories
from tests.costs import MORE, queries_of

pytestmark = pytest.mark.django_db


def page(cast, lead, who="customs.officer", query=""):
    return cast.browser(who).get(reverse("lead", args=[lead.pk]) + query)


def revise(cast, received, **changes):
    return receive_lead(
        {**received, **changes}, actor=cast["customs.officer"], agency=cast.user("customs.officer").agency
    )[0]


def test_claim_and_suspicion_are_side_by_side_and_without_a_date_the_rules_of_the_day_of_receipt_apply(cast):
    text = page(cast, stories.lead(cast)).text
    for words in ("锌锭", "Example Metals Ltd", "Exporter", "220020260000000001", "China → ", "25,000 kg"):
        assert words in text
    for words in ("Destination", "A criminal case must be considered.", "in force"):
        assert words in text
    assert "The date is unknown: rules in force on the day of receipt" in text


def test_the_rules_are_those_of_the_day_of_the_conduct(cast):
    report = stories.content()
    actor = cast["customs.officer"]
    agency = cast.user("customs.officer").agency
    before_antimony = datetime(2024, 9, 14, tzinfo=UTC)
    lead, _ = receive_lead(report, actor=actor, agency=agency, occurred=(before_antimony, "day"))
    verdicts = [one.verdict for item in assess_suspicion(lead, report).items for one in item.verdicts]
    assert [verdict.verdict for verdict in verdicts] == ["licence", "cannot_tell"]
    families = {one.family: one.verdict for one in verdicts[0].families}
    assert (families["dual_use"], families["licence_catalogue"]) == ("does_not", "licence")
    assert "CI016" in [match.goods.item_id for match in verdicts[0].items]
    assert "Rules in force on 2024-09-14" in page(cast, lead).text


@pytest.mark.slow
def test_an_unknown_weight_is_not_below_the_threshold_and_a_zero_weight_is_not_unknown(cast):
    lead = stories.lead(cast, items=[{"description": "锑锭"}])
    text = page(cast, lead).text
    assert "A weight or a value in CNY is missing." in text
    assert "not reached" not in text
    item = {"description": "锑锭", "net_weight_kg": "0", "value": "0", "currency": "CNY"}
    text = page(cast, stories.lead(cast, items=[item])).text
    assert "0 kg" in text
    assert "not reached" in text


@pytest.mark.slow
def test_goods_that_the_law_does_not_control_count_until_a_person_determines_that(cast):
    sentence = "they count until a person has determined that"
    gallium = {"description": "金属镓", "net_weight_kg": "30000", "value": "300000", "currency": "CNY"}
    agency, before_control = cast.user("customs.officer").agency, datetime(2023, 7, 31, tzinfo=UTC)
    report = stories.content(items=[gallium])
    lead, _ = receive_lead(report, actor=cast["customs.officer"], agency=agency, occurred=(before_control, "day"))
    text = page(cast, lead).text
    assert "A criminal case must be considered." in text
    assert sentence in text
    case = promote_lead(lead, actor=cast["customs.officer"], title="Gallium", handling="H1").thing.case
    case.items.update(conduct_on=date(2023, 7, 31))
    line = facts_of(case).line
    assert (line.verdict, line.has_uncontrolled) == ("above", True)
    case.items.update(basis="not_controlled")
    line = facts_of(case).line
    assert (line.verdict, line.has_uncontrolled) == ("below", False)
    assert sentence not in page(cast, stories.lead(cast)).text  # antimony is controlled


def test_a_lead_with_only_a_title_has_a_page(cast):
    values = {"source_system": "S", "source_ref": "R", "report_type": "t", "title": "Only a title"}
    text = page(cast, revise(cast, values)).text
    assert "The source gave no description." in text
    assert "The source did not list an item." in text


def test_the_destination_is_the_end_of_the_route_unless_it_ends_in_china():
    shipments = [{"route": ["CHN", "VNM"]}, {"route": ["CHN"]}, {"port": "x"}, {"route": ["CHN", "VNM"]}]
    assert destinations({"shipments": shipments}) == ["VNM"]


def test_a_bad_check_digit_is_shown_and_not_refused(cast):
    wrong = {"name": "A", "identifiers": [{"scheme": "USCC", "value": "91110000600037341A"}]}
    assert "The check digit is wrong" in page(cast, stories.lead(cast, parties=[wrong])).text


def test_the_newest_revision_is_compared_with_the_one_before(cast):
    report = stories.content()
    revise(cast, report)
    lead = revise(cast, report, narrative="Weighed again.")
    text = page(cast, lead).text
    assert "<ins>Weighed again.</ins>" in text
    assert "<del>Density does not fit the declared goods.</del>" in text


def test_a_revision_shows_names_instead_of_codes(cast):
    report = stories.content()
    revise(cast, report)
    party = {**report["parties"][0], "role": "freight_forwarder", "country": "VNM"}
    lead = revise(cast, report, parties=[party], techniques=["MISNAME", "TRANSSHIP"])
    changed = page(cast, lead).context["reading"].comparison.changes
    changes = {change.what: (change.before, change.after) for change in changed}
    assert changes["Party 1 › Country"] == ("China", "Vietnam")
    assert changes["Party 1 › Role"] == ("Exporter", "Freight forwarder")
    assert "TRANSSHIP" not in changes["Techniques"][1]


def test_any_two_revisions_can_be_compared(cast):
    report = stories.content()
    for title in ("One", "Two", "Three"):
        lead = revise(cast, report, title=title)
    text = page(cast, lead, query="?from=1&to=3").text
    assert "<del>One</del>" in text
    assert "<ins>Three</ins>" in text


@pytest.mark.parametrize("query", ["?from=0&to=99", "?from=x&to=", f"?from={'9' * 40}", "?from=²"])
def test_an_unknown_revision_falls_back_to_the_newest(cast, query):
    report = stories.content()
    revise(cast, report)
    lead = revise(cast, report, title="Two")
    assert "<ins>Two</ins>" in page(cast, lead, query=query).text


def test_leads_and_cases_with_the_same_numbers_are_named(cast):
    twin, case = stories.lead(cast, title="Twin"), stories.case(cast, title="Same exporter")
    text = page(cast, stories.lead(cast)).text
    assert twin.title in text
    assert case.title in text
    assert f"/do/attach/?case={case.pk}" in text


def test_the_matching_numbers_are_named(cast):
    other = [{"declaration_no": "530020260000000009"}]
    case = stories.case(cast, title="Same declaration", parties=[])
    twin = stories.lead(cast, title="Same exporter", shipments=other)
    found = page(cast, stories.lead(cast)).context["similar"]
    shared = {one.case.pk: one.numbers for one in found.cases} | {one.lead.pk: one.numbers for one in found.leads}
    assert [number.key for number in shared[case.pk]] == ["220020260000000001"]
    assert [number.key for number in shared[twin.pk]] == ["91110000600037341L"]


def test_hidden_leads_and_cases_are_not_listed_as_similar(cast):
    stories.case(cast, by="commerce.officer", title="Theirs")
    stories.lead(cast, by="commerce.officer", title="Their lead")
    text = page(cast, stories.lead(cast)).text
    assert "Theirs" not in text
    assert "Their lead" not in text


def test_a_status_share_does_not_disclose_matching_numbers(cast):
    case = stories.case(cast, by="commerce.officer", title="Status only")
    share_case(case, actor=cast["commerce.officer"], agency="GACC", profile="status", reason="r")
    assert Case.objects.visible_to(cast["customs.officer"]).filter(pk=case.pk).exists()
    assert "Status only" not in page(cast, stories.lead(cast)).text


def test_the_rows_contributed_to_the_case_are_listed_also_after_their_withdrawal(cast):
    case, lead = stories.case(cast), stories.lead(cast)
    attach_lead(lead, actor=cast["customs.officer"], case=str(case.pk), carry=["/items/0"])
    text = page(cast, lead).text
    assert "Facts that the lead added to the case" in text
    assert "Item 1" in text
    lead.refresh_from_db()
    detach_lead(lead, actor=cast["customs.officer"], reason="Wrong case")
    lead.refresh_from_db()
    assert "withdrawn" in page(cast, lead).text


def test_the_timeline_lists_the_events(cast):
    lead = stories.lead(cast)
    take_up_lead(lead, actor=cast["customs.officer"], reason="My beat")
    lead.refresh_from_db()
    text = page(cast, lead).text
    assert "took up the lead" in text
    assert "My beat" in text
    assert "My beat" not in page(cast, lead, "centre.coordinator").text


@pytest.mark.slow
def test_forty_rows_cost_no_more_queries_than_one(cast):
    report, browser = stories.content(), cast.browser("customs.officer")
    many = {part: report[part] * 40 for part in ("parties", "items", "shipments")}
    few, more = (queries_of(browser, reverse("lead", args=[stories.lead(cast, **rows).pk])) for rows in ({}, many))
    assert more <= few + MORE


@pytest.mark.slow
def test_a_page_shows_some_rows_of_each_part_and_all_on_request(cast):
    parties = [{"name": f"Party {n:03}"} for n in range(60)]
    lead = stories.lead(cast, parties=parties, items=[{"description": f"Item {n:03}"} for n in range(60)])
    text = page(cast, lead).text
    assert "Party 049" in text
    assert "Party 050" not in text
    assert "Item 050" not in text
    assert "Only the first 50 rows of each part are shown." in text
    text = page(cast, lead, query="?all=1").text
    assert "Party 059" in text
    assert "Item 059" in text
    assert "are shown" not in text
