"""Tasks."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cases.casefile.models import Case
from coordination.exchange.tasks.actions import ask_task
from coordination.exchange.tasks.models import Task

from ..kept_stories import story
from .basics import act, walk
from .casefile import shared_case


@story
def task(cast: Any, state: str = "OPEN", matter: Case | None = None) -> Task:
    """A task that customs assigns to the commerce bureau."""
    made = act(
        cast, "customs.officer", ask_task, matter or shared_case(cast), agency="MOFCOM_SCB", title="Check licences"
    )
    taken = ("accept", "commerce.officer", {"claim": True})
    steps: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "OPEN": [("accept", "commerce.officer", {})],
        "CLAIMED": [taken],
        "DONE": [taken, ("complete", "commerce.officer", {"result": "None found"})],
        "DECLINED": [("decline", "commerce.lead", {"reason": "Not ours"})],
        "CANCELLED": [("cancel", "customs.officer", {"reason": "Moot"})],
    }
    walk(cast, made, steps.get(state, []))
    return made


@story
def late_task(cast: Any, days: int = 2, matter: Case | None = None, state: str = "CLAIMED") -> Task:
    """A task of the commerce bureau for customs, overdue by `days`."""
    made = task(cast, state, matter)
    Task.objects.filter(pk=made.pk).update(due_at=timezone.now() - timedelta(days=days))
    return Task.objects.get(pk=made.pk)
