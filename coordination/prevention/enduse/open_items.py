"""Findings of military end use in the workspace."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.actor import Actor
from agencies.kernel.lines import line_of, no_button
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text

from .models import EndUseFinding

S = EndUseFinding.State
WHY: dict[str, Text] = {
    S.OPEN: _("Record the facts with their sources, then conclude."),
    S.OUTDATED: _("A fact changed after the conclusion: read the facts again and conclude."),
}


class OpenFindings(OpenItems):
    related = ("case", "agency")
    case = "case"
    shows_case = True
    awaited = {
        S.OPEN: _("the conclusion of %(agency)s on military end use"),
        S.OUTDATED: pgettext_lazy("end use", "another reading by %(agency)s"),
    }

    def line(self, thing: EndUseFinding, actor: Actor, now: datetime) -> WorklistLine:
        line = line_of(
            thing,
            actor,
            what=thing.subject,
            note=str(thing.get_conclusion_display()),
            why=WHY[thing.state],
            offer=no_button,
        )
        return (
            line if thing.agency_id == actor.agency_id else line.elsewhere(thing.agency, str(thing.get_state_display()))
        )
