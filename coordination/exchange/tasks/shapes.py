"""Tasks."""

from typing import Any

from rest_framework.serializers import CharField, ListField, UUIDField

from agencies.kernel.shapes import READ_ONLY, shown
from agencies.people.shapes import AgencyShape
from cases.casefile.shapes import OfCaseShape

from .models import Task


class TaskShape(OfCaseShape):
    """A person is named to their own agency only. `papers` are codes of forms to be issued first, `facts` what the case
    must contain. `proposes` is the code of the playbook that `start_playbook` starts."""

    title = CharField(source="label", **READ_ONLY)
    agency = AgencyShape()
    papers = ListField(child=CharField(), **READ_ONLY)
    facts = ListField(child=CharField(), **READ_ONLY)

    @shown(ListField(child=UUIDField()))
    def depends_on(self, task: Task) -> Any:
        """Those that the caller may see."""
        return list(task.depends_on.visible_to(self.actor).order_by("pk").values_list("pk", flat=True))
