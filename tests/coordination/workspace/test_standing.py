"""Counters of the navigation: their queries are compiled once a day for each person, results never cached."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.kernel.resource import SEARCHED
from coordination.insight.search import finding
from coordination.workspace import home, navigation, queues, waiting
from coordination.workspace.navigation import _standing
from coordination.workspace.queues import counts
from tests import stories
from tests.compiled import forget

STAFF = ["customs.officer", "commerce.head", "antismuggling.lead", "procurator", "police.officer", "centre.coordinator"]


def words(actor):
    """Everything that is compiled for the pages of this person."""
    forget()
    day, shown = timezone.localdate(), frozenset()
    of_staff = (queues.other_queues, navigation._decisions) if actor.is_staff else ()
    lists = [navigation._compiled(lists_of, actor, shown, day) for lists_of in (_standing, home._lists, *of_staff)]
    pairs = [navigation._pairs(one, actor, day) for one in (*navigation.NAMED, navigation._topics)]
    notes = navigation._compiled_counter("notes", actor, day) if actor.is_staff else {}
    work = waiting._compiled_work(actor, shown, day) if actor.is_staff else {}
    others = [queue for queue in waiting.QUEUES if queue not in waiting.OF_THE_PERSON] if actor.is_staff else []
    pages = [waiting._compiled_queue(queue, actor, shown, day) for queue in others]
    found = [finding._checked(kind, actor, finding.MOST, day) for kind in SEARCHED]
    return lists, pairs, notes, work, pages, found


def number(cast, who, name):
    return next(item["count"] for item in cast.browser(who).get("/").context["nav"] if item["name"] == name)


@pytest.mark.parametrize("who", STAFF)
def test_they_contain_no_time_and_no_data(cast, who):
    """Compiled at dawn and at night of one day they are equal: a time in them would be fixed forever."""
    actor, today = cast[who], timezone.localtime().replace(hour=1, minute=0)
    with time_machine.travel(today, tick=False), CaptureQueriesContext(connection) as asked:
        at_dawn = words(actor)
    assert len(asked) == 0
    with time_machine.travel(today + timedelta(hours=22), tick=False):
        assert words(actor) == at_dawn


def test_a_share_is_asked_for_each_time_so_that_it_ends_with_its_last_day(cast):
    case = stories.shared_case(cast)
    stories.proceeding(cast, "INVESTIGATE", case)
    actor, now = cast["customs.officer"], timezone.now()
    assert counts(actor)["mine"] == 1
    case.shares.filter(agency=actor.agency_id).update(until=timezone.localdate())
    with time_machine.travel(now + timedelta(days=1), tick=False):
        assert counts(actor)["mine"] == 0


def test_the_answer_is_asked_of_the_database_each_time(cast):
    navigation._compiled.cache_clear()
    assert not number(cast, "customs.officer", "leads")
    made = stories.lead(cast)
    assert number(cast, "customs.officer", "leads") == 1
    stories.walk(cast, made, [("close", "customs.officer", {"closing": "false_lead", "reason": "Nothing in it"})])
    assert not number(cast, "customs.officer", "leads")
