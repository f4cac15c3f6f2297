"""What tasks contribute to the figures: open, done, done in time, and late."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from agencies.journal.models import StateInterval
from agencies.kernel.measures import FactCollector, History, MeasuredFact, Measures, created, days_between, labels

from .models import Task


def _facts(task: Any, history: History) -> Iterable[MeasuredFact]:
    # A step of a referral or of its agency's own playbook has no event of its beginning.
    asked = created(history) or task.first_since or task.state_since
    pair = f"{task.asked_by_id}>{task.agency_id}" if task.asked_by_id != task.agency_id else ""
    found = FactCollector(
        *(task.agency_id, labels(pair=pair)), also=frozenset({task.asked_by_id}), behind=task.proceeding_id
    )
    found.stock("tasks", asked, None if task.is_open else task.state_since, task.assignee_id)
    if task.state == Task.State.DONE and task.state_since is not None:
        found.count("tasks.done", task.state_since, days=days_between(asked, task.state_since))
        if task.due_at is not None:
            found.count("tasks.done_of_dated", task.state_since)
            if task.state_since <= task.due_at:
                found.count("tasks.done_in_time", task.state_since)
    if not task.is_late_with_another:
        at_doer = FactCollector(task.agency_id, found.labels, behind=task.proceeding_id, facts=found.facts)
        at_doer.late("task", task.due_at, None if task.is_open else task.state_since)
    return found.facts


def _rows(matters: Collection[UUID]) -> QuerySet[Any]:
    first = StateInterval.objects.filter(object_id=OuterRef("pk"), number=1)
    tasks = Task.objects.filter(case__in=matters).select_related("proceeding")
    return tasks.annotate(first_since=Subquery(first.values("entered_at")[:1]))


MEASURES = Measures(rows=_rows, facts=_facts)
