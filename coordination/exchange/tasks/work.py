"""Work items of tasks."""

from collections.abc import Iterator

from agencies.kernel.work import Row, Side, Work
from cases.casefile.work import in_case

from .models import Task


def rows(task: Task) -> Iterator[Row]:
    """The doing agency's item; an asking agency other than it awaits the result.

    Of the unclaimed steps of a playbook each agency has one, the next.
    """
    if not task.is_open or not task.is_on_desk:
        return
    unclaimed = task.state in (Task.State.ASKED, Task.State.OPEN)
    yield Row(
        side=Side.DOES,
        agency_id=task.agency_id,
        state=task.state,
        person_id=task.assignee_id,
        unit_id=task.unit_id,
        free=unclaimed,
        returned=task.returned_at is not None,
        due_at=task.due_at,
        breach_at=task.due_at,
        since=task.state_since,
        other_id=task.asked_by_id,
        wall_id=task.proceeding_id,
        matter_id=task.source,
        # A step of a referral is created without an event of its own.
        came_at=task.created_at if task.source else None,
        **in_case(task.case, task.agency_id),
    )
    if task.asked_by_id != task.agency_id:
        yield Row(
            side=Side.AWAITS,
            agency_id=task.asked_by_id,
            state=task.state,
            due_at=task.due_at,
            breach_at=task.due_at,
            since=task.state_since,
            other_id=task.agency_id,
            wall_id=task.proceeding_id,
            matter_id=task.source,
            **in_case(task.case, task.asked_by_id),
        )


WORK = Work(kind="task", things=lambda: Task.objects.open().with_next_step().select_related("case"), rows=rows)
