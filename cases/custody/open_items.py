"""Goods that were handed over, in the workspace of the receiving agency."""

from datetime import datetime
from functools import partial

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import next_button
from agencies.kernel.open_items import OpenItems, WorklistLine

from .models import GoodsLot


def _line(lot: GoodsLot, actor: Actor, now: datetime) -> WorklistLine:
    return WorklistLine(
        key=("lot", lot.pk),
        what=lot.description,
        note=f"{lot.quantity.normalize():f} {lot.get_unit_display()} · {lot.location}",
        url=reverse_lazy("lot", args=[lot.pk]),
        waits=lot.title_agency or lot.custodian,
        why=_("Goods are handed over to your agency: confirm or refuse them."),
        offer=partial(next_button, "lots", actor, lot),
    )


OPEN_ITEMS = OpenItems(
    line=_line,
    shows_case=True,
    related=("case", "custodian", "title_agency", "offered_to"),
)
