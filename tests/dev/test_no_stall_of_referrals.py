"""Every state of every table has a responsible agency, a period and a way out; silence ends nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.resource import RESOURCES
from agencies.kernel.workflow import Workflow
from cases.clocks.models import Clock
from coordination.exchange.referrals.presentation import shown
from dev.no_stall.referrals import proofs
from tests import stories
from tests.refusals import invalid_at, refused_for

TABLES = [workflow for resource in RESOURCES.values() for workflow in resource.workflows]
SUGGESTED = {"procuratorate": "SPP", "grounds": "No receipt, no decision."}
ASKED = {"above": "海关总署、公安部", "letter": "请责令签收。"}
# Kept for ever by design: a shared paper or a note stays as it is.
LASTING = {
    "conference",
    "incoming paper",
    "note",
    "listing",
    "rule set",
    "paper",
    "step on behalf",
    "private clock",
    "clock",
}


def late(referral: Any) -> None:
    """Every running period of the referral has ended."""
    passed = timezone.now() - timedelta(days=1)
    Clock.objects.running().about(referral).update(due_at=passed, breach_at=passed)
    type(referral).objects.filter(pk=referral.pk).update(due_at=passed, breach_at=passed)
    referral.refresh_from_db()


def missing(refused: Any) -> set[str]:
    return {one.code for one in refused.value.missing}


def test_each_state_of_a_referral_has_a_person_a_period_and_a_way_out() -> None:
    rows = list(proofs())
    assert len(rows) > 50
    assert [row for row in rows if not (row.responsible and row.period and row.way_out)] == []
    assert [row for row in rows if "()" in row.way_out] == []  # each verb with its article


@pytest.mark.parametrize("workflow", TABLES, ids=lambda workflow: workflow.name)
def test_no_state_of_any_table_is_a_dead_end(workflow: Workflow) -> None:
    """From each non-final state a person, not only the system, may go on, and a final state can be reached."""
    ways: dict[str, set[str]] = {}
    for line in workflow.transitions.values():
        for state in line.sources:
            ways.setdefault(state, set()).update({line.to} if line.to and line.to != state else set())
    states = set(ways) | {to for targets in ways.values() for to in targets}
    ends = workflow.final | {state for state in states if not ways.get(state)}
    for state in states - workflow.final:
        people = [verb for verb, line in workflow.transitions.items() if state in line.sources and not line.system]
        assert people or state in ends or workflow.name in LASTING, state
        if workflow.final and workflow.name not in LASTING:
            reached, more = {state}, {state}
            while more:
                more = {to for one in more for to in ways.get(one, ())} - reached
                reached |= more
            assert reached & ends, state


def test_the_letter_to_a_superior_names_it_and_is_read_by_its_own_agency_alone(cast: Any) -> None:
    transfer = stories.transfer(cast, "ACCEPTED")
    late(transfer)
    stories.walk(cast, transfer, [("ask_correction", "customs.officer", ASKED)])
    assert [one["above"] for one in shown(transfer, cast["customs.officer"])["letters"]] == [ASKED["above"]]
    url = reverse("referral", args=[transfer.pk])
    assert ASKED["above"] in cast.browser("customs.officer").get(url).text
    for who in ("antismuggling.officer", "centre.supervisor"):
        assert shown(transfer, cast[who])["letters"] == [], who
        assert ASKED["letter"] not in cast.browser(who).get(url).text
    event = Event.objects.get(verb="ask_correction")
    assert event.counterpart_id is None  # the other side is not addressed


@pytest.mark.parametrize("state", ["DELIVERED", "ACCEPTED", "NOT_OURS", "RECONSIDERATION"])
def test_against_silent_police_the_agency_goes_to_their_superior_and_the_procuratorate(cast: Any, state: str) -> None:
    transfer = stories.transfer(cast, state)
    with refused_for("early"):
        stories.walk(cast, transfer, [("suggest_supervision", "customs.officer", SUGGESTED)])
    late(transfer)
    stories.walk(cast, transfer, [("ask_correction", "customs.officer", ASKED)])
    stories.walk(cast, transfer, [("suggest_supervision", "customs.officer", SUGGESTED)])
    supervision = transfer.followed_by.get()
    assert (transfer.state, supervision.respondent.code) == ("SUPERVISED", "GACC_ASB")
    stories.walk(cast, supervision, [
        ("ask_reasons", "procurator", {"letter": "Why?"}),
        *([] if state == "RECONSIDERATION" else [("urge_decision", "procurator", {"letter": "Decide."})]),
        ("order_filing", "procurator.head", {"letter": "File."}),
        ("obey", "antismuggling.deputy", {"external_number": "海缉立〔2026〕811号"}),
    ])  # fmt: skip
    transfer.refresh_from_db()
    assert transfer.state == "FILED"


def test_the_own_delay_gives_no_right_against_the_other_side(cast: Any) -> None:
    """Also where a period names no agency and so is owed by the holder of the referral."""
    transfer = stories.transfer(cast, "DELIVERED")
    late(transfer)
    Clock.objects.running().about(transfer).update(agency=None, holder=transfer.sender)
    with refused_for("early"):
        stories.walk(cast, transfer, [("ask_correction", "customs.officer", ASKED)])


def test_a_mistaken_decline_of_competence_is_taken_back(cast: Any) -> None:
    transfer = stories.transfer(cast, "NOT_OURS")
    stories.walk(cast, transfer, [("take_back_competence", "antismuggling.deputy", {"reason": "Ours after all"})])
    running = set(Clock.objects.running().about(transfer).values_list("rule__code", flat=True))
    assert (transfer.state, running) == ("ACCEPTED", {"TRF_REVIEW"})


def test_a_request_in_work_is_withdrawn_or_returned(cast: Any) -> None:
    for step in (
        ("withdraw", "customs.officer", {"ending_reason": "Answered elsewhere"}),
        ("return", "commerce.officer", {"reason": "Which licence?"}),
    ):
        made = stories.assistance(cast, "IN_WORK")
        stories.walk(cast, made, [step])
        assert not Clock.objects.running().about(made).exists()


def test_a_lead_is_forwarded_to_the_competent_police(cast: Any) -> None:
    """公通字〔2017〕25号 art. 14."""
    made = stories.eco_lead(cast, "ACCEPTED")
    stories.walk(cast, made, [("forward", "police.officer", {"receiver": "PPSD_45", "reason": "Theirs"})])
    assert (made.state, made.receiver.code, made.holder.code) == ("SENT", "PPSD_45", "PPSD_45")
    assert [agency.code for agency in made.passed_on_by.all()] == ["MPS_ECID"]


def test_a_return_is_answered_with_an_objection_and_sent_again(cast: Any) -> None:
    made = stories.returned(cast, "SENT")
    stories.walk(cast, made, [("object", "customs.lead", {"reason": "There was intent"})])
    assert (made.state, made.holder_id) == ("RETURNED", made.sender_id)
    said = {"title": made.title, "ground": made.ground, "report": "The messages show no intent."}
    stories.walk(cast, made, [("change", "antismuggling.officer", said), ("send", "antismuggling.lead", {})])
    assert made.state == "SENT"


def test_police_get_a_matter_back_that_they_passed_on_only_by_designation(cast: Any) -> None:
    transfer = stories.transfer(cast, "NOT_OURS")
    stories.walk(cast, transfer, [("reroute", "antismuggling.officer", {"receiver": "MPS_ECID", "letter": "Yours"})])
    back = {"receiver": "GACC_ASB", "letter": "Yours by designation"}
    stories.walk(cast, transfer, [("accept", "police.officer", {}), ("disown", "police.deputy", {"reason": "No"})])
    with invalid_at("/designation"):
        stories.walk(cast, transfer, [("reroute", "police.officer", back)])
    stories.walk(cast, transfer, [("reroute", "police.officer", {**back, "designation": "公指〔2026〕1号"})])
    assert transfer.receiver.code == "GACC_ASB"


def test_what_the_form_does_not_offer_the_action_refuses(cast: Any) -> None:
    transfer = stories.transfer(cast, "NOT_FILED")
    police = {**SUGGESTED, "procuratorate": "MPS_ECID"}
    with invalid_at("/procuratorate"):
        stories.walk(cast, transfer, [("suggest_supervision", "customs.officer", police)])


def test_an_urgent_transfer_rests_on_other_circumstances_too(cast: Any) -> None:
    """高检会〔2006〕2号 item 1."""
    unknown = stories.case(cast, items=[{"description": "锑锭"}])
    transfer = stories.transfer(cast, matter=unknown)
    urgent = {"owed_papers": "Test report", "reason": "The suspect is at the airport"}
    with invalid_at("/urgency"):
        stories.walk(cast, transfer, [("submit_urgent", "customs.officer", {**urgent, "urgency": "amount"})])
    stories.walk(cast, transfer, [("submit_urgent", "customs.officer", {**urgent, "urgency": "other"})])
    assert transfer.state == "HEAD_DECISION"
