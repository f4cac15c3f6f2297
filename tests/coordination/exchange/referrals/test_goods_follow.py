"""Goods follow their party: back with a reverse transfer, over with a conversion, signed for on both sides."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.resource import RESOURCES
from cases.clocks.models import Clock
from cases.proceedings.models import PropertyMeasure
from coordination.actions.performing import perform
from coordination.exchange.referrals.goods import may_go, suggested
from tests import stories
from tests.kept_stories import story
from tests.refusals import invalid_at

BUREAU = "antismuggling.officer"


@story
def two_suspects(cast):
    """The bureau seized one lot of each of two suspects and releases the first. Returns the return, and both lots."""
    inside = stories.criminal(cast)
    first, second = (stories.let_go(cast, inside), stories.suspect(cast, inside))
    lots = []
    for line in (first, second):
        item = inside.case.items.create(description=f"goods of {line.party.name}")
        act = inside.case.acts.create(title=f"act of {line.party.name}")
        act.parties.set([line.party])
        act.items.set([item])
        lots.append(stories.lot(cast, inside.case, item=str(item.pk)))
    detained(cast, inside, lots)
    back = stories.returned(cast, "RESUMED", inside, parties=[str(first.party_id)])
    return back, *lots


def detained(cast, inside, lots):
    """Customs' goods, handed over on filing and seized by the bureau."""
    for lot in lots:
        data = {"receiver": "GACC_ASB", "passes": "title", "paper": "清单1号"}
        perform(RESOURCES["lots"], cast["customs.officer"], lot, "hand_over", data)
        lot.refresh_from_db()
        perform(RESOURCES["lots"], cast[BUREAU], lot, "receive", {"keeping": "moves", "paper": "清单1号"})
        lot.refresh_from_db()


def test_goods_of_who_goes_back_are_suggested_unassigned_ones_may_go_and_all_go_where_all_goes_back(cast):
    back, his, other = two_suspects(cast)
    assert [pk for pk, _words in may_go(back, cast[BUREAU])] == suggested(back, cast[BUREAU]) == [str(his.pk)]
    other.item = None
    other.save()
    assert {pk for pk, _words in may_go(back, cast[BUREAU])} == {str(his.pk), str(other.pk)}
    assert suggested(back, cast[BUREAU]) == [str(his.pk)]
    back.parties.clear()
    assert set(suggested(back, cast[BUREAU])) == {str(his.pk), str(other.pk)}


def test_only_who_sent_it_hands_its_goods_over_and_none_of_another(cast):
    back, his, other = two_suspects(cast)
    with invalid_at("/lots"):
        stories.walk(cast, back, [("hand_goods", BUREAU, {"lots": [str(other.pk)]})])
    with pytest.raises(Forbidden):
        stories.walk(cast, back, [("hand_goods", "customs.officer", {"lots": [str(his.pk)]})])


def test_the_title_passes_when_the_administrative_side_confirms(cast):
    back, his, other = two_suspects(cast)
    stories.walk(cast, back, [("hand_goods", BUREAU, {"lots": [str(his.pk)], "paper": "清单9号"})])
    his.refresh_from_db()
    assert (his.state, his.title_kind, his.offered_to.code) == ("OFFERED", "seizure", "GACC")
    assert back.case.tasks.open().filter(step="REPORT_RESULT").exists()
    data = {"lots": [str(his.pk)], "keeping": "moves", "authority": "Head", "paper": "清单9号"}
    perform(RESOURCES["proceedings"], cast["customs.officer"], back.resumed, "receive_goods", data)
    his.refresh_from_db()
    other.refresh_from_db()
    assert (his.title_agency.code, his.title_kind) == ("GACC", "detention")
    assert (other.title_agency.code, other.title_kind, other.state) == ("GACC_ASB", "seizure", "HELD")


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "used"), [("remaining", 20), ("anew", 0)])
def test_the_year_of_detention_counts_on_or_begins_anew_as_set(cast, settings, rule, used):
    settings.GOODS_BACK_PERIOD = rule
    measure = stories.property_measure(cast)
    PropertyMeasure.objects.filter(pk=measure.pk).update(since=timezone.now() - timedelta(days=20))
    transfer = stories.transfer(cast, "FILED", measure.proceeding.case)
    lots = [str(lot.pk) for lot in measure.held_lots()]
    stories.walk(cast, transfer, [("hand_goods", "customs.officer", {"paper": "清单7号"})])
    data = {"lots": lots, "keeping": "stays", "authority": "Head", "paper": "清单7号"}
    perform(RESOURCES["proceedings"], cast[BUREAU], transfer.proceeding, "receive_goods", data)
    stories.let_go(cast, transfer.proceeding)
    back = stories.returned(cast, "RESUMED", transfer.proceeding, parties=[])
    stories.walk(cast, back, [("hand_goods", BUREAU, {"lots": lots})])
    again = perform(RESOURCES["proceedings"], cast["customs.officer"], back.resumed, "receive_goods", data).created
    started = Clock.objects.running().about(again).get().started_at
    assert (again.since - started).days == used


def converted(cast):
    """The bureau detained goods and converted the matter to a criminal one."""
    inside = stories.bureau_proceeding(cast)
    case, officer = inside.case, cast[BUREAU]
    data = {"description": "锑锭", "quantity": "10", "unit": "kg", "location": "Bureau store", "paper": "清单1号"}
    lot = perform(RESOURCES["cases"], officer, case, "take_goods", data).created
    order = {"measure": "detention", "lots": [str(lot.pk)], "authority": "Head", "paper": "扣1号", "reason": "evidence"}
    perform(RESOURCES["proceedings"], officer, inside, "order_measure", order)
    return stories.conversion(cast, "CONVERTED", inside), lot


def test_with_a_conversion_the_goods_pass_into_the_other_capacity(cast):
    conversion, lot = converted(cast)
    stories.walk(cast, conversion, [("hand_goods", BUREAU, {"lots": [str(lot.pk)], "paper": "清单2号"})])
    lot.refresh_from_db()
    perform(RESOURCES["lots"], cast[BUREAU], lot, "receive", {"keeping": "moves", "paper": "清单2号"})
    lot.refresh_from_db()
    held = PropertyMeasure.objects.get(pk=lot.title_source)
    assert (lot.title_kind, held.proceeding) == ("seizure", conversion.proceeding)
    assert set(PropertyMeasure.objects.filter(kind="detention").values_list("state", flat=True)) == {"HANDED_OVER"}


def test_the_proceeding_that_gives_them_cannot_confirm_them_to_itself(cast):
    conversion, lot = converted(cast)
    stories.walk(cast, conversion, [("hand_goods", BUREAU, {"lots": [str(lot.pk)], "paper": "清单2号"})])
    data = {"lots": [str(lot.pk)], "keeping": "moves", "authority": "Head", "paper": "2"}
    type(conversion.origin).objects.filter(pk=conversion.origin_id).update(state="INVESTIGATE")
    conversion.origin.refresh_from_db()
    with pytest.raises(Invalid):
        perform(RESOURCES["proceedings"], cast[BUREAU], conversion.origin, "receive_goods", data)
