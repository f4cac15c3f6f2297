"""Typical cases in the workspace."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.open_items import NavigationCount, OpenItems, WorklistLine, next_steps
from coordination.exchange.letters.open_items import line_of

from .models import TypicalCase

S = TypicalCase.State
WHY = {
    S.DRAFT: _("The text is to be completed and submitted."),
    S.CHECK: _("A second person checks that nothing names the case."),
}


def _line(typical: TypicalCase, actor: Actor, now: datetime) -> WorklistLine:
    why, kind = WHY.get(S(typical.state), ""), _("Typical case")
    return line_of("typical-cases", typical, actor, what=typical.title or kind, note=str(kind), why=why)


OPEN_ITEMS = OpenItems(
    line=_line,
    awaited={S.CHECK: _("the check by %(agency)s")},
    related=("case", "agency"),
    shows_case=True,
)
COUNTER = NavigationCount(
    page="typical_cases",
    items=next_steps("typical_case"),
    query=lambda actor: "?waiting=1",
    is_all=False,
)
