"""Hand-over of goods: the giver records it, and they pass when the receiver confirms."""

import pytest
from django.utils import timezone

from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency
from cases.custody.actions import ACTIONS, hand_over_lots
from cases.custody.models import GoodsLot
from coordination.actions.performing import perform as perform_verb
from tests import stories


def perform(cast, lot, verb, who, **given):
    ACTIONS[verb](lot, actor=cast[who], **given)
    lot.refresh_from_db()
    return lot


def given_to_commerce(cast):
    return perform(cast, stories.lot(cast), "hand_over", "customs.officer", receiver="MOFCOM_SCB", paper="list 1")


def test_the_giver_keeps_goods_until_the_receiver_confirms(cast):
    lot = given_to_commerce(cast)
    assert (lot.state, lot.custodian.code, lot.offered_to.code) == ("OFFERED", "GACC", "MOFCOM_SCB")
    perform(cast, lot, "receive", "commerce.officer", keeping="moves", location="Commerce store", paper="list 1 signed")
    assert (lot.state, lot.custodian.code, lot.location) == ("HELD", "MOFCOM_SCB", "Commerce store")
    assert lot.offered_to is None
    both = [(line.kind, line.agency.code, line.counterpart.code) for line in lot.ledger.exclude(counterpart=None)]
    assert both == [("given", "GACC", "MOFCOM_SCB"), ("confirmed", "MOFCOM_SCB", "GACC")]


def test_a_refusal_leaves_the_goods_with_the_giver(cast):
    lot = perform(cast, given_to_commerce(cast), "refuse", "commerce.officer", reason="12 drums leak")
    assert (lot.state, lot.custodian.code, lot.offered_to) == ("HELD", "GACC", None)


def test_only_an_agency_that_sees_the_whole_case_is_given_goods(cast):
    for code in ("MPS_ECID", "GACC", "nobody"):
        with pytest.raises(Invalid):
            perform(cast, stories.lot(cast), "hand_over", "customs.officer", receiver=code, paper="p")


def test_a_confirmed_keeping_moves_the_goods_and_the_giver_may_withdraw_what_only_the_receiver_confirms(cast):
    with pytest.raises(Invalid):
        perform(cast, given_to_commerce(cast), "receive", "commerce.officer", keeping="stays", paper="p")
    lot = given_to_commerce(cast)
    with pytest.raises(Forbidden):
        perform(cast, lot, "receive", "customs.officer", keeping="moves", paper="p")
    perform(cast, lot, "take_back", "customs.officer", reason="wrong agency")
    assert lot.state == "HELD"


def test_a_title_may_be_given_to_the_keeper_lot_by_lot(cast):
    """The police return a part of the matter; the goods have remained in the customs warehouse."""
    lot = stories.lot(cast)
    commerce = cast["commerce.officer"].agency_id
    GoodsLot.objects.filter(pk=lot.pk).update(title_agency=commerce, title_kind="seal", title_source=lot.pk)
    lot.refresh_from_db()
    with pytest.raises(Invalid) as no:  # the keeper has no title to give
        perform(cast, lot, "hand_over", "customs.officer", receiver="MOFCOM_SCB", passes="title", paper="list 2")
    assert [error.code for error in no.value.errors] == ["self"]
    perform(cast, lot, "hand_over", "commerce.officer", receiver="GACC", passes="title", paper="list 2")
    assert (lot.state, lot.offered_to.code, lot.offers_title) == ("OFFERED", "GACC", True)


def test_a_filed_transfer_offers_all_that_the_giver_holds_once(cast):
    case = stories.shared_case(cast)
    lots = [stories.lot(cast, case), stories.lot(cast, case)]
    others = stories.lot(cast, case)
    GoodsLot.objects.filter(pk=others.pk).update(custodian=Agency.objects.get(code="MOFCOM_SCB"))
    give = {"giver": Agency.objects.get(code="GACC"), "receiver": Agency.objects.get(code="GACC_ASB")}
    values = {"at": timezone.now(), "paper": "list 9", "actor": cast["customs.officer"]}
    assert {lot.pk for lot in hand_over_lots(case, **give, **values)} == {lot.pk for lot in lots}
    assert hand_over_lots(case, **give, **values) == []
    assert set(case.lots.filter(offers_title=True)) == set(lots)


@pytest.mark.slow
def test_the_giver_records_receipt_for_an_agency_that_does_not_sign_in(cast):
    lot = given_to_commerce(cast)
    Agency.objects.filter(code="MOFCOM_SCB").update(signs_in=False)
    lot = GoodsLot.objects.get(pk=lot.pk)
    paper = stories.incoming(cast, matter=lot.case, agency="MOFCOM_SCB", number="收条3号")
    values = {"keeping": "moves", "location": "Commerce store", "paper": str(paper.pk)}
    perform_verb(RESOURCES["lots"], cast["customs.officer"], lot, "receive", values)
    lot.refresh_from_db()
    assert (lot.state, lot.custodian.code) == ("HELD", "MOFCOM_SCB")
    line = lot.ledger.last()
    assert (line.kind, line.agency.code) == ("confirmed", "MOFCOM_SCB")
    assert "收条3号" in line.paper
