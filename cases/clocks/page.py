"""What the page of a clock shows: its rule, how its due time was counted, and the history of its due time."""

from typing import Any

from django.http import QueryDict

from agencies.calendar.workdays import load_calendar
from agencies.kernel.actor import Actor

from .access import reads_papers
from .due_times import due_of
from .models import Clock
from .texts import about, length, length_of, longest, sentence_of


def page_parts(clock: Clock, actor: Actor, params: QueryDict) -> dict[str, Any]:
    extensions = list(clock.extensions.select_related("step"))
    return {
        "subject": about(clock),
        "length": length_of(clock.rule),
        "steps": [sentence_of(step) for step in due_of(clock, load_calendar()).steps],
        "changes": list(clock.changes.select_related("agency")),
        "pauses": list(clock.pauses.select_related("ground")),
        "extensions": [(one, length(one.length, one.step.unit)) for one in extensions],
        "applications": [
            (one, length(one.length, one.step.unit)) for one in clock.applications.select_related("step", "applicant")
        ],
        "allowed": [(step, longest(step)) for step in clock.rule.extension_steps.all()],
        "grounds": list(clock.rule.pause_grounds.all()),
        "breach": clock.breaches.filter(annulled_at=None).first(),
        "papers": reads_papers(actor, clock),
    }
