"""Progress of a proceeding in its playbooks, for the pages of proceeding and case."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from agencies.organisations.models import Agency
from cases.casefile.models import Case
from cases.proceedings.models import Proceeding
from coordination.exchange.tasks.models import Task

from .actions import agencies_sharing, owner_among
from .models import TRIGGERS, Group, PlaybookStep, PlaybookUse

S = Task.State
StepKey = tuple[UUID, str]  # proceeding and step code


@dataclass(frozen=True)
class StepProgress:
    """A step with its task, or the reason why it has none."""

    step: PlaybookStep
    task: Task | None
    agency: Agency | None
    reached: bool

    @property
    def unshared(self) -> bool:
        """Whether it is due while no agency of that side shares the case."""
        return self.task is None and self.reached and self.agency is None

    @property
    def is_open(self) -> bool:
        """Whether someone must still act. A step declined by another agency is open for the asking agency."""
        declined = self.task is not None and self.task.state == S.DECLINED and self.step.mandatory
        return declined or (self.task is not None and self.task.is_open)


@dataclass(frozen=True)
class PlaybookProgress:
    """Progress of one playbook in one proceeding."""

    use: PlaybookUse
    proceeding: Proceeding
    lines: list[StepProgress]

    @property
    def total(self) -> int:
        """Steps that count; waived steps do not."""
        return len(self.lines) - self.left_out

    @property
    def done(self) -> int:
        return self._in(S.DONE)

    @property
    def left_out(self) -> int:
        return self._in(S.WAIVED, S.CANCELLED, S.LAPSED) + sum(
            1 for one in self.lines if one.task and one.task.state == S.DECLINED and not one.step.mandatory
        )

    @property
    def unshared(self) -> list[StepProgress]:
        return [line for line in self.lines if line.unshared]

    @property
    def newer(self) -> int | None:
        """The version in force, if it is not the one followed."""
        newest: int = self.use.newest  # type: ignore[attr-defined]  # annotated
        return newest if newest > self.use.playbook.version else None

    @property
    def added(self) -> list[str]:
        """Titles of the steps added last."""
        return [line.step.name for line in self.lines if line.step.code in self.use.added]

    @cached_property
    def groups(self) -> list[tuple[str, list[StepProgress]]]:
        """Steps by group in working order; within a group in playbook order."""
        by_group: dict[str, list[StepProgress]] = {}
        for line in self.lines:
            by_group.setdefault(line.step.group, []).append(line)
        return [(str(Group(code).label), by_group[code]) for code in Group.values if code in by_group]

    @property
    def next_open(self) -> StepProgress | None:
        """The first open step with no open step before it."""
        is_open = {line.step.code for line in self.lines if line.is_open}
        free = (line for line in self.lines if line.is_open and not is_open.intersection(line.step.depends_on))
        return next(free, None)

    def _in(self, *states: str) -> int:
        return sum(1 for line in self.lines if line.task is not None and line.task.state in states)


def progress_of(case: Case, proceedings: Sequence[Proceeding], tasks: Iterable[Task]) -> list[PlaybookProgress]:
    """Progress of every playbook these proceedings follow, in three queries. `tasks` are those visible to the reader.

    Only for readers of the inside of these proceedings.
    """
    uses = list(
        PlaybookUse.objects.filter(proceeding__in=[one.pk for one in proceedings])
        .with_newest()
        .select_related("playbook", "violation_type")
        .order_by("violation_type__position")
    )
    if not uses:
        return []
    steps: dict[tuple[int, str], list[PlaybookStep]] = {}
    for step in PlaybookStep.objects.filter(playbook__in={use.playbook_id for use in uses}):
        steps.setdefault((step.playbook_id, step.kind), []).append(step)
    by_key = _newest_of_each(tasks)
    sharing, by_id = agencies_sharing(case), {one.pk: one for one in proceedings}
    return [
        PlaybookProgress(use, inside, [_step_progress(step, inside, by_key, sharing) for step in steps.get(key, [])])
        for use in uses
        for inside in [by_id[use.proceeding_id]]
        for key in [(use.playbook_id, inside.kind)]
    ]


def _newest_of_each(tasks: Iterable[Task]) -> dict[StepKey, Task]:
    """The latest task of each step: one that lapsed and was created again has two."""
    found: dict[StepKey, Task] = {}
    for task in sorted(tasks, key=lambda task: task.created_at):
        if task.proceeding_id is not None and task.step:
            found[task.proceeding_id, task.step] = task
    return found


def _step_progress(
    step: PlaybookStep, inside: Proceeding, tasks: Mapping[StepKey, Task], sharing: Sequence[tuple[Agency, datetime]]
) -> StepProgress:
    owner = owner_among(inside.agency, step.owner, sharing)
    return StepProgress(
        step, tasks.get((inside.pk, step.code)), owner[0] if owner else None, _has_come_to(inside, step.state)
    )


def _has_come_to(inside: Proceeding, state: str) -> bool:
    """Whether the proceeding has reached the state, by path order. Precise enough for display; `actions` reads the
    journal."""
    path = TRIGGERS[inside.kind]
    return inside.state in path and path.index(inside.state) >= path.index(state)
