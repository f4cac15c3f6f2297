"""How much of a referral each side sees, by state."""

import pytest

from coordination.exchange.referrals.presentation import shown
from tests import stories

BEYOND_THE_ENVELOPE = {"title", "packages", "report", "team", "case", "handler", "asked_papers"}
ACTIVE = ["SENT", "RETURNED", "NOT_COMPETENT", "CENTRE_ASKED", "OPINED", "AT_OFFICE", "DESIGNATED", "RECEIVED"]
# Kind of referral, its maker, a person of its sender and of its receiver, strangers, and the states in which the
# receiver reads the envelope and the package. All read nothing of a draft.
LETTERS = {
    "notice": (
        stories.letter,
        "customs.officer",
        "commerce.officer",
        ["police.officer"],
        ["WITHDRAWN"],
        ["SENT", "READ"],
    ),
    "copy": (
        lambda cast, state: stories.letter(cast, state, kind="copy"),
        *("customs.officer", "procurator", ["antismuggling.officer"], ["WITHDRAWN"], ["SENT", "READ"]),
    ),
    "identity enquiry": (
        *(stories.identity, "antismuggling.officer", "police.officer", ["customs.officer"], ["WITHDRAWN"]),
        ["SENT", "RETURNED", "IN_WORK", "ANSWERED"],
    ),
    "matter": (
        *(stories.matter, "customs.officer", "commerce.officer", ["police.officer", "procurator"]),
        *(["KEPT", "WITHDRAWN"], ACTIVE),
    ),
    "return": (
        *(stories.returned, "antismuggling.officer", "customs.officer"),
        *(["commerce.officer", "police.officer", "procurator"], ["SENT", "WITHDRAWN"], ["RESUMED", "REPORTED"]),
    ),
    "lead for the police": (
        *(stories.eco_lead, "customs.officer", "police.officer", ["antismuggling.officer"], ["WITHDRAWN"]),
        ["SENT", "RETURNED", "ACCEPTED", "FILED", "NOT_FILED_FINAL", "DECLINED"],
    ),
    "opinion": (
        *(stories.opinion, "procurator", "customs.officer", ["antismuggling.officer"]),
        *(["SENT", "WITHDRAWN"], ["RESUMED"]),
    ),
}


def test_the_receiver_of_an_unsigned_transfer_sees_the_envelope_only_and_nothing_of_the_case(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    result = shown(transfer, cast["antismuggling.officer"])
    assert result["sight"] == "envelope"
    assert not BEYOND_THE_ENVELOPE & set(result)
    assert (result["goods"], result["parts"], result["mark"]) == (["锑锭"], 3, "H1")
    for secret in (transfer.case.number, transfer.case.title, transfer.title, transfer.report, str(transfer.case_id)):
        assert secret not in repr(result)


def test_with_the_receipt_the_receiver_gets_the_frozen_package_and_the_procuratorate_a_copy_of_the_letter(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    transfer.case.parties.update(name="Renamed since")
    result = shown(transfer, cast["antismuggling.officer"])
    assert result["sight"] == "package"
    assert result["packages"][0]["content"]["parties"][0]["name"] == "Example Metals Ltd"
    assert "report" not in result
    assert result["case"] is None
    copy = shown(transfer, cast["procurator"])
    assert copy["letter"]["title"] == "Transfer of suspected smuggling"
    assert not BEYOND_THE_ENVELOPE & set(copy)


@pytest.mark.slow
@pytest.mark.parametrize("kind", LETTERS)
def test_sender_receiver_and_strangers_read_a_letter_state_by_state(cast, kind):
    make, sender, receiver, strangers, envelope, package = LETTERS[kind]
    expected = {"DRAFT": "nothing"} | dict.fromkeys(envelope, "envelope") | dict.fromkeys(package, "package")
    for state, sight in expected.items():
        letter = make(cast, state)
        assert shown(letter, cast[receiver])["sight"] == sight, state
        assert shown(letter, cast[sender])["sight"] == "full", state
        for stranger in strangers:
            assert shown(letter, cast[stranger]) == {"sight": "nothing"}, (state, stranger)


@pytest.mark.parametrize(
    "state", ["DRAFT_REPORT", "HEAD_DECISION", "REFUSED_INTERNAL", "APPROVED", "DELIVERED", "FILED"]
)
def test_the_sender_sees_everything_in_every_state_and_the_receiver_nothing_before_hand_over(cast, state):
    transfer = stories.transfer(cast, state)
    if state not in ("DELIVERED", "FILED"):
        assert shown(transfer, cast["antismuggling.head"]) == {"sight": "nothing"}
    result = shown(transfer, cast["customs.lead"])
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


def test_a_withdrawn_transfer_leaves_envelope_and_reason(cast):
    result = shown(stories.transfer(cast, "WITHDRAWN"), cast["antismuggling.officer"])
    assert (result["sight"], result["ending_reason"]) == ("envelope", "Sent in error")
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
