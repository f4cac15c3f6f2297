"""Steps of campaigns in the workspace."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.open_items import NavigationCount, OpenItems, WorklistLine, next_steps
from cases.clocks.counting import end_of
from coordination.exchange.letters.open_items import line_of

from .models import Campaign


def _line(campaign: Campaign, actor: Actor, now: datetime) -> WorklistLine:
    own = [one for one in campaign.steps.all() if one.done_on is None and one.agency_id == actor.agency_id]
    due_at = end_of(own[0].due_on) if own else None
    line = line_of(
        "campaigns",
        campaign,
        actor,
        what=own[0].title if own else campaign.title,
        note=campaign.title,
        waits=campaign.agency,
        why=_("A step of the campaign is open."),
    )
    return replace(line, due_at=due_at, breach_at=due_at)


OPEN_ITEMS = OpenItems(
    line=_line,
    awaited={Campaign.State.RUNNING: _("the steps of %(agency)s")},
    related=("agency",),
    fetched=lambda rows: rows.prefetch_related("steps", "members"),
)
COUNTER = NavigationCount(page="campaigns", items=next_steps("campaign"))
