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
from cases.casefile.models import Case
from cases.casefile.workflow import CASE
from coordination.exchange.tasks.importing import MOST_ROWS, MOST_TITLE, read_rows, request_tasks
from coordination.exchange.tasks.models import Task

from . import shapes
from .schema import NamedSchema
from .views import ApiView


class WantedInput(Strict):
    """One task, as in the file: the agency or unit by code or name, the deadline as a day or a time."""

    agency = serializers.CharField(max_length=200)
    title = serializers.CharField(max_length=MOST_TITLE)
    details = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    due = serializers.CharField(max_length=40, required=False, allow_blank=True)
    optional = serializers.BooleanField(required=False)


class TaskListInput(Strict):
    tasks = serializers.ListField(child=WantedInput(), min_length=1, max_length=MOST_ROWS)


class RequestedShape(shapes.Shape[Any]):
    tasks = serializers.ListField(child=serializers.UUIDField())


class TaskListView(ApiView):
    """Requests a list of tasks on the case."""

    docs = {"POST": _("Requests all tasks of the list or none; an invalid row is named by its place.")}
    named = {"POST": ("request_tasks", _("Request a list of tasks"))}
    permission = CASE_READER
    schema = NamedSchema()
    resource = "cases"
    http_method_names = ["post"]

    @extend_schema(request=TaskListInput, responses={201: RequestedShape})
    def post(self, request: Request, pk: UUID) -> Response:
        actor = actor_of(request)
        case = _find(pk, actor)
        CASE.check("ask_task", actor, case)
        serializer = TaskListInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        rows = [{**row, "optional": str(int(row.get("optional", False)))} for row in serializer.validated_data["tasks"]]
        made = request_tasks(case, read_rows(rows, case, actor, at="/tasks"), actor=actor)
        return Response({"tasks": [task.pk for task in made]}, status=201)

    def made_by(self, response: Response) -> list[str]:
        return [str(pk) for pk in response.data["tasks"]]

    def again(self, request: Request, made: list[str], pk: UUID) -> Response:
        actor = actor_of(request)
        _find(pk, actor)
        seen = Task.objects.visible_to(actor).in_bulk([UUID(one) for one in made])
        return Response({"tasks": list(seen)})


def _find(pk: UUID, actor: Actor) -> Case:
    """Raises Http404 for a case that the caller does not see."""
    return get_object_or_404(Case.objects.visible_to(actor).prefetch_related("shares"), pk=pk)
