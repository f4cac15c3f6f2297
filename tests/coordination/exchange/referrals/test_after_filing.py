"""After filing, the sender is notified of the course of the criminal case within three days."""

import pytest

from agencies.journal.models import Delivery, Event
from cases.casefile.models import Hold
from cases.clocks.models import Clock
from coordination.exchange.referrals.presentation import shown
from tests import stories

SENDER, POLICE, CHIEF = "customs.officer", "antismuggling.officer", "antismuggling.head"
ENDS = {
    "withdrawn": (("withdraw", CHIEF, {"outcome_reason": "No crime."}), "tell_withdrawal", "CRM_VICTIM_NOTICE"),
    "handed on": (
        ("hand_on", CHIEF, {"to_agency": "Guangdong police", "outcome_reason": "Their matter."}),
        "tell_handing_on",
        "CRM_HANDED_NOTICE",
    ),
}


def ended(cast, end):
    transfer = stories.transfer(cast, "FILED")
    ending, verb, _rule = ENDS[end]
    stories.walk(cast, transfer.proceeding, [ending, (verb, POLICE, {})])
    return transfer


@pytest.mark.parametrize("end", ENDS)
def test_the_three_days_run_until_the_sender_was_notified(cast, end):
    transfer = stories.transfer(cast, "FILED")
    ending, verb, rule = ENDS[end]
    opened = transfer.proceeding
    stories.walk(cast, opened, [ending])
    assert Clock.objects.running().about(opened).filter(rule__code=rule).exists()
    stories.walk(cast, opened, [(verb, POLICE, {})])
    assert not Clock.objects.running().about(opened).filter(rule__code=rule).exists()


@pytest.mark.parametrize("end", ENDS)
def test_the_sender_gets_a_notice_with_the_reason_and_no_one_beside_reads_it(cast, end):
    transfer = ended(cast, end)
    letter = shown(transfer, cast[SENDER])["letters"][-1]
    assert (letter["agency"], letter["text"]) == ("GACC_ASB", ENDS[end][0][2]["outcome_reason"])
    assert letter["text"] in cast.browser(SENDER).get(f"/referrals/{transfer.pk}/").content.decode()
    noted = Event.objects.filter(object_kind="referral", object_id=transfer.pk).latest("id")
    assert noted.verb in ("note_withdrawal", "note_handing_on")
    assert set(Delivery.objects.filter(event=noted).values_list("agency_id", flat=True)) == {cast[SENDER].agency_id}
    assert Event.objects.filter(pk=noted.pk).readable_by_agency(cast[SENDER].agency_id).exists()
    assert not Event.objects.filter(pk=noted.pk).readable_by_agency(cast["procurator"].agency_id).exists()
    assert shown(transfer, cast["procurator"])["letters"] == []
    fines_wait = Hold.objects.standing().filter(case=transfer.case, verb="punish").exists()
    assert fines_wait == (end == "handed on"), "with the withdrawal the party may be fined again"


def test_a_case_filed_by_police_alone_notifies_no_sender(cast):
    matter = stories.shared_case(cast, "GACC_ASB")
    own = {"reason": "Own lead", "offence": "SMUG_PROHIBITED", "external_number": "海缉立〔2026〕904号"}
    stories.walk(cast, matter, [("file_criminal", CHIEF, own)])
    opened = matter.proceedings.get(kind="criminal")
    ending, verb, _rule = ENDS["withdrawn"]
    stories.walk(cast, opened, [ending, (verb, POLICE, {})])
    assert not matter.referrals.exists()
