"""A stop that customs do not see rings after ten minutes for their duty lead and after thirty for the centre."""

from datetime import timedelta

import pytest
import time_machine

from agencies.duty.actions import RosterEntry, enter_shift
from agencies.journal.models import Delivery, Event
from agencies.kernel import times
from agencies.organisations.models import Agency
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem
from coordination.prevention.stops.jobs import watch
from coordination.prevention.stops.models import Stop
from tests import stories
from tests.journal import verify_streams

pytestmark = pytest.mark.both_databases  # jobs and their locks


def woken():
    """Who was woken by each bell, by its minutes."""
    bells = Event.objects.filter(verb="escalate", object_kind="stop").select_related("note").order_by("id")
    found = {}
    for bell in bells:
        people = Delivery.objects.filter(event=bell).exclude(person_id=None).values_list("person_id", flat=True)
        found.setdefault(bell.note.data["minutes"], []).append(set(people))
    return found


def people(cast, *names):
    return {cast.user(name).pk for name in names}


def at(stop, minutes):
    return time_machine.travel(stop.sent_at + timedelta(minutes=minutes, seconds=1), tick=False)


def on_duty(cast, who, *, on_call=False, desk="GACC"):
    now = times.now()
    entry = RosterEntry(
        *(Agency.objects.get(code=desk), cast.user(who), now - timedelta(hours=1), now + timedelta(hours=8)),
        on_call=on_call,
    )
    enter_shift(entry, actor=cast["customs.lead" if desk == "GACC" else "centre.coordinator"])


def test_it_rings_after_ten_and_after_thirty_minutes_and_once_each(cast):
    stop = stories.stop(cast)
    for minute, rung in (
        (9, {}),
        (10, {10: 1}),
        (11, {10: 1}),
        (29, {10: 1}),
        (30, {10: 1, 30: 1}),
        (31, {10: 1, 30: 1}),
    ):
        with at(stop, minute):
            watch()
            watch()
        assert {minutes: len(bells) for minutes, bells in woken().items()} == rung, minute
    found = woken()
    assert found[10] == [people(cast, "customs.lead")]
    assert found[30] == [people(cast, "centre.coordinator")]
    assert not list(verify_streams())


def test_the_approver_on_call_comes_before_the_desk_and_the_desk_before_the_leads(cast):
    on_duty(cast, "customs.officer")
    first = stories.stop(cast)
    with at(first, 10):
        watch()
    on_duty(cast, "customs.head", on_call=True)
    second = stories.stop(cast, declaration_no="530120260000000999")
    with at(second, 10):
        watch()
    assert woken()[10] == [people(cast, "customs.officer"), people(cast, "customs.head")]


def test_a_stop_that_was_seen_rings_no_more(cast):
    seen, answered = stories.stop(cast, "SEEN"), stories.stop(cast, "NOT_FOUND")
    draft = stories.stop(cast, "DRAFT")
    for stop in (seen, answered):
        with at(stop, 40):
            assert watch() == 0
    assert (draft.sent_at, woken()) == (None, {})


def test_the_bell_changes_no_version_so_that_an_answer_given_meanwhile_counts(cast):
    stop = stories.stop(cast)
    with at(stop, 10):
        watch()
        stories.walk(cast, stop, [("see", "customs.officer", {"version": stop.version})])
    assert stop.state == "SEEN"
    with at(stop, 31):
        watch()
    assert set(woken()) == {10}


def test_a_missed_run_is_caught_up(cast):
    stop = stories.stop(cast)
    with at(stop, 90):
        assert watch() == 2
        assert watch() == 0
    assert set(woken()) == {10, 30}


def test_of_a_restricted_case_the_centre_learns_nothing_and_customs_are_woken_again(cast):
    case = stories.case(cast, "antismuggling.officer", handling="H3", handling_code="H3")
    stop = stories.stop(cast, matter=case, by="antismuggling")
    with at(stop, 30):
        watch()
    assert woken()[30] == [people(cast, "customs.head")]


def test_the_woken_lead_reads_which_stop_it_is(cast):
    stop = stories.stop(cast)
    with at(stop, 10):
        watch()
        drain()
        assert InboxItem.objects.filter(person=cast.user("customs.lead"), event__verb="escalate").exists()
        shown = cast.browser("customs.lead").get("/inbox/").content.decode()
    assert stop.title in shown


def test_the_last_day_ends_the_watch_and_leaves_goods_that_are_held(cast):
    watched = [stories.stop(cast, state) for state in ("SENT", "SEEN", "STANDING")]
    held, draft = stories.stop(cast, "HELD"), stories.stop(cast, "DRAFT")
    last = watched[0].last_day
    day = times.now() + (last - times.today())
    with time_machine.travel(day, tick=False):
        Stop.objects.update(rung=30)
        assert watch() == 0
    with time_machine.travel(day + timedelta(days=1), tick=False):
        assert watch() == 3
        assert watch() == 0
    states = {one.pk: one.state for one in Stop.objects.all()}
    assert {states[one.pk] for one in watched} == {"EXPIRED"}
    assert (states[held.pk], states[draft.pk]) == ("HELD", "DRAFT")
    ended = Event.objects.filter(verb="expire")
    notified = Delivery.objects.filter(event__in=ended).values_list("agency_id", flat=True).distinct()
    assert set(notified) == {held.sender_id, held.customs_id}
    assert not list(verify_streams())
