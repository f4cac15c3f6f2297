"""The table of rules and the list of running deadlines."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from cases.clocks.models import Clock, PeriodRule
from cases.clocks.texts import length_of
from tests import stories

RULES, RUNNING = "/deadlines/", "/deadlines/running/"


def running(cast: Any, who: str, **given: str) -> list[Clock]:
    items: list[Clock] = cast.browser(who).get(RUNNING, given).context["page"].items
    return items


def test_every_rule_of_the_law_is_on_the_page_and_uncertain_ones_are_marked(cast: Any) -> None:
    client = cast.browser("customs.officer")
    page = client.get(RULES)
    assert len(page.context["page"].items) == PeriodRule.objects.count()
    text = page.content.decode()
    assert "45 working days" in text
    assert "DUR art.17" in text
    marked = cast.browser("centre.supervisor").get(RULES).content.decode()
    assert marked.count("to be verified") >= PeriodRule.objects.filter(confidence__startswith="U").count()


def test_rules_are_filtered_by_part_of_the_law_and_kind(cast: Any) -> None:
    page = cast.browser("customs.officer").get(RULES, {"track": "transfer", "kind": "right"})
    assert {rule.code for rule in page.context["page"].items} == {
        "TRF_RECON_APPLY",
        "TRF_PROC_SUGGEST",
        "TRF_SUPPLEMENT_ASK",
    }
    assert cast.browser("customs.officer").get(RULES, {"track": "nonsense"}).status_code == 400


def test_lengths_are_pluralised() -> None:
    with translation.override("en"):
        assert length_of(PeriodRule(length=1, unit="month")) == "1 month"
        assert length_of(PeriodRule(length=24, unit="hour")) == "24 hours"
        assert length_of(PeriodRule(length=None, unit="promptly")) == "promptly"


def test_an_agency_lists_its_own_clocks_without_the_number_of_a_hidden_case_and_the_centre_all(cast: Any) -> None:
    matter = stories.shared_case(cast)
    referral = stories.transfer(cast, "ACCEPTED", matter)
    assert {clock.subject_id for clock in running(cast, "antismuggling.officer")} == {referral.pk}
    assert {clock.subject_id for clock in running(cast, "centre.supervisor")} == {referral.pk}
    assert running(cast, "commerce.officer") == []
    assert running(cast, "centre.supervisor", agency="MOFCOM_SCB") == []
    assert matter.number in cast.browser("centre.supervisor").get(RUNNING).content.decode()
    assert matter.number not in cast.browser("antismuggling.officer").get(RUNNING).content.decode()


@pytest.mark.slow
def test_due_filters_exclude_past_deadlines(cast: Any) -> None:
    stories.lead(cast)
    now = timezone.now()
    cases = {"overdue": -1, "24h": 5, "3d": 48, "7d": 100, "later": 200}
    for value, hours in cases.items():
        moment = now + timedelta(hours=hours)
        Clock.objects.update(started_at=now - timedelta(days=9), due_at=moment, breach_at=moment)
        found = {other for other in cases if running(cast, "customs.officer", due=other)}
        wider = {"overdue": {"overdue"}, "24h": {"24h", "3d", "7d"}, "3d": {"3d", "7d"}, "7d": {"7d"}}
        wider["later"] = {"later"}
        assert found == wider[value]


def test_a_right_that_has_lapsed_is_over_and_a_duty_is_not(cast: Any) -> None:
    stories.lead(cast)
    past = timezone.now() - timedelta(days=2)
    Clock.objects.update(started_at=past - timedelta(days=9), due_at=past, breach_at=past)
    assert len(running(cast, "customs.officer")) == 1
    Clock.objects.update(rule=PeriodRule.objects.get(code="ADM_PAY"), rule_kind="right")
    assert running(cast, "customs.officer") == []
