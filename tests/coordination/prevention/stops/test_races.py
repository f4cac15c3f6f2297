"""Two customs officers answer at once, and two stops for the same goods are answered at once."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from agencies.kernel.errors import Stale, TransitionRefused
from coordination.prevention.stops.actions import ACTIONS
from coordination.prevention.stops.jobs import watch
from coordination.prevention.stops.models import CargoHold, Stop
from tests import stories
from tests.journal import verify_streams
from tests.stories.stops import CONTAINER

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]


def at_once(*acts):
    """Runs these functions in threads that start together; returns each result or refusal."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait(timeout=20)
            return act()
        except (TransitionRefused, Stale) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def is_refusal(result):
    return isinstance(result, (TransitionRefused, Stale))


def test_of_two_officers_who_answer_at_once_one_succeeds_and_the_other_learns_of_it(cast):
    stop = stories.stop(cast, "SEEN")
    officers = (cast["customs.officer"], cast["customs.lead"])
    acts = [
        partial(ACTIONS[verb], stop, actor=actor)
        for verb, actor in zip(("hold", "already_released"), officers, strict=True)
    ]
    results = at_once(*acts, *acts)
    assert sum(not is_refusal(one) for one in results) == 1
    stop.refresh_from_db()
    assert stop.state in ("HELD", "ALREADY_RELEASED")
    assert CargoHold.objects.count() == (stop.state == "HELD")
    assert not list(verify_streams())


def test_two_stops_for_one_container_that_are_held_at_once_make_one_hold(cast):
    first = stories.stop(cast, "SEEN", container=CONTAINER, declaration_no="")
    second = stories.stop(cast, "SEEN", by="antismuggling", container=CONTAINER, declaration_no="")
    results = at_once(*(partial(ACTIONS["hold"], one, actor=cast["customs.officer"]) for one in (first, second)))
    assert not any(map(is_refusal, results))
    assert CargoHold.objects.count() == 1
    ends = ((first, cast["commerce.lead"]), (second, cast["antismuggling.lead"]))
    at_once(*(partial(ACTIONS["lift"], one, actor=actor, reason="Done") for one, actor in ends))
    assert set(Stop.objects.values_list("state", flat=True)) == {"LIFTED"}
    assert CargoHold.objects.get().until is not None


def test_two_workers_ring_once(cast):
    stop = stories.late_stop(cast, 11)
    assert sum(at_once(watch, watch, watch)) == 1
    stop.refresh_from_db()
    assert stop.rung == 10
    assert not list(verify_streams())
