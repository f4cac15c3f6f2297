"""What the forms of reviews offer."""

from typing import Any

from agencies.kernel.action_fields import Choices
from agencies.kernel.actor import Actor
from agencies.people.models import User

from .models import Gap, Questionnaire, Review


def questionnaires(thing: Any, actor: Actor) -> Choices:
    """Those in force that the agency may use."""
    rows = Questionnaire.objects.usable_by(actor).order_by("code", "pk")
    return [(str(one.pk), f"{one.name} ({one.edition})") for one in rows]


def colleagues(thing: Any, actor: Actor) -> Choices:
    """The active people of the agency."""
    people = User.objects.filter(agency=thing.agency_id, is_active=True).order_by("username")
    return [(str(one.pk), one.name) for one in people]


def items(review: Review, actor: Actor) -> Choices:
    return [(one.number, str(one)) for one in review.questionnaire.items.all()]


def _gaps(review: Review, *states: str) -> Choices:
    gaps = review.gaps.filter(state__in=states).select_related("item")
    return [(str(one.pk), f"{one} ({one.due_on.isoformat()})") for one in gaps]


def gaps_with_exporter(review: Review, actor: Actor) -> Choices:
    """Gaps that the exporter has to close."""
    return _gaps(review, *Gap.WITH_EXPORTER)


def reported_gaps(review: Review, actor: Actor) -> Choices:
    """Gaps that the exporter reported as closed."""
    return _gaps(review, Gap.State.REPORTED_CLOSED)
