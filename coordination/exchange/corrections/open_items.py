"""Corrections in the workspace."""

from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.open_items import OpenItems, WorklistLine
from coordination.exchange.letters.open_items import line_of

from .models import Correction


def _line(correction: Correction, actor: Actor, now: datetime) -> WorklistLine:
    return line_of(
        "corrections",
        correction,
        actor,
        what=gettext("Correction of a record: %(paper)s") % {"paper": correction.paper},
        note=str(correction.get_kind_display()),
        why=_("Proposed by a colleague: a second person confirms or refuses it."),
    )


OPEN_ITEMS = OpenItems(line=_line, shows_case=True, related=("case", "agency"), people=("proposer",))
