"""Conferences in the workspace."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text
from coordination.exchange.letters.open_items import line_of, no_button

from .models import Conference

WHY: dict[str, Text] = {
    Conference.State.CALLED: _("Your agency has not replied to the invitation."),
    Conference.State.MINUTES: _("Your agency has not confirmed the minutes."),
}


def _line(conference: Conference, actor: Actor, now: datetime) -> WorklistLine:
    """Without buttons: whether an action is allowed depends on the participants and would take a query for each row."""
    return line_of(
        "conferences",
        conference,
        actor,
        what=conference.title,
        note=timezone.localtime(conference.starts_at).strftime("%Y-%m-%d %H:%M"),
        waits=conference.agency,
        why=WHY[conference.state],
        offer=no_button,
    )


OPEN_ITEMS = OpenItems(
    line=_line,
    related=("agency",),
)
