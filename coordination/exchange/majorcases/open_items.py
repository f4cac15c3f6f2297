"""Major cases in the workspace."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine

from .models import MajorCase


class OpenMarks(OpenItems):
    awaited = {MajorCase.State.ACTIVE: _("the weekly progress from %(agency)s")}
    shows_case = True
    related = ("case", "designated_by__agency")
    case = "case"

    def line(self, thing: MajorCase, actor: Actor, now: datetime) -> WorklistLine:
        return line_of(
            thing,
            actor,
            what=_("Weekly progress of a major case"),
            note=thing.number,
            waits=thing.designated_by.agency if thing.designated_by else None,
            why=_("The lead agency reports progress every week."),
        )
