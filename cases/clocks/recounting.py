"""Import of a published schedule from its page: the days at once, the running periods by the worker."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from agencies.calendar.actions import import_schedule
from agencies.calendar.schedule import ExceptionalDay
from agencies.kernel.actor import Actor
from agencies.kernel.texts import Text
from agencies.kernel.work import atomic
from agencies.runs.actions import start_run
from agencies.runs.job_types import JobType, step_by_row
from agencies.runs.models import Run

from .due_times import moved_by_schedule, recount

KIND = "recount"
MOVED, SAME = "moved", "same"


def import_and_recount(days: list[ExceptionalDay], *, source: str, document: str, actor: Actor) -> Run | None:
    """Imports the days and orders the recount in one transaction. Returns None if the schedule names no year."""
    with atomic():
        diff = import_schedule(days, source=source, document=document, actor=actor)
        if not diff.years:
            return None
        return start_run(KIND, actor=actor, given={"first": date(min(diff.years), 1, 1).isoformat()})


def _clocks(run: Run, actor: Actor) -> Iterator[UUID]:
    return moved_by_schedule(date.fromisoformat(run.given["first"])).values_list("pk", flat=True).iterator()


def _result(run: Run) -> list[Text]:
    moved = run.found.get(MOVED, 0)
    return [ngettext("%(count)d deadline changed.", "%(count)d deadlines changed.", moved) % {"count": moved}]


WORK = JobType(
    label=gettext_lazy("Recalculate periods from the published schedule"),
    step=step_by_row(_clocks, lambda run, clock, actor: MOVED if recount(clock) else SAME),
    result=_result,
    page=lambda run: reverse("calendar"),
)
