"""Time in each state and on each desk: written as things move, and the same when counted from the events."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.journal.intervals import intervals_from_events
from agencies.journal.models import StateInterval
from agencies.kernel.resource import resource_of
from coordination.exchange.corrections.record import event_subject
from coordination.exchange.tasks.actions import claim_task, hand_over_task
from coordination.workspace.desk_times import desk_times
from tests import stories


def told(intervals):
    return [
        (interval.number, interval.state, interval.desk, interval.entered_at, interval.left_at)
        for interval in intervals
    ]


def kept(thing):
    return told(StateInterval.objects.filter(object_id=thing.pk).order_by("number"))


STORIES = {
    "task": lambda cast: stories.task(cast, "DONE"),
    "lead": lambda cast: stories.case(cast).leads.get(),
    "filed transfer": lambda cast: stories.transfer(cast, "FILED"),
    "request": lambda cast: stories.assistance(cast, "RETURNED"),
    "proceeding": lambda cast: stories.proceeding(cast, "INVESTIGATE", stories.shared_case(cast)),
}


@pytest.mark.parametrize("name", STORIES)
def test_what_was_written_is_what_the_events_tell(cast, name):
    thing = STORIES[name](cast)
    thing.refresh_from_db()
    intervals = kept(thing)
    assert intervals
    assert intervals == told(intervals_from_events(thing, resource_of(thing).kind))


@pytest.mark.parametrize("name", STORIES)
def test_stays_have_neither_gaps_nor_overlaps(cast, name):
    intervals = kept(STORIES[name](cast))
    assert [one[4] for one in intervals[:-1]] == [one[3] for one in intervals[1:]]


def test_a_hand_over_inside_a_state_is_a_stay_of_its_own(cast):
    task = stories.task(cast, "CLAIMED")
    hand_over_task(task, actor=cast["commerce.officer"], to=cast["commerce.lead"].id, reason="Leave")
    last = StateInterval.objects.filter(object_id=task.pk).last()
    assert (last.state, str(last.person_id)) == ("CLAIMED", cast["commerce.officer"].id)


def test_what_changes_neither_state_nor_desk_ends_no_stay(cast):
    task = stories.task(cast)
    before = kept(task)
    stories.walk(
        cast, task, [("set_due", "customs.officer", {"due_at": timezone.now() + timedelta(days=9), "reason": "Leave"})]
    )
    assert kept(task) == before


def test_a_corrected_time_counts_the_stays_anew(cast):
    """An order of the record put right is an order of the stays put right."""
    correction = stories.correction(cast)
    thing = event_subject(correction.event)
    stories.walk(cast, correction, [("confirm", "customs.lead", {})])
    thing.refresh_from_db()
    assert kept(thing) == told(intervals_from_events(thing, resource_of(thing).kind))


def test_the_page_says_how_long_with_whom(cast):
    task = stories.task(cast, "ASKED")
    type(task).objects.filter(pk=task.pk).update(state_since=timezone.now() - timedelta(days=2, hours=3))
    task.refresh_from_db()
    (line,) = desk_times(task, cast["customs.officer"])
    assert (line.agency.code, line.length, line.now) == ("MOFCOM_SCB", "2 d 3 h", True)


def test_people_are_named_to_their_own_agency_only(cast):
    task = stories.task(cast, "CLAIMED")
    officer = cast.user("commerce.officer")
    assert officer in [line.person for line in desk_times(task, cast["commerce.lead"])]
    assert [line.person for line in desk_times(task, cast["customs.officer"])] == [None]


def test_the_receiver_does_not_learn_how_long_the_draft_took(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    assert [line.agency.code for line in desk_times(transfer, cast["antismuggling.officer"])] == ["GACC_ASB"]
    assert {line.agency.code for line in desk_times(transfer, cast["customs.officer"])} == {"GACC", "GACC_ASB"}


def test_claiming_closes_the_stay_on_the_shelf(cast):
    task = stories.task(cast)
    claim_task(task, actor=cast["commerce.officer"])
    assert [(state, desk.person_id) for _n, state, desk, _a, _b in kept(task)] == [("ASKED", None), ("OPEN", None)]
