"""Tasks on the page of their case."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from agencies.kernel.case_parts import CasePart, CaseTab

from .models import Task


def _tasks(page: Any) -> list[Task]:
    """Open tasks first, nearest due first."""
    visible = Task.objects.visible_to(page.actor).filter(case=page.case)
    found = visible.select_related("agency", "unit", "asked_by", "assignee").order_by(F("due_at").asc(nulls_last=True))
    return sorted(found, key=lambda task: not task.is_open)


TAB = CaseTab(
    key="tasks",
    label=_("Tasks"),
    template="casefile/tabs/tasks.html",
    place=5,
    for_status=True,
    counts=("task",),
)
ON_CASE = CasePart(
    rows=_tasks,
    title=lambda task: task.label,
    in_proceeding="proceeding",
    tabs=(TAB,),
)
