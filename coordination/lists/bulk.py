"""Bulk actions (批量处理) on rows of a list: each row separately, by the resource's own action, with its own event.

Permissions, conditions and states therefore hold for each row as for a single action, and a refused row does not block
the others. It is always a background run, with results for each row, which can be stopped and continued.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.duty.lookups import absences_in
from agencies.journal.transitions import to_json_value
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.resource import RESOURCES
from agencies.kernel.texts import Text
from agencies.kernel.work import atomic
from agencies.runs.actions import start_run, store_rows
from agencies.runs.job_types import JobType, step_by_stored_row
from agencies.runs.models import Run, RunRow
from coordination.actions.undo import SECONDS
from coordination.workspace.reassignment import reassign_of

from .bulk_actions import ACTS, Answers, BulkAct, acts_on, seen_of, take_back
from .listing import LISTS, ResourceList

SelectedRows = Mapping[str, Mapping[UUID, int]]  # resource → its selected rows, each with the version that was seen
KIND = "bulk"
MOST = 10_000
AT_ONCE = 50  # rows that are processed while their starter waits
DONE = "done"
UNDO, UNDONE = "undo", "undone"  # the kind of run, and what names its counterpart in `given`
# Pages other than lists whose rows are of several resources.
PILES: dict[str, Text] = {
    "queues": gettext_lazy("Queues"),
    "board": gettext_lazy("Board"),
    "load": gettext_lazy("Workload"),
}


class SelectionGrew(Exception):
    """More rows match the filters than the number that was confirmed."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def acts_of(listed: ResourceList, actor: Actor) -> dict[str, BulkAct]:
    """Bulk actions offered to this reader on a list."""
    return acts_on([listed.resource], actor)


# Starting ------------------------------------------------------------------------------------------------------------
def start_on(name: str, action: str, picked: SelectedRows, *, actor: Actor, answers: Answers, query: str) -> Run:
    """Starts on rows selected on the page `name`, each with the version that was seen."""
    with atomic():
        run = start_run(KIND, actor=actor, given=_given(name, action, query), answers=_kept(answers))
        rows = [
            RunRow(run=run, resource=resource, subject=pk, seen=version)
            for resource, chosen in picked.items()
            for pk, version in chosen.items()
        ]
        RunRow.objects.bulk_create(rows)
        run.total = len(rows)
        Run.objects.filter(pk=run.pk).update(total=run.total)
    return run


def start_on_all(
    name: str, action: str, rows: Mapping[str, QuerySet[Any]], *, seen: int, actor: Actor, answers: Answers, query: str
) -> Run:
    """Starts on all rows that match now. Raises Grown, and starts nothing, if there are more than were seen."""
    with atomic():
        run = start_run(KIND, actor=actor, given=_given(name, action, query) | {"seen": seen}, answers=_kept(answers))
        for resource, found in rows.items():
            store_rows(run, found, resource)
        if (run.total or 0) > seen:
            raise SelectionGrew(run.total or 0)
    return run


def counts_of(rows: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """Number of rows of each resource. Raises Invalid if there are more than one run takes."""
    counted = {resource: found.order_by().values("pk")[: MOST + 1].count() for resource, found in rows.items()}
    if sum(counted.values()) > MOST:
        detail = _("At most %(most)s rows at once. Narrow the filters first.") % {"most": f"{MOST:,}"}
        raise Invalid.field("", "many", detail)
    return {resource: count for resource, count in counted.items() if count}


def refuse_absent(answers: Answers, actor: Actor) -> None:
    """Checked once before the start, instead of for every row."""
    if "to" in answers and UUID(str(answers["to"])) in absences_in([actor.own_agency]):
        raise Invalid.field("to", "away", _("This person is away. Choose the deputy or another person."))


def _given(name: str, action: str, query: str) -> dict[str, Any]:
    return {"list": name, "action": action, "query": query}


def _kept(answers: Answers) -> dict[str, Any]:
    return {name: to_json_value(value) for name, value in answers.items()}


# Processing ----------------------------------------------------------------------------------------------------------
def _act(run: Run, row: RunRow, actor: Actor) -> str:
    resource = noun_of_row(run, row)
    act = ACTS[resource][run.given["action"]]
    thing = seen_of(resource, actor).filter(pk=row.subject).first()
    if thing is None:
        raise TransitionRefused([UnmetCondition("sight", _("You may not see this item, or no longer."))])
    undo = act.undo(thing, actor)
    act.act(thing, actor, row.seen, _answers(act, run.answers))
    if undo is not None:
        row.undo = [*undo, RESOURCES[resource].model.objects.get(pk=thing.pk).version]
    return DONE


# Taking back ---------------------------------------------------------------------------------------------------------
def undo_until(run: Run) -> datetime | None:
    """Until when the run may be taken back: a minute from its end, once, and only if all its done rows may be."""
    if run.state != Run.State.DONE or run.ended_at is None or UNDONE in run.given or not run.found.get(DONE):
        return None
    until: datetime = run.ended_at + timedelta(seconds=SECONDS)
    return until if times.now() < until and not run.rows.filter(outcome=DONE, undo__isnull=True).exists() else None


def start_undo(run: Run, actor: Actor) -> Run:
    """Starts the run that takes the done rows back. Raises Forbidden for others than its starter, and
    TransitionRefused after the minute.
    """
    if actor.id != str(run.started_by_id):
        raise Forbidden(_("Only the person who started it may take it back."))
    with atomic():
        kept = Run.objects.select_for_update(no_key=True).get(pk=run.pk)
        if undo_until(kept) is None:
            raise TransitionRefused([UnmetCondition("undo", _("This cannot be taken back any more."))])
        back = start_run(UNDO, actor=actor, given={**run.given, UNDONE: str(run.pk)}, answers={})
        rows = [
            RunRow(run=back, resource=noun_of_row(run, row), subject=row.subject, seen=_undo_of(row)[2], undo=row.undo)
            for row in run.rows.filter(outcome=DONE)
        ]
        RunRow.objects.bulk_create(rows)
        back.total = len(rows)
        Run.objects.filter(pk=back.pk).update(total=back.total)
        Run.objects.filter(pk=run.pk).update(given={**run.given, UNDONE: str(back.pk)})
    return back


def _undo_of(row: RunRow) -> list[Any]:
    """Verb, answers and version. Raises LookupError for a row that cannot be taken back."""
    if row.undo is None:
        raise LookupError(f"row {row.pk} cannot be taken back")
    kept: list[Any] = row.undo
    return kept


def _take_back(run: Run, row: RunRow, actor: Actor) -> str:
    thing = seen_of(row.resource, actor).filter(pk=row.subject).first()
    if thing is None:
        raise TransitionRefused([UnmetCondition("sight", _("You may not see this item, or no longer."))])
    verb, answers, version = _undo_of(row)
    take_back(RESOURCES[row.resource], thing, actor, version, (verb, answers))
    return DONE


def noun_of_row(run: Run, row: RunRow) -> str:
    """Resource of the row. Runs older than this column concern a list of a single resource."""
    return row.resource or LISTS[run.given["list"]].resource


def _answers(act: BulkAct, kept: Answers) -> dict[str, Any]:
    kinds = {ask.name: ask.kind for ask in act.fields}
    return {name: datetime.fromisoformat(value) if kinds[name] == "datetime" else value for name, value in kept.items()}


def _result(run: Run) -> list[Text]:
    done = run.found.get(DONE, 0)
    lines: list[Text] = [ngettext("%(count)s row done.", "%(count)s rows done.", done) % {"count": f"{done:,}"}]
    if run.refused:
        refused = ngettext(
            "%(count)s row refused; see the reason below.",
            "%(count)s rows refused; see the reasons below.",
            run.refused,
        )
        lines.append(refused % {"count": f"{run.refused:,}"})
    return lines


def _page(run: Run) -> str:
    query = QueryDict(run.given["query"])
    return reverse(run.given["list"]) + (f"?{query.urlencode()}" if query else "")


def _about(run: Run) -> str:
    name, action = run.given["list"], run.given["action"]
    title = PILES[name] if name in PILES else LISTS[name].title
    words = next(acts[action].words for acts in ACTS.values() if action in acts)
    return _("%(list)s: %(act)s") % {"list": title, "act": words}


def named(run: Run, actor: Actor, ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    """Titles and addresses of the rows that the reader may see today."""
    by_noun: dict[str, list[UUID]] = {}
    for row in run.rows.filter(subject__in=ids):
        by_noun.setdefault(noun_of_row(run, row), []).append(row.subject)
    return {
        thing.pk: (words_of(resource, thing, actor), RESOURCES[resource].url(thing))
        for resource, some in by_noun.items()
        for thing in shown_of(resource, actor, some)
    }


def shown_of(resource: str, actor: Actor, ids: Iterable[UUID]) -> QuerySet[Any]:
    """Rows with the relations that their titles need."""
    rows = (
        LISTS[resource].seen(actor)
        if resource in LISTS
        else seen_of(resource, actor).select_related(*RESOURCES[resource].related)
    )
    return rows.filter(pk__in=list(ids))


def words_of(resource: str, thing: Any, actor: Actor) -> str:
    if resource in LISTS:
        return LISTS[resource].words(thing, actor)
    return str(reassign_of(RESOURCES[resource]).words(thing))


WORK = JobType(
    label=gettext_lazy("Bulk actions"),
    step=step_by_stored_row(_act),
    result=_result,
    page=_page,
    needs_attention=lambda run: run.refused > 0,
    outcomes={DONE: gettext_lazy("Done"), RunRow.REFUSED: gettext_lazy("Refused")},
    row_labels=named,
    about=_about,
    undo=start_undo,
    undo_until=undo_until,
    undo_note=gettext_lazy("possible for a minute"),
)
UNDO_WORK = replace(
    WORK, label=gettext_lazy("Taken back"), step=step_by_stored_row(_take_back), undo=None, undo_until=lambda run: None
)
