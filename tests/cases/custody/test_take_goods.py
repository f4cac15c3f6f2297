"""Taking goods into custody: a lot with its list, and the first entry of its ledger."""

from decimal import Decimal

import pytest

from agencies.journal.models import Event
from agencies.kernel.resource import RESOURCES
from cases.custody.models import GoodsLot
from coordination.actions.performing import perform
from tests import stories
from tests.refusals import invalid_at


def test_goods_taken_in_are_kept_by_the_agency_without_a_measure(cast):
    lot = stories.lot(cast, seal="GACC-0007")
    assert (lot.number, lot.state, lot.custodian.code, lot.title_agency) == ("1", "HELD", "GACC", None)
    assert (lot.quantity, lot.net_weight_kg) == (24_000, 24_000)
    [line] = lot.ledger.all()
    assert (line.kind, line.agency.code, line.amount, line.seal) == ("received", "GACC", 24_000, "GACC-0007")
    assert Event.objects.filter(object_kind="lot", object_id=lot.pk, verb="take_goods").count() == 1


def test_lots_of_a_case_are_numbered_in_order(cast):
    case = stories.case(cast)
    assert [stories.lot(cast, case).number for _ in range(3)] == ["1", "2", "3"]


def test_the_api_accepts_item_and_outside_storage_of_a_lot(cast):
    case = stories.case(cast)
    item = case.items.get()
    values = {
        **{"item": str(item.pk), "description": "锑锭", "quantity": "12.5", "unit": "drum", "paper": "清单1"},
        **{"location": "Yantian bonded warehouse", "storage": "Yantian Port Storage Ltd", "net_weight_kg": "9800"},
    }
    lot = perform(RESOURCES["cases"], cast["customs.officer"], case, "take_goods", values).created
    lot = GoodsLot.objects.get(pk=lot.pk)
    assert (lot.item, lot.quantity, lot.net_weight_kg) == (item, Decimal("12.5"), 9800)
    assert (lot.custodian.code, lot.storage) == ("GACC", "Yantian Port Storage Ltd")


@pytest.mark.parametrize("quantity", ["0", "100000000000"])
def test_zero_and_excessive_quantities_are_refused(cast, quantity):
    with invalid_at("/quantity"):
        stories.lot(cast, quantity=Decimal(quantity))
