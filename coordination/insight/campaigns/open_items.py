"""Steps of campaigns in the workspace."""

from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine
from cases.clocks.counting import end_of

from .models import Campaign


class OpenSteps(OpenItems):
    awaited = {Campaign.State.RUNNING: _("the steps of %(agency)s")}
    related = ("agency",)

    def line(self, thing: Campaign, actor: Actor, now: datetime) -> WorklistLine:
        own = [one for one in thing.steps.all() if one.done_on is None and one.agency_id == actor.agency_id]
        due_at = end_of(own[0].due_on) if own else None
        line = line_of(
            thing,
            actor,
            what=own[0].title if own else thing.title,
            note=thing.title,
            waits=thing.agency,
            why=_("A step of the campaign is open."),
        )
        return replace(line, due_at=due_at, breach_at=due_at)

    def fetched(self, rows: QuerySet[Campaign]) -> QuerySet[Campaign]:
        return rows.prefetch_related("steps", "members")
