"""Inspections in the workspace."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text

from .models import Inspection

S = Inspection.State
WHY: dict[str, Text] = {
    S.PLANNED: _("The inspection has not begun yet."),
    S.UNDER_WAY: _("The findings are to be recorded."),
    S.DONE: _("The follow-up is to be decided."),
    S.REFUSED: _("It was refused. The follow-up is to be decided."),
}


class OpenInspections(OpenItems):
    related = ("agency", "exporter", "case", "handler")
    case = "case"
    awaited = {
        S.PLANNED: _("the inspection by %(agency)s"),
        S.UNDER_WAY: _("the findings of %(agency)s"),
        S.DONE: _("the follow-up by %(agency)s"),
        S.REFUSED: _("the follow-up by %(agency)s"),
    }
    weight = 1
    tab = 13
    always = Inspection.OPEN_STATES

    def line(self, thing: Inspection, actor: Actor, now: datetime) -> WorklistLine:
        window = f"{thing.starts_on.isoformat()} – {thing.ends_on.isoformat()}"
        return line_of(thing, actor, what=thing.inspected, note=window, why=WHY.get(thing.state, ""))
