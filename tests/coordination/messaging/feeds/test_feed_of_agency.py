"""A system whose key shows referrals, tasks and cases reads what happened to them, and of others not one byte."""

import pytest

from cases.casefile.models import Case
from cases.sharing.actions import unshare_case
from coordination.messaging.feeds.jobs import follow
from tests import stories

from .test_feed import System

ALL = ("referrals:read", "tasks:read", "cases:read", "events:read")


def kinds(system):
    return {one["object_kind"] for one in system.events()}


def test_the_receiver_of_a_referral_reads_its_steps_from_the_delivery_on(cast):
    police = System(*ALL, agency="GACC_ASB", name="police platform", source="POLICE")
    transfer = stories.transfer(cast, "ACCEPTED")
    follow()
    received = [one for one in police.events() if one["object_id"] == str(transfer.pk)]
    assert received
    assert "ACCEPTED" in {one["to_state"] for one in received}
    numbers = [one["sequence"] for one in police.events()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_receiver_reads_nothing_of_a_draft(cast):
    police = System(*ALL, agency="GACC_ASB", name="police platform", source="POLICE")
    stories.transfer(cast, "HEAD_DECISION")
    follow()
    assert police.events() == []


def test_a_task_and_a_shared_case_are_in_the_feed_of_the_agency_that_is_asked(cast):
    commerce = System(*ALL, agency="MOFCOM_SCB", name="licences", source="LICENCES")
    case = stories.shared_case(cast)
    task = stories.task(cast, matter=case)
    follow()
    received = {one["object_id"] for one in commerce.events()}
    assert {str(case.pk), str(task.pk)} <= received


@pytest.mark.parametrize("scopes", [("referrals:read",), ("tasks:read",), ("cases:read",), ()])
def test_each_kind_of_object_needs_its_scope(cast, scopes):
    commerce = System(*scopes, "events:read", agency="MOFCOM_SCB", name="licences", source="LICENCES")
    case = stories.shared_case(cast)
    stories.task(cast, matter=case)
    follow()
    expected = {"tasks:read": {"task"}, "cases:read": {"case"}}
    assert kinds(commerce) == (expected.get(scopes[0], set()) if scopes else set())


@pytest.mark.parametrize("handling", ["H1", "H3"])
def test_an_agency_outside_and_a_restricted_case_add_no_byte(cast, handling):
    outside = System(*ALL, agency="MOFCOM_SCB", name="licences", source="LICENCES")
    empty = outside.get().content
    stories.case(cast, handling=handling)
    stories.transfer(cast, "ACCEPTED")
    follow()
    assert outside.get().content == empty


def test_when_a_share_ends_its_events_keep_their_numbers_and_nothing_else(cast):
    commerce = System(*ALL, agency="MOFCOM_SCB", name="licences", source="LICENCES")
    case = stories.shared_case(cast)
    follow()
    before = commerce.events()
    unshare_case(Case.objects.get(pk=case.pk), actor=cast["customs.officer"], agency="MOFCOM_SCB", reason="done")
    follow()
    after = commerce.events()
    assert [one["sequence"] for one in after] == [one["sequence"] for one in before]
    assert {one["type"] for one in after} == {"hidden"}
    assert str(case.pk) not in commerce.get().content.decode()
