"""What the page of a circular shows beside it."""

from typing import Any

from django.http import QueryDict

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from agencies.runs.models import Run
from coordination.prevention.campaigns import campaign_of
from coordination.prevention.warnings.models import ExporterLetter

from .models import Circular
from .workflow import WRITES, readers_left

SHOWN = 20  # addressees on the page; all are in the list of exporters


def page_parts(circular: Circular, actor: Actor, params: QueryDict) -> dict[str, Any]:
    """The state of a letter is shown as its own page shows it to this reader; no number says how many wait."""
    addressees = list(circular.addressees.select_related("exporter", "letter")[:SHOWN])
    letters = ExporterLetter.objects.visible_to(actor).filter(addressee__in=addressees).values_list("pk", flat=True)
    seen = set(letters)
    is_kept = circular.state == Circular.State.REVIEW
    return {
        "inside": actor.agency_id == circular.agency_id,
        "addressees": [(one, one.letter if one.letter_id in seen else None) for one in addressees],
        "many": circular.addressees.count(),
        "written": circular.addressees.exclude(letter=None).count(),
        "readers": circular.readers.order_by("username"),
        "readers_left": readers_left(circular) if is_kept else "",
        "run": _run_of(circular, actor),
        # Who chose which exporter is in the journal; a line for each of hundreds says nothing here.
        "campaign": campaign_of(circular, actor),
        "events": timeline(actor, circular).exclude(verb="address"),
    }


def _run_of(circular: Circular, actor: Actor) -> Run | None:
    """The latest job that writes its letters, if the reader may see it."""
    jobs = Run.objects.visible_to(actor).filter(kind=WRITES, given__circular=str(circular.pk))
    return jobs.order_by("-created_at").first()
