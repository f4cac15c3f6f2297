"""Arrivals are routed once, by the version in force, and claimed work is left unchanged."""

from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.duty.actions import enter_absence
from agencies.journal.intervals import intervals_from_events
from agencies.journal.models import Event, StateInterval
from agencies.runs.one_by_one import FIRST_PAUSE
from cases.intake.actions import take_up_lead
from cases.intake.models import Lead
from coordination.automation.routing import dispatch
from coordination.automation.routing.actions import publish
from coordination.automation.routing.arrivals import arrivals
from coordination.automation.routing.dispatch import BATCH, Versions, route_arrivals, route_items
from coordination.automation.routing.facts import facts_of
from coordination.automation.routing.jobs import route
from coordination.automation.routing.models import Priority, Routing, RoutingMark
from coordination.exchange.tasks.actions import ask_task
from coordination.exchange.tasks.models import Task
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem
from tests import stories
from tests.journal import verify_streams

RISK = "1,10,GACC_RISK"


def decided(thing, agency="GACC"):
    return Routing.objects.standing().get(subject=thing.pk, agency__code=agency)


def routed(cast):
    lead = stories.lead(cast)
    route_arrivals()
    return lead


@pytest.fixture
def rules(cast):
    """Antimony of high severity is urgent and goes to the officer, the rest to the unit."""
    urgent = "1,1,GACC_RISK,turn,urgent,customs.officer,,,antimony,,,high critical"
    return stories.rule_set(cast, "PUBLISHED", urgent, "2,1,GACC_RISK,claim,high")


def test_a_lead_is_assigned_by_the_first_matching_rule(cast, rules):
    lead = stories.lead(cast)
    assert route_arrivals() == 1
    found, lead = decided(lead), Lead.objects.get(pk=lead.pk)
    assert (str(found.rule), found.priority, found.unit.code) == ("1.1", Priority.URGENT, "GACC_RISK")
    assert found.rule_set == rules
    assert lead.officer == found.officer == cast.user("customs.officer")
    assert lead.state == Lead.State.RECEIVED
    assert (found.facts["materials"], found.facts["districts"], found.facts["destinations"]) == (
        ["antimony"],
        ["2200"],
        ["VNM"],
    )
    assert found.facts["violation_types"] == ["false_declaration"]


def test_an_item_without_rule_stays_at_the_agency(cast):
    stories.rule_set(cast, "PUBLISHED", "1,1,GACC_RISK,claim,high,,,,gallium")
    lead = routed(cast)
    assert (decided(lead).rule, decided(lead).unit, decided(lead).priority) == (None, None, Priority.NORMAL)


def test_without_rules_or_before_them_nothing_is_routed(cast):
    early = stories.lead(cast)
    assert route_arrivals() == 0
    stories.rule_set(cast, "PUBLISHED")
    assert route_arrivals() == 0
    late = stories.lead(cast)
    assert route_arrivals() == 1
    assert [one.subject for one in Routing.objects.all()] == [late.pk]
    assert early.pk != late.pk


def test_running_twice_is_running_once(cast, rules):
    lead = stories.lead(cast)
    route()
    events, rows = Event.objects.count(), Routing.objects.count()
    marks = list(RoutingMark.objects.values_list("kind", "until"))
    route()
    assert (Event.objects.count(), Routing.objects.count()) == (events, rows)
    assert list(RoutingMark.objects.values_list("kind", "until")) == marks
    assert Lead.objects.get(pk=lead.pk).version == lead.version


def test_the_present_handler_keeps_it(cast, rules):
    lead = stories.lead(cast)
    take_up_lead(lead, actor=cast["customs.lead"])
    route_arrivals()
    assert Lead.objects.get(pk=lead.pk).officer == cast.user("customs.lead")
    assert (decided(lead).officer, decided(lead).priority) == (None, Priority.URGENT)


def test_a_revision_is_routed_again_only_while_unclaimed(cast):
    stories.rule_set(cast, "PUBLISHED", "1,1,GACC_RISK,claim,urgent,,,,,,,critical", "2,1,GACC")
    free, taken = stories.lead(cast), stories.lead(cast)
    route_arrivals()
    take_up_lead(taken, actor=cast["customs.officer"])
    for lead in (free, taken):
        stories.lead(cast, source_ref=lead.source_ref, severity="critical")
    assert route_arrivals() == 1
    assert (decided(free).priority, decided(free).round) == (Priority.URGENT, 2)
    assert (decided(taken).priority, decided(taken).round) == (Priority.NORMAL, 1)
    assert Routing.objects.filter(subject=free.pk).count() == 2, "what was decided first is kept"
    assert route_arrivals() == 0


def test_the_version_in_force_on_arrival_decides_even_when_the_worker_was_down(cast, time_machine_day):
    first = stories.rule_set(cast, "PUBLISHED", RISK)
    lead = stories.lead(cast)
    second = stories.rule_set(cast, "DRAFT", "1,10,GACC,claim,urgent")
    publish(second, actor=cast["customs.lead"], starts_at=timezone.now() + timedelta(hours=1))
    time_machine_day.shift(timedelta(hours=30))
    late = stories.lead(cast)
    route()
    assert (decided(lead).rule_set, decided(late).rule_set) == (first, second)


@pytest.fixture
def time_machine_day():
    import time_machine

    with time_machine.travel(timezone.now(), tick=True) as clock:
        yield clock


def test_by_turn_each_is_chosen_once_in_a_round(cast):
    stories.rule_set(cast, "PUBLISHED", "1,1,GACC_RISK,turn,normal,customs.lead customs.legal customs.officer")
    given = []
    for _ in range(6):
        lead = stories.lead(cast)
        route_arrivals()
        given.append(decided(lead).officer.username)
    assert sorted(given[:3]) == sorted(given[3:]) == ["customs.lead", "customs.legal", "customs.officer"]
    assert given[:3] == given[3:]


def test_by_load_it_goes_to_the_person_with_least_work(cast):
    stories.rule_set(cast, "PUBLISHED", "1,1,GACC,load,normal,customs.lead customs.officer")
    for _ in range(2):
        take_up_lead(stories.lead(cast), actor=cast["customs.officer"])
    lead = stories.lead(cast)
    route()
    assert decided(lead).officer == cast.user("customs.lead")


def away(cast, who, deputy=None):
    today = timezone.localdate()
    stands_in = cast.user(deputy) if deputy else None
    enter_absence(cast.user(who), actor=cast["customs.lead"], since=today, until=today, deputy=stands_in)


@pytest.mark.parametrize("mode", ["turn", "load"])
def test_absent_officers_are_skipped(cast, mode):
    stories.rule_set(cast, "PUBLISHED", f"1,1,GACC,{mode},normal,customs.legal customs.officer")
    away(cast, "customs.officer", deputy="customs.lead")
    for _ in range(2):
        lead = stories.lead(cast)
        route_arrivals()
        assert decided(lead).officer == cast.user("customs.legal")
        assert decided(lead).instead_of is None


def test_the_deputy_replaces_the_only_named_officer(cast, rules):
    away(cast, "customs.officer", deputy="customs.legal")
    lead = routed(cast)
    assert decided(lead).officer == cast.user("customs.legal")
    assert decided(lead).instead_of == cast.user("customs.officer")


def test_no_officer_is_assigned_if_all_are_away(cast, rules):
    away(cast, "customs.officer")
    lead = routed(cast)
    assert (decided(lead).officer, decided(lead).unit.code) == (None, "GACC_RISK")
    assert Lead.objects.get(pk=lead.pk).officer is None


def test_an_assignment_is_notified_once_and_in_the_journal(cast, rules):
    lead = stories.lead(cast)
    route()
    drain()
    [event] = Event.objects.filter(verb="route", object_id=lead.pk)
    assert event.remark.data["rule"] == "1.1"
    assert InboxItem.objects.filter(event=event).values_list("person__username", "because").get() == (
        "customs.officer",
        "assigned",
    )
    assert "routed it by rule" in cast.browser("customs.officer").get(f"/leads/{lead.pk}/").content.decode()
    assert not list(verify_streams())


def test_the_time_on_each_desk_stays_exact(cast, rules):
    lead = stories.lead(cast)
    route()
    take_up_lead(Lead.objects.get(pk=lead.pk), actor=cast["customs.officer"])
    now = Lead.objects.get(pk=lead.pk)
    written = list(StateInterval.objects.filter(object_id=lead.pk).order_by("number").values_list("state", "person_id"))
    assert written == [(interval.state, interval.person_id) for interval in intervals_from_events(now, "lead")]
    assert written == [("RECEIVED", None), ("RECEIVED", cast.user("customs.officer").pk)]


def test_a_task_of_the_own_agency_is_given_at_once(cast):
    stories.rule_set(cast, "PUBLISHED", "1,1,GACC_RISK,turn,high,customs.legal,task")
    task = ask_task(stories.case(cast), actor=cast["customs.officer"], agency="GACC", title="Check the weights")
    route()
    task.refresh_from_db()
    assert (task.state, task.assignee) == (Task.State.CLAIMED, cast.user("customs.legal"))


def test_a_task_of_another_agency_is_given_once_it_is_accepted_and_only_then(cast):
    stories.rule_set(cast, "PUBLISHED", "1,1,MOFCOM_SCB,turn,high,commerce.legal,task", by="commerce.lead")
    task = stories.task(cast, "ASKED")
    route()
    task.refresh_from_db()
    assert (task.state, task.assignee, decided(task, "MOFCOM_SCB").priority) == ("ASKED", None, Priority.HIGH)
    stories.walk(cast, task, [("accept", "commerce.officer", {})])
    route()
    task.refresh_from_db()
    assert (task.state, task.assignee) == ("CLAIMED", cast.user("commerce.legal"))
    stories.walk(cast, task, [("release", "commerce.legal", {"reason": "not mine"})])
    route()
    task.refresh_from_db()
    assert task.assignee is None, "what was released by hand is not given again"


def test_a_transfer_is_routed_by_its_envelope_alone(cast):
    urgent = "1,1,GACC_ASB,turn,urgent,antismuggling.officer,referral,,antimony"
    stories.rule_set(cast, "PUBLISHED", "1,2,GACC_ASB,claim,high,,,,,2200", urgent, by="antismuggling.lead")
    transfer = stories.transfer(cast, "DELIVERED")
    route()
    found = decided(transfer, "GACC_ASB")
    assert (str(found.rule), found.facts["districts"], found.facts["severity"]) == ("1.1", None, None)
    assert found.facts["weight_kg"] is None
    transfer.refresh_from_db()
    assert transfer.handler == cast.user("antismuggling.officer")
    shown = cast.browser("antismuggling.officer").get(f"/referrals/{transfer.pk}/").content.decode()
    assert "Why it was assigned here" in shown
    assert (
        "Why it was assigned here"
        not in cast.browser("customs.officer").get(f"/referrals/{transfer.pk}/").content.decode()
    )


def test_a_proceeding_is_routed_where_it_is_opened(cast):
    stories.rule_set(cast, "PUBLISHED", "1,1,GACC_RISK,claim,high,,proceeding")
    opened = stories.proceeding(cast)
    handler = opened.handler
    route()
    opened.refresh_from_db()
    assert (decided(opened).priority, opened.handler) == (Priority.HIGH, handler)


def test_a_thing_whose_facts_cannot_be_read_keeps_no_other_waiting(cast, rules, monkeypatch, time_machine_day):
    broken, fine = stories.lead(cast), stories.lead(cast)
    real = dispatch.facts_from
    for name, read in (("facts_of", facts_of), ("facts_from", real)):
        monkeypatch.setattr(
            dispatch, name, lambda lead, rest, read=read: 1 / 0 if lead.pk == broken.pk else read(lead, rest)
        )
    assert route_arrivals() == 1
    assert decided(fine)
    monkeypatch.undo()
    assert route_arrivals() == 0, "it rests first"
    time_machine_day.shift(FIRST_PAUSE)
    assert route_arrivals() == 1
    assert decided(broken)


def test_a_job_that_is_out_of_time_ends_and_does_not_go_on_with_the_next_lead(cast, rules, monkeypatch):
    stories.lead(cast), stories.lead(cast)
    for name in ("facts_of", "facts_from"):
        monkeypatch.setattr(dispatch, name, out_of_time)
    with pytest.raises(SoftTimeLimitExceeded):
        route_arrivals()
    assert not Routing.objects.exists()


def out_of_time(*_: Any) -> None:
    raise SoftTimeLimitExceeded


RULES_FOR_A_BURST = (
    "1,1,GACC_RISK,turn,urgent,customs.officer customs.lead,,,antimony,,,critical",
    "1,2,GACC_RISK,load,high,customs.officer customs.lead,,,,,,high",
    "2,1,GACC_RISK,claim,high,,,,,,,medium",
)


@pytest.mark.slow
def test_a_burst_is_routed_in_few_statements_and_as_one_after_the_other_would_be(cast):
    stories.rule_set(cast, "PUBLISHED", *RULES_FOR_A_BURST)
    burst = [stories.lead(cast, severity=one) for one in ("critical", "high", "medium", "low") * 6]
    with CaptureQueriesContext(connection) as asked:
        assert route_arrivals() == len(burst)
    together = [routing_of(lead) for lead in burst]
    one_by_one = [stories.lead(cast, severity=one) for one in ("critical", "high", "medium", "low") * 6]
    versions = Versions(timezone.now())
    assert all(route_items(arrivals()["lead"], versions, [lead.pk])[0] for lead in one_by_one)
    assert [text[:4] for text in together] == [routing_of(lead)[:4] for lead in one_by_one]
    named = [lead for lead, text in zip(burst, together, strict=True) if text[4]]
    assert len(named) == 12
    assert len(asked) < 60 + 8 * len(named), "what nobody is named for costs no statement of its own"
    for lead in Lead.objects.filter(pk__in=[lead.pk for lead in named]):
        kept = list(StateInterval.objects.filter(object_id=lead.pk))
        assert [one.desk for one in kept] == [one.desk for one in intervals_from_events(lead, "lead")]
    assert list(verify_streams()) == []


@pytest.mark.parametrize("severity", ["critical", "high"])
def test_a_burst_is_shared_out_evenly_in_turn_and_by_load(cast, severity):
    stories.rule_set(cast, "PUBLISHED", *RULES_FOR_A_BURST)
    burst = [stories.lead(cast, severity=severity) for _ in range(6)]
    route_arrivals()
    people = [routing_of(lead)[4] for lead in burst]
    assert (people.count("customs.officer"), people.count("customs.lead")) == (3, 3)


def routing_of(lead: Lead) -> tuple[Any, ...]:
    """State, priority, whether a person is assigned, rule and person, and the content of the events."""
    found, lead = decided(lead), Lead.objects.get(pk=lead.pk)
    assert lead.officer == found.officer
    events = list(Event.objects.filter(object_id=lead.pk, verb="route").select_related("note"))
    assert [event.note.data["rule"] for event in events] == ([str(found.rule)] if found.rule else [])
    officer = lead.officer.username if lead.officer else ""
    return lead.state, found.priority, bool(officer), str(found.rule), officer


def test_more_than_a_batch_is_routed_in_one_job(cast, monkeypatch):
    stories.rule_set(cast, "PUBLISHED")
    monkeypatch.setattr("coordination.automation.routing.jobs.BATCH", 2)
    monkeypatch.setattr("coordination.automation.routing.jobs.SLICE", 600)  # also on a busy machine
    monkeypatch.setattr("coordination.automation.routing.jobs.route_arrivals", lambda: route_arrivals(batch=2))
    leads = [stories.lead(cast) for _ in range(5)]
    assert route() == 5
    assert Routing.objects.filter(subject__in=[lead.pk for lead in leads]).count() == 5
    assert BATCH > 2
