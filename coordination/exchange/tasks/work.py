"""Work items of tasks."""

from collections.abc import Iterator

from agencies.kernel.work import DeskRow, Side, WorkRows
from coordination.exchange.letters.work import item

from .models import CORRECTION_STEP, Task


def rows(task: Task) -> Iterator[DeskRow]:
    """The doing agency's item; an asking agency other than it awaits the result.

    Of the unclaimed steps of a playbook each agency has one, the next.
    """
    if not task.is_open or not task.is_on_desk:
        return
    # A correction waits beside the next step of its referral, not behind it.
    matter = None if task.step == CORRECTION_STEP else task.source
    common = {"wall_id": task.proceeding_id, "matter_id": matter}
    yield item(
        task,
        Side.DOES,
        task.agency_id,
        person_id=task.assignee_id,
        unit_id=task.unit_id,
        free=task.state in (Task.State.ASKED, Task.State.OPEN),
        returned=task.returned_at is not None,
        other_id=task.asked_by_id,
        # A step of a referral is created without an event of its own.
        came_at=task.created_at if task.source else None,
        **common,
    )
    if task.asked_by_id != task.agency_id:
        yield item(task, Side.AWAITS, task.asked_by_id, other_id=task.agency_id, **common)


WORK = WorkRows(kind="task", things=lambda: Task.objects.open().with_next_step().select_related("case"), rows=rows)
