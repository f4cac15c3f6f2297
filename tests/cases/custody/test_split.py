"""Portions add up to their lot, to four decimals, or the difference is a loss with a reason."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.work import atomic
from cases.custody.actions import parse_amounts, record_loss, sample_lot, split_lot
from cases.custody.balance import balances
from cases.custody.models import GoodsLot
from coordination.insight.metrics.following import follow
from coordination.insight.metrics.ledger import SCALE
from coordination.insight.metrics.models import Fact
from tests import stories
from tests.refusals import invalid_at

AMOUNTS = st.decimals(min_value="0.0001", max_value="9999999999", places=4)


def split(cast, lot, portions, **given):
    split_lot(lot, actor=cast["customs.officer"], portions=portions, **given)
    lot.refresh_from_db()
    return [portion.quantity for portion in lot.portions.all()]


def test_portions_are_separate_lots_at_the_same_location_and_only_they_can_be_changed(cast):
    lot = stories.lot(cast)
    assert split(cast, lot, "10000 14000") == [10_000, 14_000]
    assert (lot.state, lot.quantity, lot.lost) == ("SPLIT", 0, 0)
    first = lot.portions.first()
    assert (first.number, first.location, first.custodian.code) == ("1-1", lot.location, "GACC")
    assert [line.kind for line in first.ledger.all()] == ["portion"]
    with pytest.raises(TransitionRefused):
        split(cast, lot, "24000")
    assert split(cast, first, "1 9999") == [1, 9_999]


def test_portions_cannot_be_more_than_the_lot_and_their_shortfall_needs_a_reason(cast):
    lot = stories.lot(cast)
    with pytest.raises(Invalid):
        split(cast, lot, "20000 5000", loss_reason="none")
    assert not lot.portions.exists()
    with invalid_at("/loss_reason"):
        split(cast, lot, "10000 13990")
    split(cast, lot, "10000 13990", loss_reason="Moisture dried out, weighing note 7")
    assert (lot.lost, lot.loss_reason) == (10, "Moisture dried out, weighing note 7")


@pytest.mark.parametrize("text", ["", "two", "1e9", "-3", "0", "10,000", "1.00001"])
def test_invalid_quantities_are_refused(text):
    with pytest.raises(Invalid):
        parse_amounts(text)


def test_quantities_are_accepted_in_usual_spellings():
    assert parse_amounts(" 1 + 2.5, 3；4 ") == [1, Decimal("2.5"), 3, 4]


@pytest.mark.both_databases  # a constraint
def test_the_database_refuses_a_lot_that_does_not_add_up(cast):
    lot = stories.lot(cast)
    with pytest.raises(IntegrityError), atomic():
        GoodsLot.objects.filter(pk=lot.pk).update(portioned=1)
    with pytest.raises(IntegrityError), atomic():
        GoodsLot.objects.filter(pk=lot.pk).update(quantity=23_999, lost=1)


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(parts=st.lists(AMOUNTS, min_size=1, max_size=6), lacking=st.sampled_from(["0", "0.0001", "3.3333"]))
def test_the_balance_adds_up_for_any_portions(cast, parts, lacking):
    with atomic():
        lot = stories.lot(cast, quantity=sum(parts) + Decimal(lacking))
        text = " ".join(f"{part:f}" for part in parts)
        assert split(cast, lot, text, loss_reason="counted" if Decimal(lacking) else "") == parts
        biggest = lot.portions.order_by("-quantity").first()
        if biggest.quantity > Decimal("0.0003"):
            sample_lot(
                biggest, actor=cast["customs.officer"], amount=Decimal("0.0001"), storage="Laboratory", paper="s"
            )
            record_loss(biggest, actor=cast["customs.officer"], amount=Decimal("0.0001"), reason="spilt")
        [balance] = balances(lot.case.lots.select_related("item"))
        assert balance.held + balance.lost == balance.received == lot.received
        transaction.set_rollback(True)


@pytest.mark.parametrize("unit", ["kg", "drums"])
def test_the_figures_keep_what_was_seized_after_the_lot_was_split(cast, unit):
    lot = stories.lot(cast, quantity=Decimal(24), unit=unit)
    if unit != "kg":
        stories.walk(cast, lot, [("weigh", "customs.officer", {"net_weight_kg": Decimal(4800)})])
    taken = Decimal(24) if unit == "kg" else Decimal(4800)
    stories.walk(cast, lot, [("split", "customs.officer", {"portions": "10 14"})])
    follow()
    assert (lot.net_weight_kg, lot.taken_kg) == (0, taken)
    assert Fact.objects.filter(measure="goods.seized").aggregate(Sum("amount"))["amount__sum"] == taken * SCALE
