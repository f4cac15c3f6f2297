"""What the pages of reminders show."""

from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.duty.lookups import first_on_duty
from agencies.journal.models import Event
from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from agencies.kernel.facets import FacetChoice

from .asking import Contact
from .models import Reminder
from .presentation import items_of


def tabs(*, at_desk: bool) -> list[FacetChoice]:
    return [
        FacetChoice(_("Late items"), reverse("reminder_desk"), active=at_desk),
        FacetChoice(_("Reminders"), reverse("reminders"), active=not at_desk),
    ]


def page_parts(letter: Reminder, actor: Actor, params: QueryDict) -> dict[str, Any]:
    return {
        "items": items_of(letter, actor),
        "contact": contact_of(letter),
        "events": timeline(actor, letter).filter(stream_id__in=_streams_of_one_side(letter.pk)),
    }


def contact_of(letter: Reminder) -> Contact:
    return letter.handler or first_on_duty([letter.agency_id]).get(letter.agency_id)


def _streams_of_one_side(pk: UUID) -> list[int]:
    """Each event is in the streams of both agencies; one of them is complete."""
    first = (
        Event.objects.filter(object_kind="reminder", object_id=pk).order_by("id").values_list("stream_id", flat=True)
    )
    return list(first[:1])
