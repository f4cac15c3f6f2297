"""Import of a published holiday schedule into the calendar."""

from agencies.journal.actions import SYSTEM as SYSTEM_STREAM
from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import SYSTEM_STREAM as SYSTEM_ID
from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.work import atomic

from .models import CalendarDay
from .schedule import ExceptionalDay, ScheduleChanges, compare


def import_schedule(days: list[ExceptionalDay], *, source: str, document: str, actor: Actor) -> ScheduleChanges:
    """Replaces the calendar days of every year in the schedule. Importing the same schedule again changes nothing.

    Clocks are recounted separately, by `cases.clocks.due_times.import_calendar`. Returns the changes.
    """
    with atomic():
        diff = compare(days)
        CalendarDay.objects.filter(date__year__in=diff.years).delete()
        CalendarDay.objects.bulk_create(
            CalendarDay(
                date=day.date, kind=day.kind, holiday=day.holiday, source=source, document_no=document, confirmed=True
            )
            for day in days
        )
        record_event(
            SYSTEM_STREAM,
            actor=actor,
            action=Action(
                "import_calendar",
                "calendar",
                SYSTEM_ID,
                fields=[str(year) for year in diff.years],
                data={
                    "source": source,
                    "document": document,
                    "added": [day.date.isoformat() for day in diff.added],
                    "changed": [day.date.isoformat() for day in diff.changed],
                    "removed": [one.date.isoformat() for one in diff.removed],
                },
            ),
            audience=Audience(Event.Visibility.OWN),
        )
    return diff
