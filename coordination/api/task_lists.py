"""A list of tasks for one case over JSON, by the same rules as the import of a spreadsheet."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.actor import Actor
from agencies.kernel.permissions import CASE_READER, actor_of
from agencies.kernel.strict import Strict
from agencies.runs.models import Run
from cases.casefile.models import Case
from coordination.exchange.tasks.importing import MOST_ROWS, MOST_TITLE, read_rows, request_tasks
from coordination.exchange.tasks.starts import STARTS

from . import shapes
from .views import ApiView, validated


class WantedInput(Strict):
    """One task, as in the file: the agency or unit by code or name, the deadline as a day or a time."""

    agency = serializers.CharField(max_length=200)
    title = serializers.CharField(max_length=MOST_TITLE)
    details = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    due = serializers.CharField(max_length=40, required=False, allow_blank=True)
    optional = serializers.BooleanField(required=False)


class TaskListInput(Strict):
    """`again` confirms that the same list is to be requested a second time."""

    tasks = serializers.ListField(child=WantedInput(), min_length=1, max_length=MOST_ROWS)
    again = serializers.BooleanField(required=False, default=False)


class RequestedShape(shapes.Shape[Any]):
    """`run` is the run that takes all of them back, as long as no task was touched."""

    tasks = serializers.ListField(child=serializers.UUIDField())
    run = serializers.UUIDField()


class TaskListView(ApiView):
    """Requests a list of tasks on the case."""

    operations = {
        "POST": (
            "request_tasks",
            _("Request a list of tasks"),
            _("Requests all tasks of the list or none; an invalid row is named by its place."),
        )
    }
    permission = CASE_READER
    resource = "cases"

    @extend_schema(request=TaskListInput, responses={201: RequestedShape})
    def post(self, request: Request, pk: UUID) -> Response:
        actor = actor_of(request)
        case = _find(pk, actor)
        STARTS.check("ask_task", actor, case)
        given = validated(TaskListInput, request)
        rows = [{**row, "optional": str(int(row.get("optional", False)))} for row in given["tasks"]]
        wanted = read_rows(dict(enumerate(rows, start=1)), case, actor, at="/tasks")
        run = request_tasks(case, wanted, actor=actor, again=given["again"])
        return Response(_made(run), status=201)

    def made_by(self, response: Response) -> list[str]:
        return [str(response.data["run"])]

    def again(self, request: Request, made: list[str], pk: UUID) -> Response:
        actor = actor_of(request)
        _find(pk, actor)
        return Response(_made(get_object_or_404(Run.objects.visible_to(actor), pk=made[0])))


def _made(run: Run) -> dict[str, Any]:
    return {"tasks": list(run.rows.order_by("pk").values_list("subject", flat=True)), "run": run.pk}


def _find(pk: UUID, actor: Actor) -> Case:
    """Raises Http404 for a case that the caller does not see."""
    return get_object_or_404(Case.objects.visible_to(actor).prefetch_related("shares"), pk=pk)
