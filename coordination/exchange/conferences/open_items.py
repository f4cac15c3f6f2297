"""Conferences in the workspace."""

from datetime import datetime

from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.open_items import Counter, Line, OpenItems, next_steps

from .models import Conference

WHY: dict[str, str | Promise] = {
    Conference.State.CALLED: _("Your agency has not replied to the invitation."),
    Conference.State.MINUTES: _("Your agency has not confirmed the minutes."),
}


def _line(conference: Conference, actor: Actor, now: datetime) -> Line:
    """Without buttons: whether an action is allowed depends on the participants and would take a query for each row."""
    return Line(
        key=("conference", conference.pk),
        what=conference.title,
        note=timezone.localtime(conference.starts_at).strftime("%Y-%m-%d %H:%M"),
        url=reverse_lazy("conference", args=[conference.pk]),
        waits=conference.agency,
        why=WHY[conference.state],
        due_at=None,
        breach_at=None,
    )


OPEN_ITEMS = OpenItems(
    line=_line,
    related=("agency",),
)
COUNTER = Counter(page="conferences", items=next_steps("conference"), query=lambda actor: "?waiting=1")
