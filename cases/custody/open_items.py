"""Goods that were handed over, in the workspace of the receiving agency."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine

from .models import GoodsLot


class OpenLots(OpenItems):
    shows_case = True
    related = ("case", "custodian", "title_agency", "offered_to")

    def line(self, thing: GoodsLot, actor: Actor, now: datetime) -> WorklistLine:
        return line_of(
            thing,
            actor,
            what=thing.description,
            note=f"{thing.quantity.normalize():f} {thing.get_unit_display()} · {thing.location}",
            waits=thing.title_agency or thing.custodian,
            why=_("Goods are handed over to your agency: confirm or refuse them."),
        )
