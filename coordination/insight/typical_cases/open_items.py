"""Typical cases in the workspace."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine

from .models import TypicalCase

S = TypicalCase.State
WHY = {
    S.DRAFT: _("The text is to be completed and submitted."),
    S.CHECK: _("A second person checks that nothing names the case."),
}


class OpenTypicalCases(OpenItems):
    awaited = {S.CHECK: _("the check by %(agency)s")}
    related = ("case", "agency")
    shows_case = True

    def line(self, thing: TypicalCase, actor: Actor, now: datetime) -> WorklistLine:
        what, why = thing.title or _("Typical case"), WHY.get(S(thing.state), "")
        return line_of(thing, actor, what=what, note=str(_("Typical case")), why=why)
