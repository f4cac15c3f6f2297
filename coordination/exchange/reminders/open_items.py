"""Reminders in the workspace. Who sees a reminder depends on the late items that it names."""

from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text

from .models import Reminder


class OpenReminders(OpenItems):
    awaited = {Reminder.State.SENT: _("the reply of %(agency)s")}
    related = ("sender", "agency", "handler")

    def line(self, thing: Reminder, actor: Actor, now: datetime) -> WorklistLine:
        if thing.handler is None:
            why: Text = _("Not taken on yet.")
        elif str(thing.handler_id) == actor.id:
            why = _("It concerns a matter that you handle.")
        else:
            why = gettext("%(name)s is handling it.") % {"name": thing.handler.name}
        return line_of(thing, actor, what=_("Reminder"), note=thing.number, waits=thing.sender, why=why)
