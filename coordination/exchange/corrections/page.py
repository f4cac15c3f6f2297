"""What the pages of corrections show."""

from typing import Any

from django.http import QueryDict

from agencies.journal.models import Event, ProxyStep
from agencies.kernel.actor import Actor

from .models import Correction


def list_parts(actor: Actor) -> dict[str, Any]:
    """Steps that were recorded for the agency before it used the system."""
    unsaid = ProxyStep.objects.visible_to(actor).filter(agency_id=actor.own_agency, state=ProxyStep.State.RECORDED)
    return {"steps": unsaid.select_related("event")[:20]}


def page_parts(correction: Correction, actor: Actor, params: QueryDict) -> dict[str, Any]:
    """The recorded value, the proposed value, and who decides."""
    about = Event.objects.filter(object_kind="correction", object_id=correction.pk).readable_by_agency(actor.agency_id)
    return {"record": [correction.event], "events": about.select_related("note").order_by("-id")}
