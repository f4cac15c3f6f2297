"""Conferences in the workspace."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import line_of, no_button
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text

from .models import Conference

WHY: dict[str, Text] = {
    Conference.State.CALLED: _("Your agency has not replied to the invitation."),
    Conference.State.MINUTES: _("Your agency has not confirmed the minutes."),
}


class OpenConferences(OpenItems):
    related = ("agency",)

    def line(self, thing: Conference, actor: Actor, now: datetime) -> WorklistLine:
        """Without buttons: whether an action is allowed depends on the participants and would take a query for each
        row."""
        return line_of(
            thing,
            actor,
            what=thing.title,
            note=timezone.localtime(thing.starts_at).strftime("%Y-%m-%d %H:%M"),
            waits=thing.agency,
            why=WHY[thing.state],
            offer=no_button,
        )
