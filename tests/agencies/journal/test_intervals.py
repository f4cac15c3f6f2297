"""Time in each state with each holder: the written intervals equal those derived from the events."""

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


def rows_of(intervals):
    return [
        (interval.number, interval.state, interval.desk, interval.entered_at, interval.left_at)
        for interval in intervals
    ]


def stored_rows(thing):
    return rows_of(StateInterval.objects.filter(object_id=thing.pk).order_by("number"))


STORIES = {
    "task": lambda cast: stories.task(cast, "DONE"),
    "lead": lambda cast: stories.case(cast).leads.get(),
    "filed transfer": lambda cast: stories.transfer(cast, "FILED"),
    "request": lambda cast: stories.assistance(cast, "RETURNED"),
    "proceeding": lambda cast: stories.proceeding(cast, "INVESTIGATE", stories.shared_case(cast)),
}


@pytest.mark.parametrize("name", STORIES)
def test_written_intervals_have_no_gaps_and_equal_those_derived_from_the_events(cast, name):
    thing = STORIES[name](cast)
    thing.refresh_from_db()
    intervals = stored_rows(thing)
    assert intervals
    assert intervals == rows_of(intervals_from_events(thing, resource_of(thing).kind))
    assert [one[4] for one in intervals[:-1]] == [one[3] for one in intervals[1:]]


def test_an_event_that_keeps_state_and_holder_ends_no_interval_and_claiming_the_one_without_handler(cast):
    task = stories.task(cast)
    before = stored_rows(task)
    stories.walk(
        cast, task, [("set_due", "customs.officer", {"due_at": timezone.now() + timedelta(days=9), "reason": "Leave"})]
    )
    assert stored_rows(task) == before
    claim_task(task, actor=cast["commerce.officer"])
    assert [(state, desk.person_id) for _n, state, desk, _a, _b in stored_rows(task)] == [
        ("ASKED", None),
        ("OPEN", None),
    ]


def test_a_corrected_time_rebuilds_the_intervals(cast):
    """Correcting the order of the events corrects the order of the intervals."""
    correction = stories.correction(cast)
    thing = event_subject(correction.event)
    stories.walk(cast, correction, [("confirm", "customs.lead", {})])
    thing.refresh_from_db()
    assert stored_rows(thing) == rows_of(intervals_from_events(thing, resource_of(thing).kind))


def test_the_page_shows_how_long_each_holder_had_it(cast):
    task = stories.task(cast, "ASKED")
    type(task).objects.filter(pk=task.pk).update(state_since=timezone.now() - timedelta(days=2, hours=3))
    task.refresh_from_db()
    (line,) = desk_times(task, cast["customs.officer"])
    assert (line.agency.code, line.length, line.now) == ("MOFCOM_SCB", "2 d 3 h", True)


def test_people_are_named_to_their_own_agency_only_and_a_handover_within_a_state_starts_an_interval(cast):
    task = stories.task(cast, "CLAIMED")
    officer = cast.user("commerce.officer")
    assert officer in [line.person for line in desk_times(task, cast["commerce.lead"])]
    assert [line.person for line in desk_times(task, cast["customs.officer"])] == [None]
    hand_over_task(task, actor=cast["commerce.officer"], to=cast["commerce.lead"].id, reason="Leave")
    last = StateInterval.objects.filter(object_id=task.pk).last()
    assert (last.state, str(last.person_id)) == ("CLAIMED", cast["commerce.officer"].id)


def test_the_receiver_does_not_learn_how_long_the_draft_took(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    assert [line.agency.code for line in desk_times(transfer, cast["antismuggling.officer"])] == ["GACC_ASB"]
    assert {line.agency.code for line in desk_times(transfer, cast["customs.officer"])} == {"GACC", "GACC_ASB"}
