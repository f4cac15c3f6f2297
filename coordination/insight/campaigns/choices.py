"""What the forms of a campaign offer."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext, pgettext

from agencies.kernel.action_fields import Choices
from agencies.kernel.actor import Actor
from agencies.kernel.texts import Text
from agencies.organisations.models import Agency, agencies_by_code
from cases.casefile.models import Case
from coordination.insight.metrics.registry import METRICS, Metric
from coordination.insight.supervision.asked import choices_for

UNITS: Mapping[str, Text] = {"ratio": "%", "kg": "kg", "cny": "CNY"}
FILTERS = ("mineral", "technique", "country", "district", "agency")  # of a goal


def others(campaign: Any, actor: Actor) -> Choices:
    """The agencies that may take part: those that use the system, and that do already."""
    found = Agency.objects.agencies().exclude(pk=actor.own_agency)
    known = campaign.members.values("pk") if campaign else []
    return [(one.code, one.name) for one in found.filter(Q(signs_in=True) | Q(pk__in=known)).order_by("id")]


def values_of(name: str) -> Any:
    """The values of a dimension, as the filters of figures offer them."""

    def choices(campaign: Any, actor: Actor) -> Choices:
        return choices_for(actor, agencies_by_code())[name]()

    return choices


def metrics(campaign: Any, actor: Actor) -> Choices:
    """All but those of leads, which belong to no campaign."""
    return [(key, labelled(metric)) for key, metric in METRICS.items() if counts_cases(metric)]


def counts_cases(metric: Metric) -> bool:
    return not any(one.startswith("leads.") for one in metric.measures)


def labelled(metric: Metric) -> str:
    """The name of a metric with the unit of its target."""
    days = pgettext("unit", "days")
    unit = days if metric.unit == "days" else UNITS.get(metric.unit, "")
    return gettext("%(name)s (%(unit)s)") % {"name": metric.name, "unit": unit} if unit else str(metric.name)


def goals(campaign: Any, actor: Actor) -> Choices:
    return [
        (str(one.pk), f"{METRICS[one.metric].name} {one.get_direction_display()} {one.target.normalize():f}")
        for one in campaign.goals.all()
    ]


def steps(campaign: Any, actor: Actor) -> Choices:
    """Open steps; for a participating agency its own."""
    own = campaign.steps.filter(done_on=None)
    if not actor.is_centre:
        own = own.filter(agency_id=actor.agency_id)
    return [(str(one.pk), f"{one.due_on.isoformat()} {one.title}") for one in own]


def doers(campaign: Any, actor: Actor) -> Choices:
    found = [campaign.agency, *campaign.members.order_by("id")]
    return [(one.code, one.name) for one in found]


def find_case(number: str, actor: Actor) -> Case | None:
    """The case with this number, if the actor sees it."""
    found: Case | None = Case.objects.visible_to(actor).filter(number=number.strip()).first()
    return found
