"""Rules ask for the verdict of the control law on the day of the conduct and for the destination."""

from datetime import UTC, datetime
from typing import Any

import pytest

from agencies.organisations.models import Agency
from cases.casefile.models import Item, Shipment
from cases.intake.receiving import receive_lead
from coordination.automation.routing.dispatch import route_arrivals
from coordination.automation.routing.dry_run import try_all
from coordination.automation.routing.explaining import compared_conditions
from coordination.automation.routing.facts import facts_of
from coordination.automation.routing.models import Routing, RuleSet
from coordination.automation.routing.spreadsheet import RuleRow, read_rows, write_rows
from tests import stories

STRICT = RuleRow(tier=1, position=1, unit="GACC_RISK", priority="urgent", verdict_from="not_licensed")
OPEN = RuleRow(tier=1, position=2, unit="GACC_RISK", priority="high", verdicts=("cannot_tell", "licence"))
REST = RuleRow(tier=2, position=1, unit="GACC")


@pytest.fixture
def rules(cast: Any) -> RuleSet:
    made = stories.rule_set(cast)
    written = write_rows([STRICT, OPEN, REST])
    stories.walk(cast, made, [("import_rules", "customs.lead", {"rows": written}), ("publish", "customs.lead", {})])
    return made


def gallium(cast: Any, day: datetime, **given: Any) -> Any:
    actor, agency = cast["customs.officer"], Agency.objects.get(code="GACC")
    report = stories.content(items=[{"description": "金属镓"}], shipments=[{"route": ["CHN", "USA"]}], **given)
    return receive_lead(report, actor=actor, agency=agency, occurred=(day, "day"))[0]


def chosen(lead: Any) -> str:
    return str(Routing.objects.get(subject=lead.pk).rule)


def test_the_day_of_the_conduct_decides_which_rule_applies(cast: Any, rules: RuleSet) -> None:
    barred, paused = (gallium(cast, datetime(*day, tzinfo=UTC)) for day in ((2024, 12, 4), (2025, 11, 15)))
    other = stories.lead(cast, items=[{"description": "cotton shirts"}])
    hint = stories.lead(cast, items=[{"hs_code": "8110101000"}])
    tried = {one.pk: one.rule for one in try_all(rules, barred.created_at)}
    route_arrivals()
    for lead, rule in ((barred, "1.1"), (paused, "1.2"), (hint, "1.2"), (other, "2.1")):
        assert chosen(lead) == tried[lead.pk] == rule


@pytest.mark.usefixtures("rules")
def test_the_reason_names_the_verdict_that_was_asked_for_and_the_one_found(cast: Any) -> None:
    lead = gallium(cast, datetime(2024, 12, 4, tzinfo=UTC))
    route_arrivals()
    (one,) = compared_conditions(Routing.objects.get(subject=lead.pk))
    assert (str(one.label), one.wanted, one.had) == (
        "Control verdict at least",
        "Not licensed in principle or stricter",
        "Not licensed in principle",
    )
    assert "原则上不予许可或更严" in cast.browser("customs.officer", "zh-hans").get(f"/leads/{lead.pk}/").text


def test_on_a_case_each_item_counts_with_its_own_day(cast: Any) -> None:
    task = stories.task(cast)
    Shipment.objects.filter(case=task.case).update(route=["CHN", "USA"])
    Item.objects.filter(case=task.case).update(description="金属镓", conduct_on="2024-12-04")
    assert facts_of(task, task.case.lead)["verdict"] == "not_licensed"
    Item.objects.filter(case=task.case).update(conduct_on="2025-11-15")
    assert facts_of(task, task.case.lead)["verdict"] == "licence"


def test_an_agency_that_does_not_read_the_case_learns_no_verdict_by_its_rules(cast: Any) -> None:
    task = stories.task(cast, matter=stories.shared_case(cast, profile="status"))
    assert facts_of(task, Agency.objects.get(code="MOFCOM_SCB"))["verdict"] is None


def test_a_file_names_the_wrong_verdict_and_its_line(cast: Any) -> None:
    made = stories.rule_set(cast)
    text = write_rows([STRICT]).replace("not_licensed", "strict")
    with pytest.raises(Exception, match="Line 2: verdict_from: “strict” is not on the list"):
        read_rows(text, made)
