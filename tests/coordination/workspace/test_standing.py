"""Counters of the navigation are counted for each request."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from coordination.workspace.queues import counts
from tests import stories


def number(cast, who, name):
    return next(item["count"] for item in cast.browser(who).get("/").context["nav"] if item["name"] == name)


def test_a_share_is_asked_for_each_time_so_that_it_ends_with_its_last_day(cast):
    case = stories.shared_case(cast)
    stories.proceeding(cast, "INVESTIGATE", case)
    actor, now = cast["customs.officer"], timezone.now()
    assert counts(actor)["mine"] == 1
    case.shares.filter(agency=actor.agency_id).update(until=timezone.localdate())
    with time_machine.travel(now + timedelta(days=1), tick=False):
        assert counts(actor)["mine"] == 0


@pytest.mark.slow
def test_the_answer_is_asked_of_the_database_each_time(cast):
    assert not number(cast, "customs.officer", "leads")
    made = stories.lead(cast)
    assert number(cast, "customs.officer", "leads") == 1
    stories.walk(cast, made, [("close", "customs.officer", {"closing": "false_lead", "reason": "Nothing in it"})])
    assert not number(cast, "customs.officer", "leads")
