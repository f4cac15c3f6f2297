"""身份核查: one police force asks another to identify a person; 7 days, 15 in remote areas (MPSP art. 353)."""

from datetime import timedelta

import pytest

from agencies.kernel.errors import Invalid
from agencies.kernel.resource import RESOURCES
from cases.clocks.actions import extend_clock
from cases.clocks.models import Clock
from coordination.actions.performing import perform
from coordination.exchange.referrals.actions import CASE_ACTIONS
from coordination.exchange.referrals.presentation import shown
from tests import stories

ASKER, ASKED = "antismuggling.officer", "police.officer"


def clock_of(enquiry):
    return Clock.objects.about(enquiry).get(rule__code="CRM_ASSIST")


def test_the_answer_is_due_seven_days_after_the_request(cast):
    running = clock_of(stories.identity(cast, "SENT"))
    assert running.agency.code == "MPS_ECID"
    assert timedelta(days=6) < running.due_at - running.started_at


@pytest.mark.parametrize("state", ["ANSWERED", "RETURNED", "WITHDRAWN"])
def test_answer_return_and_withdrawal_end_the_period(cast, state):
    assert clock_of(stories.identity(cast, state)).stopped_at is not None


def test_fifteen_days_are_granted_for_remote_areas(cast):
    running = clock_of(stories.identity(cast, "IN_WORK"))
    extend_clock(running, actor=cast["police.lead"], step="1", paper="核查〔2026〕3号", reason="mountain county")
    running.refresh_from_db()
    assert 14 <= (running.due_at - running.started_at).days <= 24


def test_the_answer_reaches_the_asking_force(cast):
    result = shown(stories.identity(cast, "ANSWERED"), cast[ASKER])
    assert result["answer"] == "Found under this number"
    assert result["handler"]["name"] == cast.user(ASKED).name


def test_it_names_the_persons_in_question_and_is_asked_of_police_forces_only(cast):
    case = stories.case(cast, ASKER)
    party = case.parties.get()
    data = {"receiver": "MPS_ECID", "title": "Who?", "report": "Name", "parties": [str(party.pk)]}
    made = perform(RESOURCES["cases"], cast[ASKER], case, "enquire_identity", data).created
    assert list(made.parties.all()) == [party]
    data = {"receiver": "GACC", "title": "Who?", "report": "Name"}
    with pytest.raises(Invalid):
        CASE_ACTIONS["enquire_identity"](stories.case(cast, ASKER), actor=cast[ASKER], **data)
