"""The resource of corrections."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.facets import Facets
from agencies.kernel.paging import Page
from agencies.kernel.resource import Api, Listing, Notices, Resource, Summary, by_verb
from agencies.kernel.sights import ByColumns

from .actions import confirm_correction, transition_correction
from .filters import CorrectionFilter
from .models import Correction
from .open_items import OpenCorrections
from .page import list_parts, page_parts
from .shapes import CorrectionShape
from .work import WORK
from .workflow import CORRECTION as TABLE


class CorrectionList(Listing):
    filters = CorrectionFilter
    sorts = {"created": "created_at", "updated": "updated_at"}
    default = "-created"
    related = ("case", "event", "lead", "proposer")
    page = "corrections"

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        return list_parts(actor)


CORRECTION = Resource(
    name="corrections",
    kind="correction",
    model=Correction,
    page="correction",
    label=_("Correction"),
    plural=_("Corrections"),
    looks={
        "PROPOSED": ("wait", "pencil"),
    },
    workflows=(TABLE,),
    actions=by_verb(transition_correction, TABLE, confirm=confirm_correction),
    related=("case", "lead", "event__stream", "agency"),
    is_corrected=False,  # a new one is proposed instead
    listing=CorrectionList(),
    page_rows=lambda rows, actor: rows.select_related("event__note"),
    page_parts=page_parts,
    work=(WORK,),
    open_items=OpenCorrections(),
    summary=Summary(title="paper", sight=ByColumns(own={"agency_id": ""})),
    notices=Notices(in_hand=("proposer",)),
    api=Api(
        row=(
            *("case", "lead", "event", "object_kind", "object_id", "kind", "happened_at", "new_paper", "paper"),
            *("reason", "created_at", "updated_at"),
        ),
        shape=CorrectionShape,
    ),
)
