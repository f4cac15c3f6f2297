"""Bulletins in the workspace."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine

from .models import Bulletin

S = Bulletin.State
WHY = {
    S.DRAFT: _("The draft is to be completed and submitted."),
    S.REVIEW: _("A second person reviews and issues it."),
}


class OpenBulletins(OpenItems):
    awaited = {S.REVIEW: _("the review by %(agency)s")}
    related = ("agency",)

    def line(self, thing: Bulletin, actor: Actor, now: datetime) -> WorklistLine:
        why = WHY.get(S(thing.state), "")
        return line_of(thing, actor, what=thing.title, note=str(thing.get_kind_display()), why=why)
