"""A report carries what the control law says of its items on the day of the conduct: for its sender and for triage."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from cases.controls import store
from cases.intake.models import Lead
from cases.intake.receiving import receive_lead
from cases.intake.verdicts import ConductDay, control_flags, read_again, verdict_of
from tests import stories

GALLIUM: dict[str, Any] = {"items": [{"description": "金属镓"}], "shipments": [{"route": ["CHN", "USA"]}]}
DAY = date(2024, 12, 4)


def flags(content: dict[str, Any], on: date = DAY) -> list[tuple[str, str, str]]:
    found = control_flags(content, ConductDay(on, is_known=True))
    return [(one["pointer"], one["code"], one["destination"]) for one in found]


@pytest.mark.parametrize(
    ("day", "verdict"),
    [
        (date(2023, 7, 31), "not_controlled"),
        (date(2024, 12, 2), "licence"),
        (date(2024, 12, 4), "not_licensed"),
        (date(2025, 11, 15), "licence"),
        (date(2026, 11, 28), "not_licensed"),
    ],
)
def test_the_verdict_follows_the_day_of_the_conduct(day: date, verdict: str) -> None:
    assert verdict_of(GALLIUM, day) == verdict
    assert flags(GALLIUM, day) == ([] if verdict == "not_controlled" else [("/items/0", verdict, "USA")])


def test_each_item_and_destination_has_its_own_flag() -> None:
    report = {
        "items": [{"description": "cotton shirts"}, {"description": "金属镓"}],
        "shipments": [{"route": ["CHN", "VNM"]}, {"route": ["CHN", "USA"]}],
    }
    assert flags(report) == [("/items/1", "not_licensed", "USA"), ("/items/1", "licence", "VNM")]
    assert verdict_of(report, DAY) == "not_licensed"


def test_a_destination_that_a_rule_names_is_not_lost_among_many() -> None:
    others = ("VNM", "THA", "MYS", "SGP", "IDN", "PHL", "KHM")
    report = {**GALLIUM, "shipments": [{"route": ["CHN", code]} for code in (*others, "USA")]}
    assert verdict_of(report, DAY) == "not_licensed"


def test_an_hs_code_alone_is_flagged_with_the_fact_that_is_missing() -> None:
    report = {**GALLIUM, "items": [{"hs_code": "8110101000"}]}
    (flag,) = control_flags(report, ConductDay(DAY, is_known=False))
    assert (flag["code"], flag["on_known"]) == ("cannot_tell", False)
    assert {"verdict": "licence", "missing": ["description"]} in flag["could_become"]
    assert "Description of the goods" in flag["detail"]


def test_goods_that_are_not_controlled_and_a_report_without_items_have_no_flag() -> None:
    assert flags({"items": [{"description": "cotton shirts"}]}) == []
    assert verdict_of({}, DAY) == ""


def test_the_lead_keeps_the_strictest_verdict_and_a_revision_changes_it(cast: Any) -> None:
    actor, agency = cast["customs.officer"], cast.user("customs.officer").agency
    report, occurred = stories.content(**GALLIUM), (datetime(2024, 12, 4, tzinfo=UTC), "day")
    lead, _result = receive_lead(report, actor=actor, agency=agency, occurred=occurred)
    assert lead.verdict == "not_licensed"
    moved = {**report, "shipments": [{"route": ["CHN", "VNM"]}]}
    assert receive_lead(moved, actor=actor, agency=agency, occurred=occurred)[0].verdict == "licence"


def test_readers_of_a_lead_get_the_flags_and_filter_the_list_by_verdict(cast: Any) -> None:
    lead, other = stories.lead(cast), stories.lead(cast, items=[{"description": "cotton shirts"}])
    browser = cast.browser("customs.officer")
    data = browser.get(f"/api/v1/leads/{lead.pk}/").json()
    assert (data["verdict"], [one["code"] for one in data["flags"]]) == ("licence", ["licence", "cannot_tell"])
    assert [one["reading"] for one in data["flags"]] == ["described", "declared"]
    rows = browser.get("/api/v1/leads/?verdict=outside_scope").json()["results"]
    assert [(one["id"], one["verdict"]) for one in rows] == [(str(other.pk), "outside_scope")]
    listed = browser.get("/leads/?verdict=licence").text
    assert str(lead.pk) in listed
    assert str(other.pk) not in listed
    assert browser.get("/api/v1/leads/?verdict=perhaps").status_code == 400
    without = browser.get("/leads/?verdict=perhaps")
    assert "Shown without this filter" in without.text
    assert str(other.pk) in without.text


def test_new_rules_renew_the_verdicts_of_leads_to_triage(cast: Any) -> None:
    lead, ended = stories.lead(cast, items=[{"description": "金属镓"}]), stories.case(cast).leads.get()
    listing = {**next(row for row in store.shipped_tables()["control_rules"] if row["code"] == "LIST")}
    listing["in_force_until"] = "2025-12-31"
    store.publish_tables({"control_rules": [listing]}, digest="", grounds="ended")
    store.forget()
    assert read_again() == 1
    lead.refresh_from_db()
    assert (lead.verdict, lead.rules_version) == ("not_controlled", store.current().version)
    assert Lead.objects.get(pk=ended.pk).verdict == "licence"
    assert read_again() == 0


def test_a_lead_names_a_listed_consignee_and_a_new_entry_renews_its_verdict(cast: Any) -> None:
    parties = [{"name": "Example Heavy Industries", "role": "consignee", "country": "JPN"}]
    lead = stories.lead(cast, items=[{"description": "氧化镝"}], parties=parties, shipments=[{"route": ["CHN", "JPN"]}])
    assert (lead.verdict, read_again()) == ("licence", 0)
    stories.listing(cast, "control,T-1,示例重工,Example Heavy Industries,,,JPN,示例公告,2025-02-24,2025-02-24,")
    flag = cast.browser("customs.officer").get(f"/api/v1/leads/{lead.pk}/").json()["flags"][0]
    assert (flag["code"], "ECL art.18" in flag["detail"]) == ("barred", True)
    assert read_again() == 1
    lead.refresh_from_db()
    assert (lead.verdict, read_again()) == ("barred", 0)
    page = cast.browser("customs.officer").get(f"/leads/{lead.pk}/").text
    assert "Example Heavy Industries" in page
    assert "Export barred" in page


def test_a_report_says_of_users_ways_and_uses_what_its_source_knows(cast: Any) -> None:
    report = {
        "items": [{"description": "氧化镝", "origin": "CHN", "end_use": "capability"}],
        "parties": [{"name": "Example Works", "role": "end_user", "country": "JPN", "military": "no",
                     "owner": "Example Holding", "owner_share": "60"}],
        "shipments": [{"route": ["CHN", "SGP"], "final_destination": "MYS", "mode": "export"}],
    }  # fmt: skip
    (flag,) = control_flags(report, ConductDay(date(2026, 3, 1), is_known=True))
    assert (flag["code"], flag["destination"], flag["detail"]) == ("barred", "MYS", "MOFCOM Ann. 2026 No.1")
    lead = stories.lead(cast, **report)
    page = cast.browser("customs.officer").get(f"/leads/{lead.pk}/").text
    for words in ("Example Holding", "60", "Other use that raises military capability", "Malaysia"):
        assert words in page, words
