"""The page of one clock: its rule, how its due time was counted, and the history of its due time."""

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from agencies.calendar.workdays import load_calendar
from agencies.kernel.permissions import CASE_READER, actor_of, page
from cases.casefile.models import Case
from cases.clocks.access import reads_papers
from cases.clocks.due_times import due_of
from cases.clocks.models import Clock
from cases.clocks.texts import about, length, length_of, longest, sentence_of


@page(CASE_READER)
def clock(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    seen = Exists(Case.objects.visible_to(actor).filter(pk=OuterRef("case_id")))
    visible = (
        Clock.objects.visible_to(actor).select_related("rule", "case", "agency", "holder").annotate(case_seen=seen)
    )
    found: Clock = get_object_or_404(visible, pk=pk)
    extensions = list(found.extensions.select_related("step"))
    context = {
        "clock": found,
        "subject": about(found),
        "length": length_of(found.rule),
        "steps": [sentence_of(step) for step in due_of(found, load_calendar()).steps],
        "changes": list(found.changes.select_related("agency")),
        "pauses": list(found.pauses.select_related("ground")),
        "extensions": [(one, length(one.length, one.step.unit)) for one in extensions],
        "applications": [
            (one, length(one.length, one.step.unit)) for one in found.applications.select_related("step", "applicant")
        ],
        "allowed": [(step, longest(step)) for step in found.rule.extension_steps.all()],
        "grounds": list(found.rule.pause_grounds.all()),
        "breach": found.breaches.filter(annulled_at=None).first(),
        "papers": reads_papers(actor, found),
    }
    return render(request, "clocks/clock.html", context)
