"""Tasks."""

from uuid import UUID

from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY
from agencies.people.shapes import AgencyShape
from cases.casefile.shapes import OfCaseShape

from .models import Task


class TaskRow(OfCaseShape, serializers.ModelSerializer[Task]):
    """A person is named to their own agency only."""

    title = serializers.CharField(source="label", **READ_ONLY)
    agency = AgencyShape()
    unit = AgencyShape(allow_null=True)
    asked_by = AgencyShape()
    assignee = serializers.SerializerMethodField()

    class Meta:
        model = Task
        fields = [
            *("id", "version", "title", "state", "state_since", "case", "agency", "unit", "asked_by", "assignee"),
            *("due_at", "mandatory", "returned_at", "created_at", "updated_at"),
        ]

    def get_assignee(self, task: Task) -> str:
        return task.assignee.name if task.assignee and task.agency_id == self.actor.agency_id else ""


class TaskDetail(TaskRow):
    """`papers` are codes of forms to be issued first, `facts` what the case must contain. `proposes` is the code of the
    playbook that `start_playbook` starts."""

    depends_on = serializers.SerializerMethodField()
    papers = serializers.ListField(child=serializers.CharField(), **READ_ONLY)
    facts = serializers.ListField(child=serializers.CharField(), **READ_ONLY)

    class Meta(TaskRow.Meta):
        fields = [
            *TaskRow.Meta.fields,
            "body",
            "result",
            "depends_on",
            "papers",
            "facts",
            "step",
            "follows",
            "proposes",
        ]

    def get_depends_on(self, task: Task) -> list[UUID]:
        """Those that the caller may see."""
        return list(task.depends_on.visible_to(self.actor).order_by("pk").values_list("pk", flat=True))
