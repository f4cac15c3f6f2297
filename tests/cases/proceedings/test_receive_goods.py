"""D310 art. 12: goods pass with the filing, signed by both sides; one title ends as the next begins."""

import pytest
from django.utils import timezone

from agencies.kernel.errors import Invalid
from agencies.kernel.resource import RESOURCES
from cases.clocks.models import Clock
from cases.custody.actions import hand_over_lots
from cases.custody.balance import balances
from cases.proceedings.models import PropertyMeasure
from coordination.actions.performing import perform
from tests import stories
from tests.kept_stories import story
from tests.refusals import refused_for


@story
def filed_with_goods(cast):
    """Customs detained two lots, transferred the case, and the bureau filed it."""
    measure = stories.property_measure(cast)
    transfer = stories.transfer(cast, "FILED", measure.proceeding.case)
    stories.walk(cast, transfer, [("hand_goods", "customs.officer", {"paper": "清单7号"})])
    measure.refresh_from_db()
    return measure, transfer


def confirm(cast, transfer, lots, **changes):
    values = {
        "lots": [str(lot.pk) for lot in lots],
        "keeping": "stays",
        "authority": "Head",
        "paper": "清单7号",
        **changes,
    }
    return perform(
        RESOURCES["proceedings"], cast["antismuggling.officer"], transfer.proceeding, "receive_goods", values
    ).created


@pytest.mark.slow
def test_the_customs_measure_continues_until_the_police_confirm_and_one_title_ends_as_the_next_begins(cast):
    measure, transfer = filed_with_goods(cast)
    assert measure.state == "IN_FORCE"
    assert set(measure.held_lots().values_list("state", "title_kind")) == {("OFFERED", "detention")}
    seizure = confirm(cast, transfer, measure.held_lots())
    measure.refresh_from_db()
    assert (measure.state, measure.ended_at) == ("HANDED_OVER", seizure.since)
    assert (seizure.kind, seizure.proceeding) == ("seizure", transfer.proceeding)
    for lot in seizure.held_lots():
        assert (lot.title_agency.code, lot.title_kind, lot.title_since) == ("GACC_ASB", "seizure", seizure.since)
        assert lot.custodian.code == "GACC"  # a large lot is not moved
        assert [(line.kind, line.agency.code) for line in lot.ledger.all()][-2:] == [
            ("given", "GACC"),
            ("confirmed", "GACC_ASB"),
        ]
    [row] = balances(measure.proceeding.case.lots.select_related("item"))
    assert (row.received, row.held, row.handed_over) == (48_000, 0, 48_000)


def test_the_police_may_keep_the_goods(cast):
    measure, transfer = filed_with_goods(cast)
    lots = list(measure.held_lots())
    confirm(cast, transfer, lots, keeping="moves", location="Bureau store")
    lots[0].refresh_from_db()
    assert (lots[0].custodian.code, lots[0].location) == ("GACC_ASB", "Bureau store")


def test_a_partly_handed_over_measure_holds_the_rest(cast):
    measure, transfer = filed_with_goods(cast)
    one, other = measure.held_lots()
    stories.walk(cast, other, [("refuse", "antismuggling.officer", {"reason": "12 drums leak"})])
    confirm(cast, transfer, [one])
    measure.refresh_from_db()
    assert (measure.state, list(measure.held_lots())) == ("IN_FORCE", [other])


def test_one_lot_confirmed_by_itself_is_seized_in_the_open_criminal_proceeding(cast):
    measure, transfer = filed_with_goods(cast)
    for lot in measure.held_lots():
        values = {"keeping": "stays", "paper": "清单7号"}
        perform(RESOURCES["lots"], cast["antismuggling.officer"], lot, "receive", values)
    measure.refresh_from_db()
    assert measure.state == "HANDED_OVER"
    assert PropertyMeasure.objects.filter(proceeding=transfer.proceeding, kind="seizure").count() == 2


def test_without_an_open_proceeding_no_title_passes(cast):
    measure, transfer = filed_with_goods(cast)
    type(transfer.proceeding).objects.filter(pk=transfer.proceeding_id).update(state="CLOSED")
    values = {"keeping": "stays", "paper": "清单7号"}
    with refused_for("proceeding"):
        perform(RESOURCES["lots"], cast["antismuggling.officer"], measure.held_lots().first(), "receive", values)


def test_goods_returned_by_the_police_come_under_the_administrative_measure_again(cast):
    measure, transfer = filed_with_goods(cast)
    seizure = confirm(cast, transfer, measure.held_lots())
    give = {"giver": transfer.receiver, "receiver": transfer.sender, "actor": cast["antismuggling.officer"]}
    hand_over_lots(transfer.case, **give, at=timezone.now(), paper="反向移送1号")
    values = {
        "lots": [str(lot.pk) for lot in seizure.held_lots()],
        "keeping": "stays",
        "authority": "Head",
        "paper": "1",
    }
    again = perform(
        RESOURCES["proceedings"], cast["customs.officer"], measure.proceeding, "receive_goods", values
    ).created
    seizure.refresh_from_db()
    assert (seizure.state, seizure.ended_at, again.kind) == ("HANDED_OVER", again.since, "detention")
    assert Clock.objects.running().about(again).get().rule.code == "CUS_DETAIN_GOODS"


def test_goods_not_handed_over_cannot_be_confirmed(cast):
    measure, transfer = filed_with_goods(cast)
    lot = measure.held_lots().first()
    stories.walk(cast, lot, [("take_back", "customs.officer", {"reason": "wrong lot"})])
    with pytest.raises(Invalid):
        confirm(cast, transfer, [lot])


def test_the_customs_proceeding_closes_once_the_goods_were_handed_over(cast):
    measure, transfer = filed_with_goods(cast)
    ending = [("transfer", "customs.lead", {"outcome_reason": "filed by the bureau"}), ("close", "customs.lead", {})]
    with refused_for("measures"):
        stories.walk(cast, measure.proceeding, ending)
    confirm(cast, transfer, measure.held_lots())
    stories.walk(cast, measure.proceeding, ending[1:])
    assert measure.proceeding.state == "CLOSED"
