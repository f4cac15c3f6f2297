"""Work items of reminders: who owes a reply, and which people of that agency see what the letter is about."""

from collections.abc import Iterator

from agencies.kernel.work import Row, Side, Work
from cases.casefile.models import Case
from cases.casefile.work import in_case

from .models import Reminder
from .sight import seen_by_agency


def rows(reminder: Reminder) -> Iterator[Row]:
    """The reminded agency owes a reply. `restricted`: not every reader of the centre sees what the letter is about."""
    seen = seen_by_agency(reminder, reminder.agency_id, reminder.agency.code)
    case = Case.objects.filter(pk=seen.case_id).first() if seen.case_id else None
    yield Row(
        side=Side.DOES,
        agency_id=reminder.agency_id,
        state=reminder.state,
        person_id=reminder.handler_id,
        free=reminder.handler_id is None,
        due_at=reminder.due_at,
        breach_at=reminder.breach_at,
        since=reminder.state_since,
        other_id=reminder.sender_id,
        sees=seen.held.sees,
        wall_id=seen.held.wall_id,
        **(in_case(case, reminder.agency_id) if case else {"restricted": True}),
    )


WORK = Work(
    kind="reminder",
    things=lambda: Reminder.objects.filter(state=Reminder.State.SENT).prefetch_related("items"),
    rows=rows,
)
