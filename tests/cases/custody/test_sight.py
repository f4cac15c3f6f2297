"""Visibility of goods: readers of the whole case, and the agencies that hold or keep them; no status share."""

import pytest

from agencies.organisations.models import Agency
from cases.custody.models import GoodsLot
from cases.sharing.actions import share_case
from tests import stories


def sees(cast, who, lot):
    return GoodsLot.objects.visible_to(cast[who]).filter(pk=lot.pk).exists()


@pytest.fixture
def lot(cast):
    case = stories.shared_case(cast)
    share_case(case, actor=cast["customs.officer"], agency="MPS_ECID", profile="status", reason="campaign")
    stories.transfer(cast, "DELIVERED", case)
    return stories.lot(cast, case)


def test_readers_of_the_whole_case_see_its_goods(cast, lot):
    for who in ("customs.officer", "commerce.head", "centre.coordinator"):
        assert sees(cast, who, lot), who
    for who in ("police.officer", "antismuggling.head", "procurator", "auditor", "sysadmin", "secadmin"):
        assert not sees(cast, who, lot), who


@pytest.mark.parametrize("column", ["custodian", "offered_to"])
def test_keeper_and_receiver_see_the_lot_and_not_its_case(cast, lot, column):
    GoodsLot.objects.filter(pk=lot.pk).update(**{column: Agency.objects.get(code="MPS_ECID")})
    assert sees(cast, "police.officer", lot)
    other = stories.lot(cast, stories.case(cast))
    GoodsLot.objects.filter(pk=other.pk).update(**{column: Agency.objects.get(code="MPS_ECID")})
    answer = cast.browser("police.officer").get(f"/lots/{other.pk}/")
    assert answer.status_code == 200
    assert other.case.number not in answer.content.decode()
    data = cast.browser("police.officer").get(f"/api/v1/lots/{other.pk}/").json()
    assert data["case"] is None


def test_officers_of_a_ledger_are_named_to_their_own_agency(cast, lot):
    name = cast.user("customs.officer").name
    for who, named in [("customs.lead", True), ("commerce.officer", False)]:
        line = cast.browser(who).get(f"/api/v1/lots/{lot.pk}/").json()["ledger"][0]
        assert bool(line["officer"]) is named
        assert (name in cast.browser(who).get(f"/lots/{lot.pk}/").content.decode()) is named
