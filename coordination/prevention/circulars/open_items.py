"""Circulars in the workspace."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text
from coordination.exchange.letters.returns import returned_for_revision

from .models import Circular
from .workflow import readers_left

S = Circular.State
WHY: dict[str, Text] = {
    S.DRAFT: _("The draft is not submitted yet."),
    S.READ: _("Confirmed: the unit lead decides to send it."),
    S.SENDING: _("Its letters are being written."),
}


class OpenCirculars(OpenItems):
    related = ("agency", "handler")
    people = ("handler",)
    weight = 1

    def line(self, thing: Circular, actor: Actor, now: datetime) -> WorklistLine:
        returned = thing.state == S.DRAFT and thing.to_revise
        why = returned_for_revision(thing.to_revise) if returned else WHY.get(thing.state) or readers_left(thing)
        line = line_of(thing, actor, what=thing.title, note=str(thing.get_kind_display()), why=why)
        return replace(line, due_at=None, breach_at=None)
