"""A lead for the economic-crime police: no transfer, but reviewed for filing within 7 days, 30 and 30 more."""

from datetime import timedelta

import pytest

from agencies.journal.models import Event
from agencies.kernel.errors import Invalid
from cases.casefile.models import Case
from cases.clocks.actions import extend_clock
from cases.clocks.models import Clock
from cases.proceedings.models import Proceeding
from coordination.exchange.referrals.actions import CASE_ACTIONS
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import Notice
from tests import stories

SENDER, POLICE, HEAD = "customs.officer", "police.officer", "police.head"


def review(lead):
    return Clock.objects.about(lead).get(rule__code="ECO_LEAD_REVIEW")


def test_the_review_runs_seven_days_from_acceptance(cast):
    assert Clock.objects.about(stories.eco_lead(cast, "SENT")).get().rule.code == "INT_SIGN"
    running = review(stories.eco_lead(cast, "ACCEPTED"))
    assert running.agency.code == "MPS_ECID"
    assert running.due_at - running.started_at >= timedelta(days=6)


@pytest.mark.parametrize("state", ["FILED", "NOT_FILED_FINAL"])
def test_either_decision_ends_the_review(cast, state):
    assert review(stories.eco_lead(cast, state)).stopped_at is not None


def test_the_review_is_extended_to_thirty_days_by_the_head_and_by_thirty_more_from_above(cast):
    running = review(stories.eco_lead(cast, "ACCEPTED"))
    extend_clock(running, actor=cast[HEAD], step="1", paper="经侦延〔2026〕1号", reason="cross-regional")
    running.refresh_from_db()
    assert 29 <= (running.due_at - running.started_at).days <= 38
    extend_clock(running, actor=cast[HEAD], step="2", paper="公经延〔2026〕2号", reason="especially complex")
    running.refresh_from_db()
    assert 59 <= (running.due_at - running.started_at).days <= 68


def test_filing_opens_the_criminal_proceeding_and_shows_the_police_the_case(cast):
    lead = stories.eco_lead(cast, "FILED")
    assert lead.proceeding.kind == Proceeding.Kind.CRIMINAL
    assert Case.objects.visible_to(cast[POLICE]).filter(pk=lead.case_id).exists()


def test_the_police_see_nothing_of_the_case_before(cast):
    lead = stories.eco_lead(cast, "ACCEPTED")
    assert not Case.objects.visible_to(cast[HEAD]).filter(pk=lead.case_id).exists()


@pytest.mark.parametrize("state", ["FILED", "NOT_FILED_FINAL", "DECLINED"])
def test_the_outcome_is_reported_to_the_sender_automatically(cast, state):
    lead = stories.eco_lead(cast, state)
    drain()
    ending = Event.objects.filter(object_id=lead.pk).latest("id")
    assert Notice.objects.filter(event=ending, agency__code="GACC").exists()


def test_it_goes_to_public_security_alone(cast):
    data = {"receiver": "SPP", "title": "Lead", "report": "Facts"}
    with pytest.raises(Invalid):
        CASE_ACTIONS["transfer_eco_lead"](stories.case(cast), actor=cast[SENDER], **data)
