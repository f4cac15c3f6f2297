"""What the page of a conference shows beside it. Minutes and resolutions appear only to readers of the case."""

from typing import Any

from django.http import QueryDict

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from coordination.exchange.tasks.models import Task

from .access import reads_inside
from .models import Conference, must_confirm


def page_parts(conference: Conference, actor: Actor, params: QueryDict) -> dict[str, Any]:
    inside = reads_inside(actor, conference)
    people = conference.participants.select_related("agency").prefetch_related("desks", "people").order_by("agency")
    tasks = Task.objects.visible_to(actor).filter(resolved_by__conference=conference)
    owed = set(must_confirm(conference).values_list("pk", flat=True)) if inside and conference.edition else set()
    return {
        "inside": inside,
        "participants": people,
        "minutes": list(conference.minutes.all()) if inside else [],
        "owed": owed,
        "resolutions": conference.resolutions.select_related("agency") if inside else [],
        "tasks_seen": {task.pk for task in tasks} if inside else set(),
        "events": timeline(actor, conference),
    }
