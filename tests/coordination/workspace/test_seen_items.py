"""A work item is seen exactly by those who see its object."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from agencies.people.models import User
from agencies.people.sight import actor_for
from agencies.work.models import WorkItem
from cases.casefile.models import Case
from cases.proceedings.actions import open_proceeding
from cases.sharing.actions import end_lapsed_shares, share_case
from cases.sharing.models import Share
from tests import sights, stories
from tests.coordination.exchange.referrals.test_conversion import two_sides

from .test_waiting import matters  # noqa: F401  # a fixture


def readers() -> list[Any]:
    people = User.objects.filter(agency__in=WorkItem.objects.values("agency_id"), is_active=True)
    return [actor for actor in map(actor_for, people) if actor.reads_cases]


def differing() -> dict[str, Any]:
    return {actor.name: wrong for actor in readers() if (wrong := sights.of_desks(actor))}


@pytest.mark.slow
def test_each_person_sees_the_items_of_the_objects_they_see(cast: Any, matters: None) -> None:  # noqa: F811
    stories.reminder(cast)
    assert len(readers()) > 10
    assert differing() == {}
    with time_machine.travel(timezone.now() + timedelta(days=60), tick=False):
        assert differing() == {}
    Case.objects.update(handling="H3")
    assert differing() == {}


def test_a_wall_hides_items_and_letters_about_what_is_behind_it(cast: Any) -> None:
    inside, crime = two_sides(cast)
    assert inside.case_id == crime.case_id
    assert differing() == {}


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
        assert differing() == {}
        assert end_lapsed_shares() == 1
        assert differing() == {}
        again = {"agency": "MOFCOM_SCB", "profile": Share.Profile.FULL, "reason": "Again"}
        share_case(case, actor=cast["customs.officer"], **again)
        assert mine.visible_to(cast["commerce.officer"]).exists()
