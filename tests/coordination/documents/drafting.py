"""The papers that are due about an object."""

from typing import Any

from agencies.kernel.resource import resource_of
from coordination.documents.due import papers_of


def due(cast: Any, who: str, thing: Any) -> list[str]:
    """The forms that this person is asked to draft."""
    shown = papers_of([thing], resource_of(thing).workflow_of(thing), cast[who])[thing.pk]
    return [form.code for form in shown.due]
