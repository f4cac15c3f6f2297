"""Reminders."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from coordination.exchange.reminders.actions import send_letter, settle_letters
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.tasks.models import Task

from ..kept_stories import story
from .basics import serial, tomorrow, walk
from .tasks import late_task


@story
def reminder(cast: Any, state: str = "SENT", about: Task | None = None, *, by: str = "centre.coordinator") -> Reminder:
    """A letter of the centre to the commerce bureau about a late task, walked to `state`."""
    late = about or late_task(cast)
    made = send_letter([f"task:{late.pk}"], actor=cast[by])
    answered = ("answer", "commerce.officer", {"answer": "The file is with the archive.", "expected_on": tomorrow()})
    office = {"office_paper": f"协调办〔2026〕{serial()}号"}
    walks: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "SENT": [],
        "ANSWERED": [answered],
        "OFFICE": [("take_to_office", "centre.coordinator", office)],
        "WITHDRAWN": [("withdraw", by, {"reason": "sent in error"})],
        "CLOSED": [],
    }
    if state == "OFFICE":
        passed = timezone.now() - timedelta(hours=1)
        Reminder.objects.filter(pk=made.pk).update(due_at=passed, breach_at=passed)
    walk(cast, made, walks[state])
    if state == "CLOSED":
        Task.objects.filter(pk=late.pk).update(due_at=timezone.now() + timedelta(days=1))
        settle_letters()
    made.refresh_from_db()
    assert made.state == state
    return made
