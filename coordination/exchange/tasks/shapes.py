"""Tasks."""

from typing import Any

from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY, shown
from agencies.people.shapes import AgencyShape
from cases.casefile.shapes import OfCaseShape

from .models import Task


class TaskShape(OfCaseShape):
    """A person is named to their own agency only. `papers` are codes of forms to be issued first, `facts` what the case
    must contain. `proposes` is the code of the playbook that `start_playbook` starts."""

    title = serializers.CharField(source="label", **READ_ONLY)
    agency = AgencyShape()
    papers = serializers.ListField(child=serializers.CharField(), **READ_ONLY)
    facts = serializers.ListField(child=serializers.CharField(), **READ_ONLY)

    @shown(serializers.ListField(child=serializers.UUIDField()))
    def depends_on(self, task: Task) -> Any:
        """Those that the caller may see."""
        return list(task.depends_on.visible_to(self.actor).order_by("pk").values_list("pk", flat=True))
