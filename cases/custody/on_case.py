"""Goods in custody on the page of a case."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.case_parts import CasePart, CaseTab

from .balance import Balance, balances
from .models import GoodsLot


class Lots(list[GoodsLot]):
    """The goods of a case; portions are listed under their lot."""

    @property
    def balances(self) -> list[Balance]:
        return balances(self)


class LotsOnCase(CasePart):
    related = ("item", "custodian", "title_agency", "offered_to")
    tabs = (CaseTab(key="goods", label=_("Goods"), template="casefile/tabs/goods.html", place=2, counts=("lot",)),)

    def rows(self, visible: Any, page: Any) -> Lots:
        found = super().rows(visible, page)
        return Lots(sorted(found, key=lambda lot: [int(part) for part in lot.number.split("-")]))
