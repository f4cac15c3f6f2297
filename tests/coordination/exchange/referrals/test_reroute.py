"""Police that are not competent pass the matter on within 24 hours and inform the sender (D310 art. 7, MPSP art.
175)."""

from datetime import timedelta

import pytest

from agencies.journal.models import Event
from agencies.kernel.errors import Invalid
from cases.casefile.models import Hold
from cases.clocks.models import Clock
from cases.papers.models import Paper
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.presentation import shown
from coordination.exchange.tasks.models import Task
from tests import stories
from tests.kept_stories import story
from tests.refusals import refused_for
from tests.stories.basics import running

SENDER, FIRST, SECOND = "customs.officer", "antismuggling.officer", "police.officer"
ON = ("reroute", FIRST, {"receiver": "MPS_ECID", "letter": "A matter of economic crime."})


@story
def sent_on(cast):
    transfer = stories.transfer(cast, "NOT_OURS")
    stories.walk(cast, transfer, [ON])
    return transfer


def test_with_the_finding_twenty_four_hours_begin_and_the_filing_review_ends(cast):
    transfer = stories.transfer(cast, "NOT_OURS")
    clock = Clock.objects.running().about(transfer).get()
    assert clock.rule.code == "TRF_REROUTE"
    assert clock.due_at - clock.started_at == timedelta(hours=24)
    assert Task.objects.open().get(source=transfer.pk).step == "SEND_ON"


def test_the_competent_police_start_at_the_receipt_with_which_they_read_the_package_and_the_letter(cast):
    transfer = sent_on(cast)
    assert (transfer.state, transfer.receiver.code, transfer.signed_at) == ("DELIVERED", "MPS_ECID", None)
    assert running(transfer) == {"INT_SIGN"}
    assert Task.objects.open().get(source=transfer.pk).agency.code == "MPS_ECID"
    result = shown(transfer, cast[SECOND])
    assert (result["sight"], result["letters"]) == ("envelope", [])
    stories.walk(cast, transfer, [("accept", SECOND, {})])
    assert running(transfer) == {"TRF_REVIEW", "TRF_SUPPLEMENT_ASK"}
    result = shown(transfer, cast[SECOND])
    assert (result["sight"], [letter["verb"] for letter in result["letters"]]) == ("package", ["reroute"])


def test_papers_found_complete_leave_nothing_to_ask_for(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    stories.walk(cast, transfer, [("complete", FIRST, {})])
    assert (transfer.state, running(transfer)) == ("ACCEPTED", {"TRF_REVIEW"})


def test_an_agency_that_passed_it_on_keeps_the_envelope_and_its_own_letter(cast):
    transfer = sent_on(cast)
    stories.walk(cast, transfer, [("accept", SECOND, {}), ("tell_change", SENDER, {"letter": "New weight."})])
    result = shown(transfer, cast[FIRST])
    assert result["sight"] == "envelope"
    assert "packages" not in result
    assert [letter["text"] for letter in result["letters"]] == ["A matter of economic crime."]


def test_what_came_before_stays_between_the_first_two(cast):
    transfer = sent_on(cast)
    events = Event.objects.filter(object_kind="referral", object_id=transfer.pk)
    assert not events.readable_by_agency(cast[SECOND].agency_id).exists()
    steps = cast.browser(SECOND).get(f"/referrals/{transfer.pk}/").context["steps"]
    assert [step.state for step in steps if not step.ahead] == ["Delivered, receipt pending"]


def test_the_sender_is_notified_and_sees_the_present_agency_for_which_fines_wait(cast):
    transfer = sent_on(cast)
    page = cast.browser(SENDER).get(f"/referrals/{transfer.pk}/").content.decode()
    assert "A matter of economic crime." in page
    assert cast.user(SECOND).agency.name_en in page
    assert Hold.objects.standing().get(source=transfer.pk, verb="punish").agency.code == "MPS_ECID"


def test_it_comes_back_to_who_passed_it_on_only_by_designation_and_never_to_a_side(cast):
    transfer = sent_on(cast)
    stories.walk(cast, transfer, [("accept", SECOND, {}), ("disown", "police.head", {"reason": "Smuggling after all"})])
    page = cast.browser(SECOND).get(f"/referrals/{transfer.pk}/do/reroute/").content.decode()
    assert "GACC Anti-Smuggling Bureau (passed it on; only by designation of the superior)" in page
    assert 'value="MPS_ECID"' not in page
    assert 'value="PPSD_31"' in page


def test_only_an_agency_that_may_file_takes_it(cast):
    transfer = stories.transfer(cast, "NOT_OURS")
    with pytest.raises(Invalid):
        stories.walk(cast, transfer, [("reroute", FIRST, {"receiver": "MOFCOM_SCB", "letter": "Yours."})])


def test_after_a_first_receipt_it_can_no_longer_be_withdrawn(cast):
    with refused_for("received"):
        stories.walk(cast, sent_on(cast), [("call_off", "customs.head", {"ending_reason": "Changed our mind"})])


@pytest.mark.slow
def test_need_to_know_on_each_side(cast):
    found = stories.transfer(cast, "NOT_OURS")
    data = {who: shown(found, cast[who])["sight"] for who in (SENDER, FIRST, SECOND, "procurator")}
    assert data == {SENDER: "full", FIRST: "package", SECOND: "nothing", "procurator": "envelope"}
    moved = sent_on(cast)
    data = {who: shown(moved, cast[who])["sight"] for who in (SENDER, FIRST, SECOND, "procurator", "commerce.officer")}
    assert data == {
        **{SENDER: "full", FIRST: "envelope", SECOND: "envelope", "procurator": "envelope"},
        "commerce.officer": "nothing",
    }
    for who, sight in data.items():
        assert Referral.objects.visible_to(cast[who]).filter(pk=moved.pk).exists() == (sight != "nothing"), who


def test_passing_the_matter_on_is_no_receipt(cast):
    transfer = stories.transfer(cast, "NOT_OURS")
    letter = stories.paper(cast, "ISSUED", transfer)
    Paper.objects.filter(pk=letter.pk).update(sent_at=None)
    stories.walk(cast, transfer, [ON])
    letter.refresh_from_db()
    assert letter.sent_at is None
    stories.walk(cast, transfer, [("accept", SECOND, {})])
    letter.refresh_from_db()
    assert letter.sent_at is not None
