"""What the page of a campaign shows: its goals, weekly figures, steps and cases."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy

from agencies.confirmations.models import Confirmation
from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import FIGURES
from agencies.kernel.texts import Text
from coordination.insight.metrics.following import complete_until
from coordination.insight.metrics.registry import DIMENSIONS

from .figures import kept, of_prevention, reached, weekly
from .measures import RULES
from .models import Belonging, Campaign
from .standing import by_agency
from .workflow import CAMPAIGN

CASES = 15  # on a page
CASE_SORTS = {"since": "since"}
TERMS: dict[str, Text] = {
    "materials": gettext_lazy("Minerals"),
    "techniques": gettext_lazy("Techniques"),
    "countries": gettext_lazy("Route countries"),
}


def page_parts(campaign: Campaign, actor: Actor, params: QueryDict) -> dict[str, Any]:
    goals, seen = reached(campaign), Belonging.objects.visible_to(actor).current().filter(campaign=campaign)
    cases = page_of(seen.select_related("case__lead"), params, sorts=CASE_SORTS, default="-since", size=CASES)
    number, total = seen.count(), campaign.belongings.counted().count()
    return {
        "goals": goals,
        "kept": kept(goals),
        "weeks": weekly(campaign) if goals and campaign.started_at else None,
        "prevention": of_prevention(campaign, actor) if campaign.started_at else None,
        "agencies": by_agency(campaign, actor) if campaign.state == Campaign.State.RUNNING else None,
        "members": campaign.members.order_by("id"),
        "terms": [(label, _names(campaign, column)) for column, label in TERMS.items() if getattr(campaign, column)],
        "steps": campaign.steps.select_related("agency"),
        "cases": cases,
        "case_count": total,
        "hidden": max(total - number, 0),
        "verbs": CAMPAIGN.open_to(actor, campaign),
        "links": actor.is_centre,
        "figures": _figures(campaign) if FIGURES.allows(actor) and campaign.started_at else "",
        "asked": Confirmation.objects.visible_to(actor).open().filter(object_id=campaign.pk).first(),
        "exports": lambda key, form: reverse("campaign_table", args=[campaign.pk, key, form]),
        "as_of": as_of(campaign),
        "events": timeline(actor, campaign),
    }


def as_of(campaign: Campaign) -> datetime | None:
    """The time of the figures: those of an ended campaign were kept then."""
    return campaign.ended_at or complete_until()


def _names(campaign: Campaign, column: str) -> list[Any]:
    values = getattr(campaign, column)
    names = DIMENSIONS[RULES[column]].names(values)
    return [names.get(value, value) for value in values]


def _figures(campaign: Campaign) -> str:
    """The address of the overview for the period and the cases of the campaign."""
    period = {"period": "days", "first": campaign.starts_on.isoformat(), "campaign": campaign.number}
    return f"{reverse('supervision')}?{urlencode(period)}"
