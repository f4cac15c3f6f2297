"""Bulletins in the workspace."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.open_items import NavigationCount, OpenItems, WorklistLine, next_steps
from agencies.kernel.permissions import CENTRE
from coordination.exchange.letters.open_items import line_of

from .models import Bulletin

S = Bulletin.State
WHY = {
    S.DRAFT: _("The draft is to be completed and submitted."),
    S.REVIEW: _("A second person reviews and issues it."),
}


def _line(bulletin: Bulletin, actor: Actor, now: datetime) -> WorklistLine:
    why, kind = WHY.get(S(bulletin.state), ""), str(bulletin.get_kind_display())
    return line_of("bulletins", bulletin, actor, what=bulletin.title, note=kind, why=why)


OPEN_ITEMS = OpenItems(
    line=_line,
    awaited={S.REVIEW: _("the review by %(agency)s")},
    related=("agency",),
)
COUNTER = NavigationCount(
    page="bulletins",
    items=next_steps("bulletin"),
    query=lambda actor: "?waiting=1",
    permission=CENTRE,
    is_all=False,
)
