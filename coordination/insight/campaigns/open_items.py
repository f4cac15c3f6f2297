"""Steps of campaigns in the workspace."""

from datetime import datetime
from functools import partial

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import next_button
from agencies.kernel.open_items import OpenItems, WorklistLine
from cases.clocks.counting import end_of

from .models import Campaign


def _line(campaign: Campaign, actor: Actor, now: datetime) -> WorklistLine:
    own = [one for one in campaign.steps.all() if one.done_on is None and one.agency_id == actor.agency_id]
    due_at = end_of(own[0].due_on) if own else None
    return WorklistLine(
        key=("campaign", campaign.pk),
        what=own[0].title if own else campaign.title,
        note=campaign.title,
        url=reverse_lazy("campaign", args=[campaign.pk]),
        waits=campaign.agency,
        why=_("A step of the campaign is open."),
        due_at=due_at,
        breach_at=due_at,
        offer=partial(next_button, "campaigns", actor, campaign),
    )


OPEN_ITEMS = OpenItems(
    line=_line,
    awaited={Campaign.State.RUNNING: _("the steps of %(agency)s")},
    related=("agency",),
    fetched=lambda rows: rows.prefetch_related("steps", "members"),
)
