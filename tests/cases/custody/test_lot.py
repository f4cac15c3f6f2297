"""Changes of a lot in custody: moved, sealed, weighed, sampled, lost, returned, disposed of."""

from decimal import Decimal

import pytest
from django.db import DatabaseError
from django.utils import timezone

from agencies.kernel.errors import Invalid
from agencies.kernel.work import atomic
from cases.custody.actions import ACTIONS, assign_title, end_title
from cases.custody.balance import balances
from cases.custody.models import GoodsLot
from tests import stories
from tests.refusals import refused_for


def perform(cast, lot, verb, who="customs.officer", **given):
    ACTIONS[verb](lot, actor=cast[who], **given)
    lot.refresh_from_db()
    return lot


def hold(cast, lot, kind="detention", by="customs.officer"):
    actor, source = cast[by], lot.case_id  # any id will do for a measure
    assign_title(
        [lot], agency_id=actor.agency_id, kind=kind, source=source, at=lot.created_at, paper="voucher", actor=actor
    )
    return source


def test_moving_a_lot_changes_only_its_location_and_the_ledger_keeps_every_seal(cast):
    lot = perform(cast, stories.lot(cast, storage="Port Ltd"), "move", location="Hall 7")
    assert (lot.location, lot.storage, lot.custodian.code, lot.state) == ("Hall 7", "", "GACC", "HELD")
    lot = stories.lot(cast, seal="A1")
    perform(cast, lot, "reseal", seal="A2", reason="opened for sampling")
    assert [line.seal for line in lot.ledger.all()] == ["A1", "A2"]


def test_a_shortfall_in_kg_is_a_loss_and_no_weighing_and_one_recorded_late_replaces_no_later_one(cast):
    with refused_for("unit"):
        perform(cast, stories.lot(cast), "weigh", net_weight_kg=Decimal(1))
    assert perform(cast, stories.lot(cast, unit="drum"), "weigh", net_weight_kg=Decimal(98)).net_weight_kg == 98
    lot = stories.lot(cast, unit="drum")
    earlier = lot.state_since + (timezone.now() - lot.state_since) / 2
    perform(cast, lot, "weigh", net_weight_kg=Decimal(98))
    late = perform(cast, lot, "weigh", net_weight_kg=Decimal(1), happened_at=earlier, paper="Weighing note 7")
    assert (late.net_weight_kg, late.taken_kg) == (98, 98)
    assert [one.amount for one in lot.ledger.filter(kind="weighed")] == [1, 98]
    again = perform(cast, lot, "weigh", net_weight_kg=Decimal(97))
    assert (again.net_weight_kg, again.taken_kg) == (97, 97)


def test_a_sample_is_a_lot_at_the_laboratory(cast):
    lot = perform(cast, stories.lot(cast), "sample", amount=Decimal("0.5"), storage="Laboratory 2", paper="sampling 3")
    sample = lot.portions.get()
    assert (lot.quantity, sample.quantity, sample.is_sample) == (Decimal("23999.5"), Decimal("0.5"), True)
    assert (sample.location, sample.custodian.code, sample.number) == ("Laboratory 2", "GACC", "1-1")


def test_losses_add_up_with_their_reasons(cast):
    lot = stories.lot(cast)
    perform(cast, lot, "lose", amount=Decimal(5), reason="spilt")
    perform(cast, lot, "lose", amount=Decimal(7), reason="stolen")
    assert (lot.quantity, lot.lost, lot.loss_reason) == (23_988, 12, "spilt\nstolen")
    with pytest.raises(Invalid):
        perform(cast, lot, "lose", amount=Decimal(23_988), reason="all of it")
    perform(cast, lot, "write_off", "customs.lead", reason="fire", paper="report 1")
    assert (lot.state, lot.quantity, lot.lost) == ("LOST", 0, 24_000)


def test_goods_are_returned_only_without_a_measure(cast):
    lot = stories.lot(cast)
    source = hold(cast, lot)
    for verb, given in [("release", {"returned_to": "the owner"}), ("dispose", {"disposal": "auction"})]:
        with refused_for("title"):
            perform(cast, lot, verb, "customs.lead", paper="p", **given)
    end_title(GoodsLot.objects.held_under(source), at=lot.created_at, paper="release 1", actor=cast["customs.officer"])
    lot.refresh_from_db()
    perform(cast, lot, "release", "customs.lead", returned_to="Example Metals Ltd", paper="receipt 4")
    assert (lot.state, lot.location) == ("RELEASED", "Example Metals Ltd")
    assert [line.kind for line in lot.ledger.all()] == ["received", "title", "title_ended", "released"]


def test_confiscated_goods_may_be_disposed_of(cast):
    lot = stories.lot(cast)
    hold(cast, lot, "confiscation")
    perform(cast, lot, "dispose", "customs.lead", disposal="public auction", paper="auction record 2")
    assert (lot.state, lot.title_kind) == ("DISPOSED", "")


def test_portions_and_samples_inherit_the_holder(cast):
    lot = stories.lot(cast)
    source = hold(cast, lot)
    perform(cast, lot, "split", portions="10000 14000")
    assert set(lot.portions.values_list("title_kind", flat=True)) == {"detention"}
    end_title(GoodsLot.objects.held_under(source), at=lot.created_at, paper="r", actor=cast["customs.officer"])
    assert not GoodsLot.objects.exclude(title_kind="").exists()


def test_the_balance_accounts_for_all_received_goods(cast):
    case = stories.shared_case(cast)
    kept, gone, burnt, back = (stories.lot(cast, case, item=str(case.items.get().pk)) for _ in range(4))
    perform(cast, kept, "lose", amount=Decimal(1), reason="dust")
    perform(cast, gone, "dispose", "customs.lead", disposal="auction", paper="p")
    perform(cast, burnt, "write_off", "customs.lead", reason="fire", paper="p")
    perform(cast, back, "release", "customs.lead", returned_to="owner", paper="p")
    [row] = balances(case.lots.select_related("item"))
    assert (row.received, row.held, row.handed_over) == (96_000, 23_999, 0)
    assert (row.released, row.disposed, row.lost) == (24_000, 24_000, 24_001)


@pytest.mark.parametrize("act", [lambda line: line.delete(), lambda line: line.save()])
@pytest.mark.both_databases  # triggers
def test_the_ledger_is_append_only(cast, act):
    line = stories.lot(cast).ledger.get()
    with pytest.raises(DatabaseError, match="append-only"), atomic():
        act(line)
