"""The background work of imports: batches of rows that are checked, taken over, or withdrawn.

A step treats one batch and commits with its results, so a killed worker loses one batch at most and repeats no row.
"""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agencies.kernel.actor import Actor
from agencies.kernel.errors import ActionError, FieldError
from agencies.kernel.work import atomic
from agencies.runs.job_types import JobType, StepResult
from agencies.runs.models import Run

from .actions import CHECK, PASSES, RUNS, TAKE, UNDO, end_pass
from .kinds import KINDS
from .mapping import row_of
from .models import Import, ImportRow, Outcome, Undone
from .tables import RowResult
from .workflow import IMPORT

GROUPED = 2_000
"""Rows whose groups are found in one step."""
WITHDRAWN = 25
"""Rows that are withdrawn in one step."""


def _step(run: Run, actor: Actor) -> StepResult:
    found = Import.objects.select_related("agency").select_for_update(of=("self",), no_key=True)
    imported = found.get(pk=run.given["import"])
    if RUNS.get(Import.State(imported.state)) != run.kind or imported.run_id != run.pk:
        return StepResult(ended=True)  # continued by another run, or discarded
    IMPORT.require_actor("resume", actor, imported)  # rights may have ended since the work began
    rows = _waiting(imported, run.kind)
    if run.total is None:
        return StepResult(total=rows.count())
    if run.kind == CHECK and (grouped := run.cursor or 0) < imported.total:
        _group(imported, grouped)
        return StepResult(cursor=grouped + GROUPED)
    if run.kind == UNDO:
        batch = list(rows.order_by("-position")[:WITHDRAWN])
        refused = sum(not _withdraw(row, actor, imported) for row in batch)
    else:
        batch = _batch(imported, rows)
        refused = _treat(imported, batch, actor, run.kind)
    if not batch:
        end_pass(imported, run.kind)
        return StepResult(ended=True)
    return StepResult(done=len(batch), refused=refused)


def _waiting(imported: Import, kind: str) -> Any:
    """The rows without a result of this work."""
    rows = imported.rows.filter(**{PASSES[kind][1]: ""})
    return rows.filter(outcome__in=(Outcome.NEW, Outcome.REOPENED)) if kind == UNDO else rows


def _group(imported: Import, since: int) -> None:
    """Finds the groups of the next rows; the mapping may have changed."""
    kind, rows = KINDS[imported.kind], imported.rows.filter(position__gte=since, position__lt=since + GROUPED)
    changed = []
    for row in rows:
        row.group = kind.group(_read(row, imported))[:200]
        changed.append(row)
    ImportRow.objects.bulk_update(changed, ["group"], batch_size=200)


def _batch(imported: Import, rows: Any) -> list[ImportRow]:
    """The next rows, with the rows of their groups, in order."""
    table = KINDS[imported.kind]
    first = list(rows.order_by("position")[: table.batch])
    groups, ids = {row.group for row in first}, {row.pk for row in first}
    others = rows.filter(group__in=groups).exclude(pk__in=ids).order_by("position")[: table.longest_group]
    return sorted([*first, *others], key=lambda row: row.position)


def _read(row: ImportRow, imported: Import) -> Any:
    return row_of(row.sheet, row.line, row.cells, imported.mapping, imported.fixed)


def _treat(imported: Import, batch: Sequence[ImportRow], actor: Actor, kind: str) -> int:
    """Checks or takes the rows and stores their results. Returns how many were refused."""
    if not batch:
        return 0
    table = KINDS[imported.kind]
    act = table.check if kind == CHECK else table.take
    results = act([_read(row, imported) for row in batch], actor, imported)
    column = PASSES[kind][1]
    for row, result in zip(batch, results, strict=True):
        setattr(row, column, result.outcome)
        # What a check would make does not exist.
        row.subject = None if kind == CHECK and result.outcome == Outcome.NEW else result.subject
        row.label, row.seen = result.label[:300], result.seen
        row.problems, row.doubts = _stored(result.problems), _stored(result.doubts)
    ImportRow.objects.bulk_update(batch, [column, "subject", "label", "seen", "problems", "doubts"], batch_size=200)
    return sum(result.outcome == Outcome.REFUSED for result in results)


def _stored(errors: Sequence[FieldError]) -> list[list[str]]:
    return [[error.pointer, error.code, str(error.detail)] for error in errors]


def _withdraw(row: ImportRow, actor: Actor, imported: Import) -> bool:
    """Withdraws what the row made, or says why it stays."""
    try:
        with atomic():
            KINDS[imported.kind].undo(row, actor, imported)
    except ActionError as refusal:
        row.undone, row.problems = Undone.STAYS, _stored(RowResult.refused(refusal).problems)
    else:
        row.undone, row.problems = Undone.WITHDRAWN, []
    row.save(update_fields=["undone", "problems"])
    return row.undone == Undone.WITHDRAWN


def _result(run: Run) -> list[str]:
    words = ngettext("%(count)d row was treated.", "%(count)d rows were treated.", run.done)
    return [words % {"count": run.done}]


def _job(label: Any) -> JobType:
    return JobType(
        label=label,
        step=_step,
        result=_result,
        page=lambda run: reverse("import", args=[run.given["import"]]),
    )


JOBS = {
    CHECK: _job(_("Check the rows of an import")),
    TAKE: _job(_("Take the rows of an import over")),
    UNDO: _job(_("Undo an import")),
}
