"""A sender's measure that ends before the receiver's review may: both sides are notified once, in advance."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.journal.models import Event
from cases.clocks.jobs import sweep
from cases.clocks.models import Alert, Clock, PeriodRule
from tests import stories

BOTH = ("customs.officer", "antismuggling.officer")


@pytest.fixture
def transfer(cast):
    """Handed over and received, while customs holds the goods."""
    return stories.transfer(cast, "ACCEPTED")


def hold_goods(transfer, *, ends):
    """A measure of the sender on the case that ends at this time."""
    rule = PeriodRule.objects.filter(code="CUS_DETAIN_GOODS").latest("version")
    now = timezone.now()
    return Clock.objects.create(
        rule=rule, case=transfer.case, subject_kind="case", subject_id=transfer.case_id, holder=transfer.sender,
        agency=transfer.sender, started_at=now - timedelta(days=300), state_since=now, due_at=ends, warn_by=ends,
    )  # fmt: skip


def review_of(transfer):
    return Clock.objects.running().about(transfer).get(rule__code="TRF_REVIEW")


def notices(transfer):
    return Event.objects.filter(object_id=transfer.pk, verb="bridge")


def test_a_bridge_alert_is_raised_once_and_notifies_both_sides(transfer, cast):
    hold_goods(transfer, ends=review_of(transfer).due_at - timedelta(hours=1))
    sweep()
    sweep()
    event = notices(transfer).get()
    assert {delivery.agency_id for delivery in event.deliveries.all()} == {transfer.sender_id, transfer.receiver_id}
    for who in BOTH:
        assert notices(transfer).readable_by_agency(cast[who].agency_id).exists()


def test_a_new_end_of_the_measure_raises_another_alert(transfer):
    held = hold_goods(transfer, ends=review_of(transfer).due_at - timedelta(hours=2))
    sweep()
    Clock.objects.filter(pk=held.pk).update(due_at=held.due_at + timedelta(hours=1))
    sweep()
    assert notices(transfer).count() == Alert.objects.filter(mark=Alert.BRIDGE).count() == 2


def test_a_measure_that_outlasts_the_review_raises_no_alert(transfer):
    hold_goods(transfer, ends=review_of(transfer).due_at + timedelta(days=3, hours=1))
    sweep()
    assert not notices(transfer).exists()


def test_a_lifted_measure_or_one_of_another_agency_raises_no_alert(transfer):
    ends = review_of(transfer).due_at - timedelta(hours=1)
    held = hold_goods(transfer, ends=ends)
    Clock.objects.filter(pk=held.pk).update(holder=transfer.receiver)
    sweep()
    Clock.objects.filter(pk=held.pk).update(holder=transfer.sender, state="STOPPED", stopped_at=timezone.now())
    sweep()
    assert not notices(transfer).exists()


@pytest.mark.slow
@pytest.mark.parametrize(("state", "rule", "days"), [("DELIVERED", "INT_SIGN", 6), ("UPHELD", "TRF_PROC_SUGGEST", 25)])
def test_the_chain_after_the_present_period_counts_to_the_hand_over_of_goods(cast, state, rule, days):
    """D310 arts. 7–9, 12; SPPR arts. 560–564."""
    transfer = stories.transfer(cast, state)
    if state == "UPHELD":
        stories.received(cast, transfer)
    period = Clock.objects.running().about(transfer).get(rule__code=rule)
    held = hold_goods(transfer, ends=period.due_at + timedelta(days=days, hours=1))
    sweep()
    assert not notices(transfer).exists()
    Clock.objects.filter(pk=held.pk).update(due_at=period.due_at + timedelta(days=days, hours=-1))
    sweep()
    assert notices(transfer).count() == 1


@pytest.mark.parametrize("who", BOTH)
def test_both_sides_read_it_on_the_referral(transfer, cast, who):
    url = reverse("referral", args=[transfer.pk])
    words = "A measure of the administrative agency ends before the latest lawful hand-over of the goods."
    assert words not in cast.browser(who).get(url).text
    hold_goods(transfer, ends=review_of(transfer).due_at - timedelta(hours=1))
    assert words in cast.browser(who).get(url).text
