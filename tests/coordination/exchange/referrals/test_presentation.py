"""How much of a referral each side sees, by state."""

import pytest

from coordination.exchange.referrals.presentation import shown
from tests import stories

BEYOND_THE_ENVELOPE = {"title", "packages", "report", "team", "case", "handler", "asked_papers"}


def test_the_receiver_of_an_unsigned_transfer_sees_the_envelope_only(cast):
    result = shown(stories.transfer(cast, "DELIVERED"), cast["antismuggling.officer"])
    assert result["sight"] == "envelope"
    assert not BEYOND_THE_ENVELOPE & set(result)
    assert (result["goods"], result["parts"], result["mark"]) == (["锑锭"], 3, "H1")


def test_nothing_of_the_case_is_in_the_envelope(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    result = repr(shown(transfer, cast["antismuggling.officer"]))
    for secret in (transfer.case.number, transfer.case.title, transfer.title, transfer.report, str(transfer.case_id)):
        assert secret not in result


def test_with_the_receipt_the_receiver_gets_the_package_but_never_the_live_report(cast):
    result = shown(stories.transfer(cast, "ACCEPTED"), cast["antismuggling.officer"])
    assert result["sight"] == "package"
    assert result["packages"][0]["content"]["parties"][0]["name"] == "Example Metals Ltd"
    assert "report" not in result
    assert result["case"] is None


def test_the_package_stays_as_it_was_frozen(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    transfer.case.parties.update(name="Renamed since")
    result = shown(transfer, cast["antismuggling.officer"])
    assert result["packages"][0]["content"]["parties"][0]["name"] == "Example Metals Ltd"


@pytest.mark.parametrize("state", ["DRAFT_REPORT", "HEAD_DECISION", "REFUSED_INTERNAL", "DELIVERED", "FILED"])
def test_the_sender_sees_everything_in_every_state(cast, state):
    result = shown(stories.transfer(cast, state), cast["customs.lead"])
    assert result["sight"] == "full"
    assert result["report"]
    assert result["case"]


def test_the_sender_sees_the_receivers_handler(cast):
    result = shown(stories.transfer(cast, "ACCEPTED"), cast["customs.officer"])
    assert result["handler"] == {
        "name": cast.user("antismuggling.officer").name,
        "phone": "010-0000-1401",
        "desk": cast.user("antismuggling.officer").desk,
    }


@pytest.mark.parametrize("state", ["DRAFT_REPORT", "HEAD_DECISION", "APPROVED", "REFUSED_INTERNAL"])
def test_before_hand_over_the_receiver_has_nothing(cast, state):
    assert shown(stories.transfer(cast, state), cast["antismuggling.head"]) == {"sight": "nothing"}


def test_a_withdrawn_transfer_leaves_envelope_and_reason(cast):
    result = shown(stories.transfer(cast, "WITHDRAWN"), cast["antismuggling.officer"])
    assert (result["sight"], result["ending_reason"]) == ("envelope", "Sent in error")
    assert not BEYOND_THE_ENVELOPE & set(result)


def test_the_procuratorate_has_a_copy_of_the_letter_and_no_more(cast):
    result = shown(stories.transfer(cast, "ACCEPTED"), cast["procurator"])
    assert result["letter"]["title"] == "Transfer of suspected smuggling"
    assert not BEYOND_THE_ENVELOPE & set(result)


def test_a_request_can_be_read_before_it_is_accepted(cast):
    result = shown(stories.assistance(cast, "SENT"), cast["commerce.officer"])
    assert result["packages"][0]["content"]["letter"]["report"] == "Which?"


def test_the_centre_reads_the_package_but_not_why_a_head_refused(cast):
    result = shown(stories.transfer(cast, "REFUSED_INTERNAL"), cast["centre.coordinator"])
    assert result["ending_reason"] == ""
    assert "report" not in result


def test_filing_links_the_proceeding_and_the_case_to_both(cast):
    transfer = stories.transfer(cast, "FILED")
    for reader in ("customs.officer", "antismuggling.officer"):
        text = shown(transfer, cast[reader])
        assert text["proceeding"]["id"] == str(transfer.proceeding_id)
        assert text["case"]["id"] == str(transfer.case_id)
