"""Periods counted again from a later event: the old clock ends, a linked one begins."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.kernel.errors import Invalid
from cases.clocks.actions import restart_clock
from cases.clocks.models import Clock, ClockChange
from cases.proceedings.models import Measure
from tests import stories
from tests.refusals import refused_for

PAPER = "重计〔2026〕1号"
LEAD = "antismuggling.lead"


@pytest.fixture
def custody(cast):
    """Custody for investigation after an arrest."""
    return Clock.objects.about(stories.arrested(cast, stories.suspect(cast))).get(rule__code="CRM_INVEST")


def found(cast, custody):
    """Another serious crime of the person is found, which is reported for approval (MPSP art. 151)."""
    arrest = Measure.objects.get(pk=custody.subject_id)
    stories.walk(cast, arrest, [("find_crime", "antismuggling.officer", {"reason": "Smuggling of arms"})])
    return Clock.objects.running().about(arrest).get(rule__code="CRM_NEW_CRIME")


def restart(cast, clock, ground="new_crime", **given):
    return restart_clock(clock, actor=cast[LEAD], ground=ground, paper=PAPER, reason="another crime", **given)


def test_another_serious_crime_restarts_the_custody_from_its_discovery_without_earlier_extensions(cast, custody):
    report = found(cast, custody)
    moved = restart(cast, custody)
    fresh = Clock.objects.running().get(restarted_from=custody)
    report.refresh_from_db()
    assert report.stopped_at == moved.at
    custody.refresh_from_db()
    assert (custody.state, custody.stopped_at) == ("STOPPED", moved.at)
    assert (fresh.rule.code, fresh.subject_id, fresh.started_at) == (
        *("CRM_INVEST", custody.subject_id, report.started_at),
    )
    assert fresh.due_at >= custody.due_at
    change = ClockChange.objects.get(clock=custody)
    assert (change.why, change.paper) == ("restart", PAPER)
    assert not fresh.extensions.exists()
    restart(cast, fresh, "identified")
    assert Clock.objects.running().get(restarted_from=fresh).restarted_from.restarted_from == custody


def test_without_its_discovery_a_ground_of_the_rule_and_a_later_time_custody_is_not_counted_anew(cast, custody):
    with refused_for("discovery"):
        restart(cast, custody)
    with pytest.raises(Invalid):
        restart(cast, custody, "jurisdiction")
    with pytest.raises(Invalid):
        restart(cast, custody, happened_at=timezone.now() - timedelta(days=900))


def test_a_period_without_a_restart_in_law_is_refused(cast):
    held = stories.transfer(cast, "ACCEPTED")
    clock = Clock.objects.running().about(held).get(rule__code="TRF_REVIEW")
    with refused_for("restart"):
        restart(cast, clock, "new_crime")
