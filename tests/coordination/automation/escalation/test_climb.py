"""An unfulfilled duty escalates: officer, lead, responsible person, centre; each rung once, to people who may see
it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError
from django.utils import timezone

from agencies.duty.actions import RosterEntry, enter_absence, enter_shift
from agencies.journal.models import Event
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.clocks.models import Clock
from cases.proceedings.models import Proceeding
from coordination.automation.escalation import actions
from coordination.automation.escalation.jobs import escalate_duties
from coordination.automation.escalation.models import Escalation, Rung, Threshold
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem, NoticeReason, Topic
from tests import stories
from tests.journal import verify_streams

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


def late(clock, hours):
    """Its end, strict and lenient, was that many hours ago."""
    end = timezone.now() - hours * HOUR
    Clock.objects.filter(pk=clock.pk).update(started_at=end - timedelta(days=30), due_at=end, breach_at=end)
    return clock


def notified():
    drain()
    rows = InboxItem.objects.filter(because=NoticeReason.ESCALATED).select_related("person")
    return sorted((item.person.username, item.event.note.data["rung"]) for item in rows)


def reached_at(one):
    """When the rung was reached, by the table of thresholds alone."""
    rows = Threshold.objects.filter(rung=one.rung)
    row = rows.filter(rule_code=one.clock.rule.code).first() or rows.get(rule_code="")
    clock = one.clock
    if row.percent is not None:
        return clock.started_at + (clock.due_at - clock.started_at) * row.percent / 100
    return (clock.due_at if row.hours < 0 else clock.breach_at) + row.hours * HOUR


def fired_by_share(fired):
    shares = set(Threshold.objects.filter(percent__isnull=False).values_list("rule_code", "rung"))
    return [one for one in fired if (one.clock.rule.code, one.rung) in shares]


def on_duty(cast, who):
    """The person is on duty at the desk of customs."""
    now = timezone.now()
    entry = RosterEntry(Agency.objects.get(code="GACC_RISK"), cast.user(who), now - HOUR, now + 23 * HOUR)
    return enter_shift(entry, actor=cast["customs.lead"])


def unhandled(duty):
    inside = Proceeding.objects.get(pk=duty.subject_id)
    inside.team.clear()
    Proceeding.objects.filter(pk=inside.pk).update(handler=None)


@pytest.fixture
def duty(cast):
    """The decision that customs owes in an investigation, handled by its officer."""
    inside = stories.proceeding(cast, "INVESTIGATE")
    return Clock.objects.about(inside).get(rule__code="CUS_DECISION")


def test_a_day_before_the_end_only_the_handler_is_notified(cast, duty):
    late(duty, -23)
    escalate_duties()
    assert notified() == [("customs.lead", "officer"), ("customs.officer", "officer")]
    assert set(InboxItem.objects.filter(because=NoticeReason.ESCALATED).values_list("topic", flat=True)) == {
        Topic.DEADLINE
    }


@pytest.mark.parametrize(
    ("passed", "rungs"), [(49, []), (51, ["officer"]), (79, ["officer"]), (81, ["lead", "officer"])]
)
def test_a_rule_may_set_its_rungs_as_a_share_of_the_period(cast, passed, rungs):
    """Hand-over within 24 hours: half of them for the officer, four fifths for the lead."""
    handed = Clock.objects.about(stories.transfer(cast, "APPROVED")).get(rule__code="TRF_HANDOVER")
    start = timezone.now() - 24 * HOUR * passed / 100
    Clock.objects.filter(pk=handed.pk).update(started_at=start, due_at=start + 24 * HOUR, breach_at=start + 24 * HOUR)
    escalate_duties()
    escalate_duties()
    assert sorted(Escalation.objects.filter(clock=handed).values_list("rung", flat=True)) == rungs


@pytest.mark.both_databases  # a constraint
def test_a_threshold_is_hours_or_a_share_and_never_both(db):
    for wrong in ({}, {"hours": 3, "percent": 50}, {"percent": 0}):
        with pytest.raises(IntegrityError), atomic():
            Threshold.objects.create(rule_code="X", rung=Rung.LEAD, **wrong)


@pytest.mark.parametrize(("present", "who"), [(True, "customs.officer"), (False, "customs.lead")])
def test_without_a_handler_the_person_on_duty_and_if_the_desk_is_empty_too_the_leads_are_notified(
    cast, duty, present, who
):
    unhandled(duty)
    if present:
        on_duty(cast, "customs.officer")
    late(duty, -23)
    escalate_duties()
    assert notified() == [(who, "officer")]


def test_the_deputy_of_an_absent_person_is_notified(cast, duty):
    inside = Proceeding.objects.get(pk=duty.subject_id)
    inside.team.set([cast.user("customs.officer")])
    Proceeding.objects.filter(pk=inside.pk).update(handler=cast.user("customs.officer"))
    today = timezone.localdate()
    away, deputy = cast.user("customs.officer"), cast.user("customs.lead")
    enter_absence(away, actor=cast["customs.lead"], since=today, until=today, deputy=deputy)
    late(duty, -23)
    escalate_duties()
    assert notified() == [("customs.lead", "officer")]


def test_three_days_late_it_has_reached_the_centre(cast, duty):
    late(duty, 73)
    escalate_duties()
    rungs = {rung for _who, rung in notified()}
    assert rungs == set(Rung.values)
    assert ("centre.coordinator", "centre") in notified()
    assert ("customs.head", "office") in notified()


@pytest.mark.slow
def test_the_centre_is_not_notified_of_a_restricted_case(cast):
    case = stories.case(cast, handling="H3")
    inside = stories.proceeding(cast, "INVESTIGATE", case)
    late(Clock.objects.about(inside).get(rule__code="CUS_DECISION"), 100)
    escalate_duties()
    assert "centre.coordinator" not in {who for who, _rung in notified()}
    assert Escalation.objects.filter(rung=Rung.CENTRE).count() == 1


def test_a_rule_with_thresholds_of_its_own_does_not_follow_the_general_ones(cast):
    late(Clock.objects.about(stories.lead(cast)).get(), 100)
    escalate_duties()
    assert set(Escalation.objects.values_list("rung", flat=True)) == {Rung.LEAD, Rung.OFFICE}


def test_a_done_or_paused_duty_does_not_escalate(cast, duty):
    late(duty, 100)
    Clock.objects.filter(pk=duty.pk).update(state="STOPPED", stopped_at=timezone.now())
    assert escalate_duties() == 0


def test_an_extended_period_escalates_again_from_its_new_end(cast, duty):
    late(duty, 1)
    escalate_duties()
    late(duty, -23)
    escalate_duties()
    assert Escalation.objects.filter(rung=Rung.OFFICER).count() == 2
    assert Escalation.objects.filter(rung=Rung.LEAD).count() == 1


def test_the_page_of_the_period_shows_its_escalation(cast, duty):
    late(duty, 25)
    escalate_duties()
    shown = cast.browser("customs.officer").get(f"/deadlines/{duty.pk}/").content.decode()
    assert "Escalation" in shown
    assert "Responsible person" in shown


@pytest.mark.slow
def test_a_worker_killed_midway_leaves_the_rest_to_the_next_run(cast, duty, monkeypatch):
    late(duty, 100)

    def killed(*args, **kwargs):
        raise MemoryError("the worker was killed")

    with monkeypatch.context() as midway:
        midway.setattr(actions, "notify_person", killed)
        with pytest.raises(MemoryError):
            escalate_duties()
    assert not Event.objects.filter(verb="escalate").exists()
    assert escalate_duties() == 4
    assert escalate_duties() == 0


def test_raising_takes_two_statements_a_threshold(cast, duty, django_assert_max_num_queries):
    late(duty, 100)
    with django_assert_max_num_queries(1 + 2 * Threshold.objects.count()):
        actions.raise_rungs()


@pytest.mark.slow
def test_a_month_with_spring_festival_escalates_each_level_once_and_not_too_early(cast):
    """Runs at odd intervals, each twice, with an aborted one between: the end counts, not the time of the run."""
    start = datetime(2027, 1, 27, 10, 0, tzinfo=SHANGHAI)
    with time_machine.travel(start, tick=False) as clockwork:
        inside = stories.proceeding(cast, "INVESTIGATE")
        stories.assistance(cast, "IN_WORK")
        stories.transfer(cast, "ACCEPTED")
        stories.transfer(cast, "APPROVED")
        Clock.objects.about(inside).filter(rule__code="CUS_DECISION").update(
            due_at=start + timedelta(days=14), breach_at=start + timedelta(days=15)
        )
        step, end = timedelta(hours=17, minutes=41), start + timedelta(days=40)
        while timezone.now() < end:
            actions.raise_rungs()
            actions.notify_rungs(1)
            escalate_duties()
            escalate_duties()
            clockwork.shift(step)
        fired = list(Escalation.objects.select_related("clock__rule"))
        for one in fired:
            assert one.raised_at - step <= max(reached_at(one), start) <= one.raised_at
        assert fired_by_share(fired)
        keys = [(one.clock_id, one.rung) for one in fired]
        assert len(keys) == len(set(keys)) == Event.objects.filter(verb="escalate").count()
        assert Escalation.objects.filter(clock__rule__code="INT_ASSIST").count() == len(Rung)
        assist = Clock.objects.get(rule__code="INT_ASSIST")
        # Ten working days from 27 January 2027 include the festival, so they exceed the usual two weeks.
        assert assist.due_at > start + timedelta(days=15)
    assert not list(verify_streams())
