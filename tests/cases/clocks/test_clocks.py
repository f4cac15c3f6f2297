"""Clocks about real subjects: the owing agency, what is overdue, and what never is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.journal.models import Event
from cases.casefile.models import Case
from cases.clocks.law import rule_on
from cases.clocks.models import Breach, Clock, PeriodKind
from cases.clocks.raising import notify_raised, raise_breaches
from tests import stories

LONG_AGO = timedelta(days=400)


def age(clock, days):
    """Moves the start of a running clock into the past."""
    back = timedelta(days=days)
    Clock.objects.filter(pk=clock.pk).update(
        started_at=clock.started_at - back, due_at=clock.due_at - back, breach_at=clock.breach_at - back
    )


def clock_of(thing, code):
    return Clock.objects.about(thing).get(rule__code=code)


def test_the_head_owes_the_decision_which_is_the_duty_on_the_referral_and_not_yet_on_the_case(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    clock = clock_of(transfer, "TRF_APPROVE")
    assert (clock.agency.code, clock.rule.kind, clock.stopped_at) == ("GACC", PeriodKind.DUTY, None)
    assert clock.due_at <= clock.breach_at
    assert transfer.due_at == clock_of(transfer, "TRF_APPROVE").due_at
    assert Case.objects.get(pk=transfer.case_id).due_at is None


def test_a_signed_receipt_starts_the_review_of_the_receiver_and_a_missed_one_is_raised_once_at_its_true_time(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    assert clock_of(transfer, "TRF_REVIEW").agency.code == "GACC_ASB"
    clock = clock_of(transfer, "TRF_REVIEW")
    age(clock, 400)
    clock.refresh_from_db()
    assert raise_breaches() == 1
    assert raise_breaches() == 0
    notify_raised()
    breach = Breach.objects.get(clock=clock)
    assert breach.breached_at == clock.breach_at
    assert Event.objects.get(verb="breach", object_id=transfer.pk).happened_at == clock.breach_at


def test_an_economic_crime_takes_its_own_review_clock(cast):
    transfer = stories.transfer(cast, "DRAFT_REPORT")
    answers = {"receiver": "MPS_ECID", "offence": "ILLEGAL_BUSINESS", "title": "Licences sold"}
    stories.walk(cast, transfer, [("edit", "customs.officer", answers)])
    assert transfer.review_rule == "TRF_REVIEW_ECO"


def test_filing_stops_the_review_starts_the_hand_over_of_goods_and_only_a_late_review_is_raised(cast):
    transfer = stories.transfer(cast, "FILED")
    assert clock_of(transfer, "TRF_REVIEW").stopped_at is not None
    stories.received(cast, transfer)
    assert clock_of(transfer, "TRF_GOODS").stopped_at is None
    assert clock_of(transfer, "TRF_REVIEW").stopped_at < timezone.now()
    assert raise_breaches() == 0
    clock = clock_of(transfer, "TRF_REVIEW")
    Clock.objects.filter(pk=clock.pk).update(
        started_at=clock.started_at - LONG_AGO, breach_at=clock.started_at - timedelta(days=300)
    )
    assert raise_breaches() == 1


def test_withdrawing_stops_every_clock(cast):
    transfer = stories.transfer(cast, "WITHDRAWN")
    assert not Clock.objects.about(transfer).running().exists()


def test_a_partys_right_is_never_overdue(cast):
    line = stories.decision(cast)
    stories.serve_notice(cast, line)
    right = clock_of(line, "ADM_HEARING_REQ")
    age(right, 400)
    right.refresh_from_db()
    assert right.rule.kind == PeriodKind.RIGHT
    assert not right.is_overdue()
    assert raise_breaches() == 0


def test_no_clock_runs_under_a_rule_that_was_not_yet_in_force(cast):
    assert rule_on("TRF_REVIEW", timezone.now()) is not None
    assert rule_on("TRF_REVIEW", timezone.now() - timedelta(days=50 * 365)) is None
    with pytest.raises(LookupError, match="load_reference"):
        rule_on("NO_SUCH_RULE", timezone.now())


def test_clocks_of_a_suspect_are_private_to_the_agency(cast):
    detention = stories.measure(cast, stories.suspect(cast))
    police, customs = cast["antismuggling.officer"], cast["customs.officer"]
    assert Clock.objects.visible_to(police).about(detention).count() == 4
    assert Clock.objects.visible_to(customs).about(detention).count() == 0
