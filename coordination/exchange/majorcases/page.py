"""What the page of a major case shows beside it: its entries of progress and its periods."""

from typing import Any

from django.http import QueryDict

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from cases.clocks.models import Clock

from .models import MajorCase


def page_parts(mark: MajorCase, actor: Actor, params: QueryDict) -> dict[str, Any]:
    return {
        "entries": mark.entries.select_related("author__agency"),
        "clocks": Clock.objects.running().about(mark).select_related("rule").order_by("due_at"),
        "events": timeline(actor, mark),
    }
