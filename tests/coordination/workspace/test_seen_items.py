"""A work item is seen exactly by those who see its object."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from agencies.work.models import WorkItem
from cases.casefile.models import Case
from cases.proceedings.actions import open_proceeding
from cases.sharing.actions import end_lapsed_shares, share_case
from cases.sharing.models import Share
from coordination.exchange.reminders.actions import send_letter
from coordination.exchange.reminders.models import Reminder
from coordination.messaging.notifications.actions import drain_outbox
from coordination.workspace import inbox
from tests import sights, stories
from tests.coordination.exchange.referrals.test_conversion import two_sides

from .test_waiting import matters  # noqa: F401  # a fixture


@pytest.mark.slow
def test_each_person_sees_the_items_of_the_objects_they_see(cast: Any, matters: None) -> None:  # noqa: F811
    stories.reminder(cast)
    assert sights.desks_differing() == {}
    with time_machine.travel(timezone.now() + timedelta(days=60), tick=False):
        assert sights.desks_differing() == {}
    Case.objects.update(handling="H3")
    assert sights.desks_differing() == {}


def test_a_wall_hides_items_and_letters_about_what_is_behind_it(cast: Any) -> None:
    inside, crime = two_sides(cast)
    assert inside.case_id == crime.case_id
    assert sights.desks_differing() == {}


def test_a_share_that_ends_takes_the_items_with_it(cast: Any) -> None:
    case = stories.shared_case(cast)
    proceeding = open_proceeding(case, actor=cast["commerce.officer"], kind="commerce")
    mine = WorkItem.objects.filter(kind="proceeding", object_id=proceeding.pk)
    assert mine.visible_to(cast["commerce.officer"]).exists()
    tomorrow = timezone.localdate() + timedelta(days=1)
    Share.objects.filter(case=case, agency=cast["commerce.officer"].agency_id).update(until=tomorrow)
    assert mine.visible_to(cast["commerce.officer"]).exists()
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        assert not mine.visible_to(cast["commerce.officer"]).exists()
        assert sights.desks_differing() == {}
        assert end_lapsed_shares() == 1
        assert sights.desks_differing() == {}
        again = {"agency": "MOFCOM_SCB", "profile": Share.Profile.FULL, "reason": "Again"}
        share_case(case, actor=cast["customs.officer"], **again)
        assert mine.visible_to(cast["commerce.officer"]).exists()


@pytest.mark.slow
def test_a_letter_about_a_lead_leaves_the_desk_of_the_agency_that_returned_the_lead(cast: Any) -> None:
    made = stories.lead(cast, by="centre.coordinator")
    stories.walk(cast, made, [("assign", "centre.coordinator", {"agency": "GACC"})])
    late = stories.late_clock(made, "INT_TRIAGE")
    letter = send_letter([f"clock:{late.pk}"], actor=cast["centre.coordinator"])
    drain_outbox()
    officer, lead = cast["customs.officer"], cast["customs.lead"]
    waiting = WorkItem.objects.filter(kind="reminder", object_id=letter.pk)
    assert waiting.visible_to(officer).exists()
    assert inbox.unread(lead) > 0
    stories.walk(cast, made, [("return_lead", "customs.officer", {"reason": "It concerns the road."})])
    assert not Reminder.objects.visible_to(officer).exists()
    assert not waiting.visible_to(officer).exists()
    assert inbox.unread(lead) == 0
    assert sights.desks_differing() == sights.differing() == {}
