"""A list of tasks for one case from a spreadsheet: read, shown, and requested for the rows that remain chosen.

The import is recorded as a run. Its page takes all tasks back together, as long as none of them was touched.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencies.journal.digests import content_digest
from agencies.kernel import times
from agencies.kernel.action_fields import HappenedAt
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Forbidden, Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.text_files import SheetForm, iso_text, read_table
from agencies.organisations.models import Agency
from agencies.runs.actions import KEPT, record_run
from agencies.runs.job_types import JobType, StepResult
from agencies.runs.models import Run, RunRow
from cases.casefile.actions import locked_case
from cases.casefile.choices import agencies_on_case
from cases.casefile.models import Case

from .actions import ask_task, transition_task
from .models import Task

KIND, DONE, UNDONE = "task_import", "done", "undone"
COLUMNS = ("agency", "title", "details", "due", "optional")
NEEDED = COLUMNS[:2]
CHINESE = dict(zip(("承办机关", "任务事项", "说明", "期限", "可选"), COLUMNS, strict=True))
"""Headings of a Chinese table → columns."""
MOST_ROWS = 100
MOST_TITLE = 200
YES = {"": False, "0": False, "false": False, "否": False, "1": True, "true": True, "是": True}


@dataclass(frozen=True)
class TaskRow:
    """One row: a task to be requested. `number` is its line in the table."""

    number: int
    node: Agency
    title: str
    body: str
    due_at: datetime | None
    optional: bool


class TaskSheetForm(SheetForm):
    """A list of tasks, sent as a file or as text."""

    def __init__(self, *args: Any, case: Case, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.actor = case, actor

    def read(self, text: str, cleaned: dict[str, Any]) -> list[TaskRow]:
        return read_tasks(text, self.case, self.actor)


def read_tasks(text: str, case: Case, actor: Actor) -> list[TaskRow]:
    """Reads a CSV text with these columns, or with the headings of a Chinese table. Raises Invalid naming line and
    column of every bad cell."""
    headings, lines = read_table(text, COLUMNS, most=MOST_ROWS, needed=NEEDED, also=CHINESE)
    return read_rows(lines, case, actor, headings=headings)


def read_rows(
    lines: Mapping[int, Mapping[str, Any]],
    case: Case,
    actor: Actor,
    *,
    at: str = "/file",
    headings: Mapping[str, str] | None = None,
) -> list[TaskRow]:
    """Reads lines with these columns, by their numbers. Raises Invalid naming line and column of every bad cell."""
    nodes = _nodes(case, actor)
    errors: list[FieldError] = []
    found: list[TaskRow] = []
    for number, row in lines.items():
        values = {name: str(row.get(name) or "").strip() for name in COLUMNS}
        problems = list(_problems_in(values, nodes))
        for column, detail in problems:
            place = {"line": number, "column": (headings or {}).get(column, column), "what": detail}
            errors.append(FieldError(f"{at}/{number}", column, gettext("Line %(line)d, %(column)s: %(what)s") % place))
        if not problems:
            found.append(_wanted(number, values, nodes))
    if errors:
        raise Invalid(errors)
    return found


def _nodes(case: Case, actor: Actor) -> dict[str, list[Agency]]:
    """What a row may write → the agencies and units on the case with this code or name."""
    codes = [code for code, _name in agencies_on_case(case, actor)]
    found: dict[str, list[Agency]] = {}
    for node in Agency.objects.filter(code__in=codes).order_by("id"):
        for name in {node.code, node.name_zh, node.name_en} - {""}:
            found.setdefault(name, []).append(node)
    return found


def _problems_in(values: dict[str, str], nodes: dict[str, list[Agency]]) -> Iterator[tuple[str, str]]:
    named = nodes.get(values["agency"], [])
    if not named:
        detail = gettext("“%(value)s” is no agency or unit that shares this case.")
        yield "agency", detail % {"value": values["agency"]}
    if len(named) > 1:
        detail = gettext("Several have the name %(name)s. Write one of these instead: %(choices)s.")
        yield "agency", detail % {"name": values["agency"], "choices": ", ".join(node.code for node in named)}
    if not values["title"]:
        yield "title", gettext("Say what is to be done.")
    if len(values["title"]) > MOST_TITLE:
        yield "title", gettext("Enter at most %(most)s characters.") % {"most": MOST_TITLE}
    try:
        _due(values["due"])
    except (forms.ValidationError, ValueError):
        yield "due", gettext("Enter a day or a time such as 2026-02-16 or 2026-02-16 17:30.")
    if values["optional"].lower() not in YES:
        yield "optional", gettext("Enter 1 or 0.")


def _wanted(number: int, values: dict[str, str], nodes: dict[str, list[Agency]]) -> TaskRow:
    return TaskRow(
        number=number,
        node=nodes[values["agency"]][0],
        title=values["title"],
        body=values["details"],
        due_at=_due(values["due"]),
        optional=YES[values["optional"].lower()],
    )


def _due(text: str) -> datetime | None:
    """A day means its end. Raises ValidationError or ValueError."""
    if not text:
        return None
    written = iso_text(text)
    if day := parse_date(written):
        return timezone.make_aware(datetime.combine(day, time(23, 59)))
    found: datetime = HappenedAt().clean(written)
    return found


# Requesting ----------------------------------------------------------------------------------------------------------
def request_tasks(
    case: Case, wanted: Sequence[TaskRow], *, actor: Actor, numbers: Collection[int] | None = None, again: bool = False
) -> Run:
    """Requests the tasks of these lines (by default all) or none, and records the import as work that can be taken
    back.

    Raises what `ask_task` raises, and Invalid without any line, and for a table that was imported before, unless
    `again`.
    """
    chosen = [one for one in wanted if numbers is None or one.number in numbers]
    if not chosen:
        raise Invalid.field("file", "rows", gettext("Choose at least one row."))
    with locked_case(case.pk):
        earlier = import_before(case, wanted, actor)
        if earlier is not None and not again:
            raise Invalid.field("again", "imported", before_text(earlier))
        made = [_request(case, one, actor) for one in chosen]
        given = {"case": str(case.pk), "digest": _digest(wanted)}
        return record_run(KIND, actor=actor, given=given, resource="tasks", things=made, outcome=DONE)


def _request(case: Case, one: TaskRow, actor: Actor) -> Task:
    given: dict[str, Any] = {"title": one.title, "body": one.body, "due_at": one.due_at, "optional": one.optional}
    try:
        return ask_task(case, actor=actor, agency=one.node.code, **given)
    except Invalid as wrong:
        place = gettext("Line %(line)d: ") % {"line": one.number}
        raise Invalid(
            FieldError(error.pointer, error.code, f"{place}{error.detail}") for error in wrong.errors
        ) from wrong


def import_before(case: Case, wanted: Iterable[TaskRow], actor: Actor) -> Run | None:
    """The last import of the same table to this case by the actor's agency that was not taken back."""
    earlier = Run.objects.filter(kind=KIND, agency=actor.own_agency, given__case=str(case.pk))
    same = earlier.filter(given__digest=_digest(wanted), given__undone__isnull=True)
    return same.select_related("started_by").order_by("-created_at").first()


def before_text(earlier: Run) -> str:
    detail = ngettext(
        "%(who)s already imported this table on %(when)s (%(count)d task). Confirm that it is to be imported again.",
        "%(who)s already imported this table on %(when)s (%(count)d tasks). Confirm that it is to be imported again.",
        earlier.done,
    )
    when = timezone.localtime(earlier.created_at).strftime("%Y-%m-%d %H:%M")
    return detail % {"who": earlier.started_by.name, "when": when, "count": earlier.done}


def _digest(wanted: Iterable[TaskRow]) -> str:
    """The same for the same table as a workbook, as CSV and as text."""
    rows = [
        [one.node.code, one.title, one.body, one.due_at.isoformat() if one.due_at else "", one.optional]
        for one in wanted
    ]
    return content_digest(rows)


# Taking back ---------------------------------------------------------------------------------------------------------
def undo_until(run: Run) -> datetime | None:
    """As long as the run is kept; whether every task is untouched is checked when it is taken back."""
    return None if UNDONE in run.given or run.ended_at is None else run.ended_at + KEPT


def undo_import(run: Run, actor: Actor) -> Run:
    """Cancels all tasks of the import, or none if one was touched. Raises Forbidden and TransitionRefused."""
    if actor.id != str(run.started_by_id):
        raise Forbidden(gettext("Only the person who started it may take it back."))
    with locked_case(UUID(run.given["case"])):
        run = Run.objects.select_for_update(no_key=True).get(pk=run.pk)
        if undo_until(run) is None:
            raise TransitionRefused([UnmetCondition("undo", gettext("This cannot be taken back any more."))])
        seen = dict(run.rows.values_list("subject", "seen"))
        tasks = list(Task.objects.filter(pk__in=seen).order_by("created_at", "pk"))
        if touched := [task for task in tasks if task.version != seen[task.pk]]:
            detail = gettext("“%(title)s” was changed after the import: %(state)s. Cancel the others one by one.")
            raise TransitionRefused(
                UnmetCondition("touched", detail % {"title": task.label, "state": task.get_state_display()})
                for task in touched
            )
        for task in tasks:
            transition_task(task, "cancel", actor=actor, reason=gettext("The import of the list was taken back."))
        run.given[UNDONE] = times.now().isoformat()
        Run.objects.filter(pk=run.pk).update(given=run.given, version=F("version") + 1)
    return run


def _result(run: Run) -> list[str]:
    made = ngettext("%(count)d task was requested.", "%(count)d tasks were requested.", run.done) % {"count": run.done}
    return [made, gettext("The import was taken back: its tasks are cancelled.")] if UNDONE in run.given else [made]


def _labels(run: Run, actor: Actor, ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    seen = Task.objects.visible_to(actor).filter(pk__in=ids)
    return {task.pk: (task.label, reverse("task", args=[task.pk])) for task in seen}


WORK = JobType(
    label=_("Import tasks"),
    step=lambda run, actor: StepResult(ended=True),  # all was done when it was recorded
    result=_result,
    page=lambda run: f"{reverse('case', args=[run.given['case']])}?tab=tasks",
    outcomes={DONE: _("Requested"), RunRow.REFUSED: _("Refused")},
    row_labels=_labels,
    undo=undo_import,
    undo_until=undo_until,
    undo_note=_("possible as long as no task was touched"),
)
