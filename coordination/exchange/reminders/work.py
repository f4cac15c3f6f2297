"""Work items of reminders."""

from collections.abc import Iterator

from agencies.kernel.work import Row, Side, Work

from .models import Reminder


def rows(reminder: Reminder) -> Iterator[Row]:
    """The reminded agency owes a reply. Visibility of the late items is checked when the item is shown."""
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
    )


WORK = Work(kind="reminder", things=lambda: Reminder.objects.filter(state=Reminder.State.SENT), rows=rows)
