"""Goods that go with the parties when a matter is returned or converted (涉案物品随案移送)."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext

from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from cases.casefile.models import Act
from cases.custody.models import GoodsLot, Title
from cases.proceedings.models import PropertyMeasure

from .chosen import items_of
from .models import Referral


def may_go(referral: Any, actor: Actor) -> list[tuple[str, str]]:
    """Goods held by the sender, without those that belong only to acts of other parties."""
    lots = _held(referral).filter(of_chosen(referral))
    return [(str(lot.pk), f"{lot} ({lot.quantity.normalize():f} {lot.get_unit_display()})") for lot in lots]


def of_chosen(referral: Referral) -> Q:
    """Goods of the acts that the referral is about, and goods of no known act."""
    return Q(item=None) | Q(item__in=items_of(referral).values("pk"))


def something_to_hand(referral: Referral, actor: Actor) -> UnmetCondition | None:
    if may_go(referral, actor):
        return None
    return UnmetCondition("goods", gettext("There are no goods to be transferred with them."))


def suggested(referral: Any, actor: Actor) -> list[str]:
    """Goods that certainly go along: all if the whole matter goes, else those in acts of these parties alone."""
    named = list(referral.parties.values_list("pk", flat=True))
    lots = _held(referral)
    if named:
        theirs = Act.objects.filter(case=referral.case_id, items=OuterRef("item"))
        others = theirs.filter(Q(parties=None) | Exists(_others(named)))
        lots = lots.filter(Exists(theirs.filter(parties__in=named)) & ~Exists(others))
    return [str(pk) for pk in lots.values_list("pk", flat=True)]


def _others(named: list[Any]) -> Any:
    through = Act.parties.through
    return through.objects.filter(act=OuterRef("pk")).exclude(party__in=named)


def _held(referral: Referral) -> Any:
    """Goods under measures of the proceeding that is left, and unmeasured goods kept by the sender."""
    measures = PropertyMeasure.objects.filter(proceeding__case=referral.case_id, proceeding__agency=referral.sender_id)
    if referral.origin_id is not None:
        measures = measures.filter(proceeding=referral.origin_id)
    held = Q(title_source__in=measures.values("pk")) | Q(title_agency=None, custodian=referral.sender_id)
    lots = GoodsLot.objects.filter(held, case=referral.case_id, state=GoodsLot.State.HELD)
    return lots.exclude(title_kind=Title.CONFISCATION).order_by("created_at", "pk")
