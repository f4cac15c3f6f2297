"""A correction of a fact follows the package to the agency that received it, with receipt; later facts stay unseen."""

import pytest

from agencies.confirmations.models import Confirmation
from agencies.journal.models import Event
from agencies.journal.transitions import confirmed_by
from cases.casefile.correcting import change_row, remove_row
from cases.casefile.models import Case, Item, Party
from cases.casefile.rows import ITEM, PARTY
from coordination.exchange.corrections.record import history
from coordination.exchange.referrals.corrections import FOLLOWED, corrections_of
from coordination.exchange.tasks.models import CORRECTION_STEP, Task
from tests import stories
from tests.kept_stories import story
from tests.refusals import refused_for

SENDER, RECEIVER = "customs.officer", "antismuggling.officer"


@pytest.fixture
@story
def transfer(cast):
    return stories.transfer(cast, "FILED")


def weigh(cast, case, kilograms="4900", **given):
    item = case.items.first()
    put_right(cast, case, ITEM, item, net_weight_kg=kilograms, reason="The scales were wrong", **given)


def put_right(cast, case, kind, row, act=change_row, verb="change", **given):
    """A colleague confirms it, because a package rests on it."""
    case = Case.objects.get(pk=case.pk)
    with confirmed_by(cast["customs.lead"]):
        act(kind, f"{verb}_{kind.name}", case, actor=cast[SENDER], **{kind.name: str(row.pk)}, **given)


def page(cast, who, referral):
    return cast.browser(who).get(f"/referrals/{referral.pk}/").text


def steps(referral):
    return Task.objects.open().filter(source=referral.pk, step=CORRECTION_STEP)


def test_both_sides_read_old_and_new_value_and_that_the_receipt_is_missing(cast, transfer):
    weigh(cast, transfer.case)
    for who in (SENDER, RECEIVER):
        text = page(cast, who, transfer)
        assert "Changed since the hand-over" in text, who
        assert "<ins>4,900</ins>" in text, who
        assert "The scales were wrong" in text, who
        assert "not confirmed yet" in text, who


def test_it_is_open_work_of_the_receiver_until_the_receipt_is_confirmed(cast, transfer):
    with refused_for("correction"):
        stories.walk(cast, transfer, [("confirm_correction", RECEIVER, {})])
    weigh(cast, transfer.case)
    weigh(cast, transfer.case, "5000")
    assert [step.agency_id for step in steps(transfer)] == [transfer.receiver_id]
    assert "Confirm the receipt of a correction" in cast.browser(RECEIVER).get("/queues/?queue=work").text
    assert "Confirm the receipt of a correction" in cast.browser(SENDER).get("/queues/?queue=awaited").text
    stories.walk(cast, transfer, [("confirm_correction", RECEIVER, {})])
    assert not steps(transfer).exists()
    assert all(one.received_at for one in corrections_of(transfer, list(transfer.packages.all())))
    weigh(cast, transfer.case, "5100")
    assert steps(transfer).count() == 1


def test_before_the_receipt_is_signed_nothing_of_it_is_seen(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    weigh(cast, transfer.case)
    assert "4,900" not in page(cast, RECEIVER, transfer)
    assert not steps(transfer).exists()
    stories.walk(cast, transfer, [("accept", RECEIVER, {})])
    assert "<ins>4,900</ins>" in page(cast, RECEIVER, transfer)
    assert steps(transfer).count() == 1


def test_what_was_added_later_or_not_chosen_stays_unseen(cast):
    request = stories.matter(cast)
    case = request.case
    request.parties.set([case.parties.first()])
    other = Party.objects.create(case=case, name="Another trader")
    stories.walk(cast, request, [("send", "customs.lead", {})])
    added = Item.objects.create(case=case, description="Later drum")
    put_right(cast, case, ITEM, added, net_weight_kg="7", reason="Weighed")
    put_right(cast, case, PARTY, other, address="Elsewhere", reason="It moved")
    assert corrections_of(request, list(request.packages.all())) == []
    assert not Event.objects.filter(object_id=request.pk, verb=FOLLOWED).exists()


def test_a_letter_that_goes_again_carries_the_corrected_facts(cast):
    request = stories.assistance(cast, "RETURNED")
    weigh(cast, request.case)
    stories.walk(cast, request, [("change", SENDER, {"title": "x", "report": "y"}), ("send", SENDER, {})])
    assert corrections_of(request, list(request.packages.all())) == []
    assert request.packages.last().content["items"][0]["net_weight_kg"].startswith("4900")


def test_a_removed_party_is_a_correction_too(cast, transfer):
    party = transfer.case.parties.first()
    put_right(cast, transfer.case, PARTY, party, act=remove_row, verb="remove", reason="Not involved")
    found = corrections_of(transfer, list(transfer.packages.all()))
    assert {"field": "name", "was": party.name, "now": ""} in found[0].facts


def test_it_follows_only_once_the_second_person_confirmed_it(cast, transfer):
    item = transfer.case.items.first()
    given = {"item": str(item.pk), "net_weight_kg": "4900", "reason": "Weighed again", "version": transfer.case.version}
    cast.browser(SENDER).post(f"/cases/{transfer.case_id}/do/change_item/", given)
    confirmation = Confirmation.objects.get(object_id=transfer.case_id, state="REQUESTED")
    assert corrections_of(transfer, list(transfer.packages.all())) == []
    stories.walk(cast, confirmation, [("confirm", "customs.lead", {})])
    assert len(corrections_of(transfer, list(transfer.packages.all()))) == 1


def test_a_later_report_of_a_source_does_not_name_the_source_to_holders(cast, transfer):
    weigh(cast, transfer.case, said="A later report of the source.")
    assert [one.reason for one in corrections_of(transfer, list(transfer.packages.all()))] == [
        "A later report of the source."
    ]


def test_the_filing_can_still_be_annulled_afterwards(cast, transfer):
    """What follows a correction is an observation of the system."""
    filing = Event.objects.get(object_id=transfer.pk, verb="file")
    before = [one.pk for one in history(filing)]
    weigh(cast, transfer.case)
    assert [one.pk for one in history(filing)] == before


def test_the_case_of_the_sender_shows_that_a_correction_waits(cast, transfer):
    address = f"/cases/{transfer.case_id}/"
    assert "waits for the receipt" not in cast.browser(SENDER).get(address).text
    weigh(cast, transfer.case)
    assert "waits for the receipt" in cast.browser(SENDER).get(address).text
    stories.walk(cast, transfer, [("confirm_correction", RECEIVER, {})])
    assert "waits for the receipt" not in cast.browser(SENDER).get(address).text
