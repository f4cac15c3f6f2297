"""What a kind of background work consists of. The list of kinds is in `coordination`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from agencies.kernel.actor import Actor
from agencies.kernel.errors import ActionError
from agencies.kernel.texts import Text
from agencies.kernel.work import atomic

from .models import Run, RunRow


@dataclass(frozen=True, kw_only=True)
class StepResult:
    """The result of one step. It commits together with everything the step wrote; None leaves a column unchanged."""

    done: int = 0
    refused: int = 0
    ended: bool = False
    total: int | None = None
    cursor: Any = None
    found: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class JobType:
    """One kind of background work. A step takes seconds and begins at `run.cursor`, so a killed worker loses at most
    one.

    `undo` takes the run back and returns the run that does so; `undo_until` says until when it may, or None, and
    `undo_note` on what condition.
    `result` returns the texts of the result for the page, `needs_attention` whether it is bad news, `page` where the
    work was started, `about` what this run does. `outcomes` labels the result codes of single rows. `row_labels`
    returns text and URL of rows the reader may see.
    """

    label: Text
    step: Callable[[Run, Actor], StepResult]
    result: Callable[[Run], Sequence[Text]]
    page: Callable[[Run], str]
    needs_attention: Callable[[Run], bool] = field(default=lambda run: False)
    outcomes: Mapping[str, Text] = field(default_factory=dict)
    about: Callable[[Run], Text] = field(default=lambda run: "")
    row_labels: Callable[[Run, Actor, list[UUID]], Mapping[UUID, tuple[str, str]]] | None = None
    undo: Callable[[Run, Actor], Run] | None = None
    undo_until: Callable[[Run], datetime | None] = field(default=lambda run: None)
    undo_note: Text = ""


def step_by_row(
    rows: Callable[[Run, Actor], Iterable[UUID]], act: Callable[[Run, UUID, Actor], str]
) -> Callable[[Run, Actor], StepResult]:
    """Returns the step function of work over rows. The first step stores the rows, each later one processes one.

    `act` returns a result code. A refused row is marked, and the work continues. `run.found` counts the codes. Each row
    is its own transaction, so that a long run holds no locks.
    """
    process = step_by_stored_row(lambda run, row, actor: act(run, row.subject, actor))

    def step(run: Run, actor: Actor) -> StepResult:
        return StepResult(total=_store_subjects(run, rows(run, actor))) if run.total is None else process(run, actor)

    return step


def step_by_stored_row(act: Callable[[Run, RunRow, Actor], str]) -> Callable[[Run, Actor], StepResult]:
    """Like `step_by_row`, for rows stored by `store_rows` when the run was started."""

    def step(run: Run, actor: Actor) -> StepResult:
        row = run.rows.filter(outcome="").order_by("pk").first()
        if row is None:
            return StepResult(ended=True)
        try:
            with atomic():
                row.outcome = act(run, row, actor)
        except ActionError as refusal:
            row.outcome, row.said = RunRow.REFUSED, refusal.detail[:500]
        row.save(update_fields=["outcome", "said", "undo"])
        found = {**run.found, row.outcome: run.found.get(row.outcome, 0) + 1}
        return StepResult(done=1, refused=int(row.outcome == RunRow.REFUSED), found=found)

    return step


def _store_subjects(run: Run, subjects: Iterable[UUID]) -> int:
    """Stores the rows in batches, so that memory does not grow with their number."""
    total, remaining = 0, iter(subjects)
    while batch := [RunRow(run=run, subject=subject) for subject in islice(remaining, 1000)]:
        RunRow.objects.bulk_create(batch)
        total += len(batch)
    return total
