"""What kinds of work there are is a table of the wiring; what a kind is made of stands here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise

from agencies.kernel.actor import Actor
from agencies.kernel.errors import ActionError

from .models import Run, RunRow

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one step did. It commits together with all that the step wrote; None leaves a column as it is."""

    done: int = 0
    refused: int = 0
    ended: bool = False
    total: int | None = None
    cursor: Any = None
    found: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Work:
    """One kind of work. A step ends within seconds and begins at `run.cursor`, so a killed worker loses one at most.

    `outcomes` words the codes of what became of single rows, for kinds that tell each; `about` what this run does.

    `told` words the result for the page, `alarms` says whether it is bad news, `page` where the work was started.
    `named` finds the words and the address of rows as far as the reader may see them.
    """

    label: Text
    step: Callable[[Run, Actor], Step]
    result: Callable[[Run], Sequence[Text]]
    page: Callable[[Run], str]
    needs_attention: Callable[[Run], bool] = field(default=lambda run: False)
    outcomes: Mapping[str, Text] = field(default_factory=dict)
    about: Callable[[Run], Text] = field(default=lambda run: "")
    row_labels: Callable[[Run, Actor, list[UUID]], Mapping[UUID, tuple[str, str]]] | None = None


def step_by_row(
    rows: Callable[[Run, Actor], Iterable[UUID]], act: Callable[[Run, UUID, Actor], str]
) -> Callable[[Run, Actor], Step]:
    """The step of a work over rows: the first writes down which, each later one treats one of them.

    `act` returns a code of what it did; what it refuses is noted at the row and the work goes on. `run.found` counts
    the codes. One row is one transaction, so that a long run holds nobody's locks.
    """
    treat = step_by_stored_row(lambda run, row, actor: act(run, row.subject, actor))

    def step(run: Run, actor: Actor) -> Step:
        return Step(total=_write_down(run, rows(run, actor))) if run.total is None else treat(run, actor)

    return step


def step_by_stored_row(act: Callable[[Run, RunRow, Actor], str]) -> Callable[[Run, Actor], Step]:
    """As `step_by_row`, for rows that `write_down` told when the run was started."""

    def step(run: Run, actor: Actor) -> Step:
        row = run.rows.filter(outcome="").order_by("pk").first()
        if row is None:
            return Step(ended=True)
        try:
            with transaction.atomic():
                row.outcome = act(run, row, actor)
        except ActionError as no:
            row.outcome, row.said = RunRow.REFUSED, no.detail[:500]
        row.save(update_fields=["outcome", "said"])
        found = {**run.found, row.outcome: run.found.get(row.outcome, 0) + 1}
        return Step(done=1, refused=int(row.outcome == RunRow.REFUSED), found=found)

    return step


def _write_down(run: Run, subjects: Iterable[UUID]) -> int:
    """In batches, so that ten thousand rows need no more memory than a thousand."""
    total, left = 0, iter(subjects)
    while some := [RunRow(run=run, subject=subject) for subject in islice(left, 1000)]:
        RunRow.objects.bulk_create(some)
        total += len(some)
    return total
