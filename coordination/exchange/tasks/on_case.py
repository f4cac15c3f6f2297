"""Tasks on the page of their case."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from agencies.kernel.case_parts import CasePart, CaseTab

from .models import Task


class TasksOnCase(CasePart):
    """Open tasks first, nearest due first."""

    related = ("agency", "unit", "asked_by", "assignee")
    order = (F("due_at").asc(nulls_last=True),)
    open_first = True
    in_proceeding = "proceeding"
    tabs = (
        CaseTab(
            key="tasks",
            label=_("Tasks"),
            template="casefile/tabs/tasks.html",
            place=5,
            for_status=True,
            counts=("task",),
        ),
    )

    def title(self, row: Task) -> str:
        return row.label
