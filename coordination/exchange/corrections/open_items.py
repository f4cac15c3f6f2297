"""Corrections in the workspace."""

from datetime import datetime
from functools import partial

from django.urls import reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import next_button
from agencies.kernel.open_items import Line, OpenItems

from .models import Correction


def _line(correction: Correction, actor: Actor, now: datetime) -> Line:
    return Line(
        key=("correction", correction.pk),
        what=gettext("Correction of a record: %(paper)s") % {"paper": correction.paper},
        note=str(correction.get_kind_display()),
        url=reverse_lazy("correction", args=[correction.pk]),
        waits=None,
        why=_("Proposed by a colleague: a second person confirms or refuses it."),
        due_at=None,
        breach_at=None,
        offer=partial(next_button, "corrections", actor, correction),
    )


OPEN_ITEMS = OpenItems(line=_line, shows_case=True, related=("case", "agency"), people=("proposer",))
