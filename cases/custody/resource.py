"""Goods in custody as a resource."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Api, Listing, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from agencies.kernel.work import SightGround

from .actions import ACTIONS, take_goods
from .filters import LotFilter
from .measures import MEASURES
from .models import GoodsLot
from .on_case import LotsOnCase
from .open_items import OpenLots
from .page import page_parts
from .shapes import LotShape
from .starts import STARTS
from .work import WORK
from .workflow import LOT as TABLE


def _lot(lot: GoodsLot) -> Iterable[Phrase]:
    yield Phrase(_("Description"), lot.description)
    yield Phrase(_("Seal number"), lot.seal, "number")


class LotList(Listing):
    filters = LotFilter
    sorts = {"updated": "updated_at", "taken": "created_at"}
    default = "-updated"
    related = ("case", "custodian", "title_agency", "offered_to")


LOT = Resource(
    name="lots",
    kind="lot",
    model=GoodsLot,
    page="lot",
    label=_("Goods in custody"),
    plural=_("Goods in custody"),
    looks={
        "HELD": ("progress", "lock"),
        "OFFERED": ("wait", "arrow-left-right"),
        "SPLIT": ("neutral", "diagram-3"),
        "DISPOSED": ("stopped", "hammer"),
        "LOST": ("stopped", "x-lg"),
    },
    measures=MEASURES,
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("case", "custodian", "title_agency", "offered_to", "item"),
    adds={"cases": STARTS},
    contributes={"cases": {"take_goods": take_goods}},
    listing=LotList(),
    page_rows=lambda rows, actor: rows.select_related("parent", "taken_by"),
    page_parts=page_parts,
    work=(WORK,),
    open_items=OpenLots(),
    on_case=LotsOnCase(),
    summary=Summary(title="description", sight=ByColumns(matter="case_id", sees=SightGround.CONTENTS)),
    notices=Notices(in_hand=("case__proceedings__handler", "case__proceedings__team")),
    search=Search(
        kinds=(
            SearchKind(
                name="lot",
                resource="lots",
                model=GoodsLot,
                says=_lot,
                read_by=seen(GoodsLot),
                page="lot",
                agencies=("case__shares__agency", "title_agency", "custodian", "offered_to"),
            ),
        ),
    ),
    api=Api(
        row=(
            *("case", "item", "part_of", "number", "description", "is_sample", "unit", "received", "portioned", "lost"),
            *("loss_reason", "quantity", "net_weight_kg", "location", "custodian", "storage", "title_agency"),
            *("title_kind", "title_since", "seal", "offered_to", "offers_title", "updated_at"),
        ),
        detail=("ledger",),
        shape=LotShape,
    ),
)
