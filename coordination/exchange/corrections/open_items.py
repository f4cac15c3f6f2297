"""Corrections in the workspace."""

from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine

from .models import Correction


class OpenCorrections(OpenItems):
    shows_case = True
    related = ("case", "agency")
    people = ("proposer",)

    def line(self, thing: Correction, actor: Actor, now: datetime) -> WorklistLine:
        return line_of(
            thing,
            actor,
            what=gettext("Correction of a record: %(paper)s") % {"paper": thing.paper},
            note=str(thing.get_kind_display()),
            why=_("Proposed by a colleague: a second person confirms or refuses it."),
        )
