"""A list of tasks for one case over JSON, by the same rules as the import of a spreadsheet."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import BooleanField, CharField, ListField, UUIDField

from agencies.kernel.actor import Actor
from agencies.kernel.shapes import Shape
from agencies.kernel.strict import Strict
from agencies.runs.models import Run
from cases.casefile.models import Case
from coordination.exchange.tasks.importing import MOST_ROWS, MOST_TITLE, read_rows, request_tasks
from coordination.exchange.tasks.starts import STARTS

from .operations import Call, post


class WantedInput(Strict):
    """One task, as in the file: the agency or unit by code or name, the deadline as a day or a time."""

    agency = CharField(max_length=200)
    title = CharField(max_length=MOST_TITLE)
    details = CharField(max_length=4000, required=False, allow_blank=True)
    due = CharField(max_length=40, required=False, allow_blank=True)
    optional = BooleanField(required=False)


class TaskListInput(Strict):
    """`again` confirms that the same list is to be requested a second time."""

    tasks = ListField(child=WantedInput(), min_length=1, max_length=MOST_ROWS)
    again = BooleanField(required=False, default=False)


class RequestedShape(Shape):
    """`run` is the run that takes all of them back, as long as no task was touched."""

    tasks = ListField(child=UUIDField())
    run = UUIDField()


def _requested(call: Call, run: str, case: str) -> Any:
    _find(case, call.actor)
    rows = get_object_or_404(Run.objects.visible_to(call.actor), pk=run).rows
    return {"tasks": list(rows.order_by("pk").values_list("subject", flat=True)), "run": run}


@post(
    "cases/<uuid:pk>/tasks/",
    "request_tasks",
    _("Request a list of tasks"),
    _("Requests all tasks of the list or none; an invalid row is named by its place."),
    accepts=TaskListInput,
    answers=RequestedShape,
    statuses=(201,),
    then=_requested,
)
def request(call: Call, pk: UUID) -> list[Any]:
    case = _find(pk, call.actor)
    STARTS.check("ask_task", call.actor, case)
    rows = [{**row, "optional": str(int(row.get("optional", False)))} for row in call.given["tasks"]]
    wanted = read_rows(dict(enumerate(rows, start=1)), case, call.actor, at="/tasks")
    return [request_tasks(case, wanted, actor=call.actor, again=call.given["again"]).pk, pk]


def _find(pk: UUID | str, actor: Actor) -> Case:
    """Raises Http404 for a case that the caller does not see."""
    return get_object_or_404(Case.objects.visible_to(actor).prefetch_related("shares"), pk=pk)
