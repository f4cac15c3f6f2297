"""What the page of an inspection shows beside it."""

from typing import Any

from django.http import QueryDict

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case
from coordination.prevention.campaigns import campaign_of

from .choices import material_names
from .models import Inspection


def page_parts(inspection: Inspection, actor: Actor, params: QueryDict) -> dict[str, Any]:
    verbs = {one.verb for one in RESOURCES["inspections"].buttons(actor, inspection)}
    return {
        "inspectors": inspection.inspectors.select_related("person"),
        "checklist": inspection.checklist.all(),
        "samples": inspection.samples.all(),
        "mineral": material_names().get(inspection.material, inspection.material),
        # The inspection outlasts the share of the agency.
        "case": Case.objects.visible_to(actor).filter(inspections=inspection).first(),
        "takes_samples": "take_sample" in verbs,
        "adds_officers": "add_officer" in verbs,
        "campaign": campaign_of(inspection, actor),
        "events": timeline(actor, inspection),
    }
