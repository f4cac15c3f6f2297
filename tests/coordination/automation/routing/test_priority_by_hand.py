"""A lead sets a priority by hand; present and later rules do not override it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid, Stale, TransitionRefused
from cases.intake.actions import close_lead
from cases.intake.models import Lead
from coordination.automation.routing.dispatch import route_arrivals
from coordination.automation.routing.models import HandPriority, Routing
from coordination.automation.routing.placement import placed_of
from coordination.automation.routing.prioritising import set_priority
from tests import stories
from tests.journal import verify_streams

WHY = "The ship leaves tonight"


def priority_of(thing, agency):
    found = placed_of([thing.pk], agency).get(thing.pk)
    return found.priority.name if found else "NORMAL"


def urgent(cast, thing, who="customs.lead", **given):
    return set_priority(thing, actor=cast[who], **({"priority": "urgent", "reason": WHY} | given))


@pytest.mark.parametrize("make", [stories.lead, stories.task, stories.proceeding])
def test_a_lead_of_the_unit_sets_it_with_a_reason_and_one_event(cast, make):
    thing = make(cast)
    who = cast["customs.lead"] if thing.agency.code == "GACC" else cast["commerce.lead"]
    before = Event.objects.count()
    set_priority(thing, actor=who, priority="urgent", reason=WHY)
    assert priority_of(thing, thing.agency_id) == "URGENT"
    event = Event.objects.latest("pk")
    assert Event.objects.count() == before + 1
    assert (event.verb, event.visibility, event.note.reason) == ("set_priority", "own", WHY)
    assert event.note.data["priority"] == "urgent"
    assert not list(verify_streams())


def test_a_referral_has_a_priority_only_at_its_receiver(cast):
    letter = stories.transfer(cast, "DELIVERED")
    urgent(cast, letter, "antismuggling.lead")
    assert priority_of(letter, letter.receiver_id) == "URGENT"
    assert priority_of(letter, letter.sender_id) == "NORMAL"
    with pytest.raises(Forbidden):
        urgent(cast, letter, "customs.lead")
    page = cast.browser("customs.lead").get(f"/referrals/{letter.pk}/").text
    assert WHY not in page


def test_an_officer_does_not_set_it_and_nothing_that_is_closed_has_one(cast):
    lead = stories.lead(cast)
    with pytest.raises(Forbidden):
        urgent(cast, lead, "customs.officer")
    assert cast.browser("customs.officer").get(f"/leads/{lead.pk}/priority/").status_code == 403
    close_lead(lead, actor=cast["customs.lead"], closing="out_of_remit", reason="nothing in it")
    with pytest.raises(TransitionRefused):
        urgent(cast, lead)
    assert not HandPriority.objects.exists()


def test_rules_that_come_later_do_not_talk_over_it_until_it_is_taken_back(cast):
    stories.rule_set(cast, "PUBLISHED", "1,1,GACC_RISK,claim,high")
    lead = stories.lead(cast)
    urgent(cast, lead)
    route_arrivals()
    assert Routing.objects.get(subject=lead.pk).priority == 2
    assert priority_of(lead, lead.agency_id) == "URGENT"
    Lead.objects.filter(pk=lead.pk).update(updated_at=timezone.now())
    route_arrivals()
    assert priority_of(lead, lead.agency_id) == "URGENT"
    page = cast.browser("customs.officer").get(f"/leads/{lead.pk}/").text
    for words in ("set the priority by hand. Rules do not change it.", WHY, "Routing rule 1.1", "Urgent"):
        assert words in page, words
    lead.refresh_from_db()
    urgent(cast, lead, priority="by_rule", reason="It sailed")
    assert priority_of(lead, lead.agency_id) == "HIGH"
    with pytest.raises(Invalid):
        urgent(cast, lead, priority="by_rule", reason="again")


def test_it_sorts_the_queue_and_is_shown_in_its_row(cast):
    first, second = stories.lead(cast), stories.lead(cast)
    now = timezone.now()
    for lead, days in ((first, 1), (second, 5)):
        due = now + timedelta(days=days)
        Lead.objects.filter(pk=lead.pk).update(due_at=due, breach_at=due)
    urgent(cast, second)
    browser = cast.browser("customs.officer")
    shown = browser.get("/queues/?queue=unclaimed&sort=priority")
    assert [one.key[1] for one in shown.context["page"].items] == [second.pk, first.pk]
    assert "Priority by hand: Urgent" in shown.text
    data = browser.get("/api/v1/queues/?queue=unclaimed&sort=priority").json()
    assert [one["priority"] for one in data["results"]] == ["urgent", "normal"]


def test_the_page_asks_records_and_leads_back(cast):
    lead = stories.lead(cast)
    browser, form = cast.browser("customs.lead"), f"/leads/{lead.pk}/priority/"
    assert form in browser.get(f"/leads/{lead.pk}/").text
    assert form not in cast.browser("customs.officer").get(f"/leads/{lead.pk}/").text
    assert browser.post(form, {"priority": "high", "version": "0"}).status_code == 400
    answer = browser.post(form, {"priority": "high", "reason": WHY, "version": "0"})
    assert (answer.status_code, answer["Location"]) == (302, f"/leads/{lead.pk}/")
    assert priority_of(lead, lead.agency_id) == "HIGH"


def test_the_second_of_two_leads_sees_the_first_value(cast):
    lead = stories.lead(cast)
    urgent(cast, lead, version=0)
    with pytest.raises(Stale):
        urgent(cast, lead, priority="high", version=0)
    browser, form = cast.browser("customs.lead"), f"/leads/{lead.pk}/priority/"
    answer = browser.post(form, {"priority": "high", "reason": "Not that urgent", "version": "0"})
    assert answer.status_code == 409
    for words in ("Current", WHY, "Not that urgent", 'name="version" value="1"'):
        assert words in answer.text, words
    assert browser.post(form, {"priority": "high", "reason": "Not that urgent", "version": "1"}).status_code == 302
    assert priority_of(lead, lead.agency_id) == "HIGH"


def test_it_is_set_and_read_over_the_api(cast):
    stories.rule_set(cast, "PUBLISHED", "1,1,GACC_RISK,claim,high,,,,antimony")
    lead = stories.lead(cast)
    route_arrivals()
    browser, path = cast.browser("customs.lead"), f"/api/v1/leads/{lead.pk}"
    data = browser.get(f"{path}/why/").json()
    assert (data["priority"], data["version"], data["by_hand"]) == ("high", 0, None)
    assert (data["by_rule"]["rule"], data["by_rule"]["unit"]["code"]) == ("1.1", "GACC_RISK")
    assert data["by_rule"]["compared"] == [
        {"condition": "Materials", "wanted": "antimony", "found": "antimony", "met": True}
    ]
    given = {"priority": "urgent", "reason": WHY, "version": 0}
    answer = browser.post(f"{path}/priority/", given, content_type="application/json")
    assert (answer.status_code, answer.json()["priority"], answer.json()["by_hand"]["reason"]) == (200, "urgent", WHY)
    assert browser.post(f"{path}/priority/", given, content_type="application/json").status_code == 412
    wrong = browser.post(f"{path}/priority/", {"priority": "red", "reason": WHY}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/priority")


def test_other_agencies_read_neither_rule_nor_hand(cast):
    case = stories.shared_case(cast)
    task = stories.task(cast, matter=case)
    other = "customs" if task.agency.code != "GACC" else "commerce"
    own = "commerce" if other == "customs" else "customs"
    urgent(cast, task, f"{own}.lead")
    data = cast.browser(f"{other}.officer").get(f"/api/v1/tasks/{task.pk}/why/").json()
    assert data == {"priority": "normal", "version": 0, "by_hand": None, "by_rule": None}
    assert cast.browser("centre.coordinator").get(f"/api/v1/tasks/{task.pk}/why/").status_code == 403
    assert cast.browser("customs.lead").get(f"/cases/{case.pk}/priority/").status_code == 404
