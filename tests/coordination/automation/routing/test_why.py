"""The reason why an item is in a queue is shown on its page and row, in both languages, to its own agency alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.intake.models import Lead
from coordination.automation.routing.dispatch import route_arrivals
from coordination.automation.routing.explaining import compared_conditions
from coordination.automation.routing.models import Routing
from coordination.workspace.queues import counts
from tests import stories

URGENT = "1,1,GACC_RISK,claim,urgent,,lead,,antimony gallium,2200,VNM,high,,,20000"


@pytest.fixture
def routed(cast):
    stories.rule_set(cast, "PUBLISHED", URGENT, "2,1,GACC")
    lead = stories.lead(cast)
    route_arrivals()
    return lead


def rows(cast, who, query):
    return cast.browser(who).get(f"/queues/?{query}").context["page"].items


def test_every_condition_is_shown_with_its_value(cast, routed):
    data = {
        str(one.label): (one.wanted, one.had, one.met)
        for one in compared_conditions(Routing.objects.get(subject=routed.pk))
    }
    assert data == {
        "Incoming work": ("Lead", "Lead", True),
        "Materials": ("antimony, gallium", "antimony", True),
        "Customs districts": ("Shanghai Customs", "Shanghai Customs", True),
        "Destinations": ("Vietnam", "Vietnam", True),
        "Severity": ("High", "High", True),
        "Weight from (kg)": ("20000", "25000", True),
    }


@pytest.mark.slow
def test_the_page_shows_it_in_both_languages(cast, routed):
    english = cast.browser("customs.officer").get(f"/leads/{routed.pk}/").content.decode()
    chinese = cast.browser("customs.officer", "zh-hans").get(f"/leads/{routed.pk}/").content.decode()
    assert "Routing rule 1.1 of your agency was the first to match." in english
    assert "最先符合的是本机关第1.1条分派规则。" in chinese
    assert "上海海关" in chinese


def test_the_explanation_does_not_change_with_the_lead(cast, routed):
    Lead.objects.filter(pk=routed.pk).update(severity="low")
    assert {one.had for one in compared_conditions(Routing.objects.get(subject=routed.pk))} >= {"High", "25000"}


def test_the_centre_reads_the_lead_and_not_how_its_agency_shares_out_work(cast, routed):
    shown = cast.browser("centre.supervisor").get(f"/leads/{routed.pk}/")
    assert shown.status_code == 200
    assert "Why it was assigned here" not in shown.content.decode()
    assert not Routing.objects.visible_to(cast["centre.supervisor"]).exists()
    assert not Routing.objects.visible_to(cast["commerce.officer"]).exists()


def test_items_routed_to_a_unit_are_in_its_queue_and_their_rows_show_it_too(cast, routed):
    [line] = [one for one in rows(cast, "customs.officer", "queue=unclaimed") if one.key == ("lead", routed.pk)]
    assert (line.routing.priority, str(line.routing.rule)) == (3, "1.1")
    shown = cast.browser("customs.officer").get("/queues/?queue=unclaimed").content.decode()
    assert "Assigned by the routing rules: " in shown
    assert [one.key for one in rows(cast, "customs.officer", "queue=unit")] == [("lead", routed.pk)]
    assert counts(cast["customs.officer"])["unit"] == 1


def test_a_queue_is_sorted_by_priority_and_then_by_deadline(cast, routed):
    normal, later = stories.lead(cast, severity="low"), stories.lead(cast)
    route_arrivals()
    now = timezone.now()
    for lead, days in ((normal, 1), (later, 9), (routed, 5)):
        due = now + timedelta(days=days)
        Lead.objects.filter(pk=lead.pk).update(due_at=due, breach_at=due)
    by_due = [line.key[1] for line in rows(cast, "customs.officer", "queue=unclaimed")]
    by_priority = [line.key[1] for line in rows(cast, "customs.officer", "queue=unclaimed&sort=priority")]
    assert by_due == [normal.pk, routed.pk, later.pk]
    assert by_priority == [routed.pk, later.pk, normal.pk]
    assert cast.browser("customs.officer").get("/queues/?queue=mine&sort=colour").status_code == 400


@pytest.mark.slow
def test_pages_by_priority_show_every_row_once(cast):
    stories.rule_set(cast, "PUBLISHED", URGENT, "2,1,GACC")
    leads = {stories.lead(cast, severity="high" if n % 2 else "low").pk for n in range(55)}
    route_arrivals()
    browser, seen, after = cast.browser("customs.officer"), [], ""
    while True:
        page = browser.get(f"/queues/?queue=unclaimed&sort=priority&after={after}").context["page"]
        seen += [line.key[1] for line in page.items]
        after = page.next
        if not after:
            break
    assert (len(seen), set(seen)) == (len(leads), leads)
