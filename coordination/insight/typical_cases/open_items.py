"""Typical cases in the workspace."""

from datetime import datetime
from functools import partial

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import next_button
from agencies.kernel.open_items import OpenItems, WorklistLine

from .models import TypicalCase

S = TypicalCase.State
WHY = {
    S.DRAFT: _("The text is to be completed and submitted."),
    S.CHECK: _("A second person checks that nothing names the case."),
}


def _line(typical: TypicalCase, actor: Actor, now: datetime) -> WorklistLine:
    return WorklistLine(
        key=("typical_case", typical.pk),
        what=typical.title or _("Typical case"),
        note=str(_("Typical case")),
        url=reverse_lazy("typical_case", args=[typical.pk]),
        why=WHY.get(S(typical.state), ""),
        offer=partial(next_button, "typical-cases", actor, typical),
    )


OPEN_ITEMS = OpenItems(
    line=_line,
    awaited={S.CHECK: _("the check by %(agency)s")},
    related=("case", "agency"),
    shows_case=True,
)
