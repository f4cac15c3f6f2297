"""Bulletins in the workspace."""

from datetime import datetime
from functools import partial

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import next_button
from agencies.kernel.open_items import OpenItems, WorklistLine

from .models import Bulletin

S = Bulletin.State
WHY = {
    S.DRAFT: _("The draft is to be completed and submitted."),
    S.REVIEW: _("A second person reviews and issues it."),
}


def _line(bulletin: Bulletin, actor: Actor, now: datetime) -> WorklistLine:
    return WorklistLine(
        key=("bulletin", bulletin.pk),
        what=bulletin.title,
        note=str(bulletin.get_kind_display()),
        url=reverse_lazy("bulletin", args=[bulletin.pk]),
        why=WHY.get(S(bulletin.state), ""),
        offer=partial(next_button, "bulletins", actor, bulletin),
    )


OPEN_ITEMS = OpenItems(
    line=_line,
    awaited={S.REVIEW: _("the review by %(agency)s")},
    related=("agency",),
)
